import {
  type DBSchema,
  type IDBPDatabase,
  type IDBPObjectStore,
  type IDBPTransaction,
  openDB,
  type StoreKey,
  type StoreNames,
} from 'idb';
import type { ProjectState } from '../projectState.ts';
import type { LearnerRecord } from './learnerRecords.ts';
import { StorageError, toStorageError } from './storageError.ts';

/** A picture's blobs. A browser reads their bytes when somebody asks for them, not with the record. */
export interface PictureFiles {
  readonly file: Blob;
  readonly thumbnail: Blob;
}

/** A picture's label planes as they were at `labelRevision`. */
export interface PlanesRecord {
  readonly width: number;
  readonly height: number;
  readonly classIds: Uint8Array<ArrayBuffer>;
  readonly strokeIds: Uint16Array<ArrayBuffer>;
  readonly labelRevision: number;
}

/** One gesture since a picture's planes were stored. */
export interface JournalEntry {
  readonly projectId: string;
  readonly pictureId: string;
  readonly labelRevision: number;
  /** What `encodePatch` wrote. */
  readonly patch: Uint8Array<ArrayBuffer>;
}

interface UnlabeledSchema extends DBSchema {
  projects: { key: string; value: ProjectState };
  files: { key: [projectId: string, pictureId: string]; value: PictureFiles };
  planes: { key: [projectId: string, pictureId: string]; value: PlanesRecord };
  /**
   * Its key is the gesture's revision, not a running number: writing an entry again changes nothing, the order of
   * writing does not matter, and a compaction deletes one range.
   */
  journal: { key: [projectId: string, pictureId: string, labelRevision: number]; value: JournalEntry };
  learners: { key: string; value: LearnerRecord };
}

type Store = StoreNames<UnlabeledSchema>;

export type WriteTransaction<Stores extends readonly Store[]> = IDBPTransaction<UnlabeledSchema, Stores, 'readwrite'>;

const DATABASE = 'unlabeled';

/** Entry `i` leads from version `i` to version `i + 1`; entries are added, never changed. */
const MIGRATIONS: readonly ((database: IDBPDatabase<UnlabeledSchema>) => void)[] = [
  (database) => {
    database.createObjectStore('projects', { keyPath: 'id' });
    database.createObjectStore('files');
    database.createObjectStore('planes');
    database.createObjectStore('journal', { keyPath: ['projectId', 'pictureId', 'labelRevision'] });
    database.createObjectStore('learners');
  },
];

// Relaxed: a transaction is complete once the browser's own process has handed it to the operating system, so it
// outlives a reload, a closed tab and a crashed one. Strict would also outlive a power cut, but waits for the disk to
// be flushed, for every stroke.
const DURABILITY = { durability: 'relaxed' } as const;

/** A database opens in a moment, unless a tab with an older page, or somebody who deletes it, is in the way. */
const PATIENCE_MS = 3000;

/** Every key that begins with the given ids. */
export function keysUnder(...ids: readonly string[]): IDBKeyRange {
  // In IndexedDB's order an array is greater than any string or number.
  return IDBKeyRange.bound([...ids], [...ids, []]);
}

/**
 * The connection to the page's database, opened again when the browser has closed it.
 *
 * Every method rejects with a `StorageError`. While the connection is open, `write` runs up to the first `await` of its
 * callback before it returns, so that a page which is about to go can still hand its changes over.
 */
export class Database {
  #connection: IDBPDatabase<UnlabeledSchema> | null = null;
  #opening: Promise<IDBPDatabase<UnlabeledSchema>> | null = null;
  /** Called when the browser has closed the connection or somebody deletes the database. */
  onTakenAway: (() => void) | null = null;

  /** `onWait` hears when it takes long: another tab may hold the database. */
  async open(onWait: () => void = () => undefined): Promise<void> {
    if (this.#connection !== null) return;
    const waiting = setTimeout(onWait, PATIENCE_MS);
    try {
      await this.#connect();
    } finally {
      clearTimeout(waiting);
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  /** The record of a key: `undefined` where there is none, `null` where the browser cannot read it back. */
  async readOne<Name extends Store>(store: Name, key: StoreKey<UnlabeledSchema, Name>): Promise<unknown> {
    try {
      return await this.#read(store, (records) => records.get(key));
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'damaged') return null;
      throw error;
    }
  }

  /** All records of a range in order of their keys; `null` in place of one that the browser cannot read back. */
  async readAll<Name extends Store>(store: Name, range?: IDBKeyRange): Promise<unknown[]> {
    try {
      return await this.#read(store, (records) => records.getAll(range));
    } catch (error) {
      if (!(error instanceof StorageError && error.kind === 'damaged')) throw error;
    }
    const keys = await this.readKeys(store, range);
    return await Promise.all(keys.map((key) => this.readOne(store, key)));
  }

  async readKeys<Name extends Store>(store: Name, range?: IDBKeyRange): Promise<StoreKey<UnlabeledSchema, Name>[]> {
    return await this.#read(store, (records) => records.getAllKeys(range));
  }

  /** Writes within one transaction, all or nothing; `work` may await nothing else. */
  async write<const Stores extends readonly Store[]>(
    stores: Stores,
    work: (transaction: WriteTransaction<Stores>) => Promise<unknown>,
  ): Promise<void> {
    const connection = this.#connection ?? (await this.#connect());
    let outcomes: readonly PromiseSettledResult<unknown>[];
    try {
      const transaction = connection.transaction(stores, 'readwrite', DURABILITY);
      const working = abortUnlessDone(transaction, work(transaction));
      // On a full disk Chromium can end a transaction without ever answering its requests.
      outcomes = await Promise.allSettled([Promise.race([working, transaction.done]), transaction.done]);
    } catch (cause) {
      throw toStorageError(cause, 'write');
    }
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (reasons.length === 0) return;
    // Whatever breaks a transaction, all else in it rejects with an AbortError, which tells nothing.
    const telling = reasons.find((reason) => !(reason instanceof Error && reason.name === 'AbortError'));
    throw toStorageError(telling ?? reasons[0], 'write');
  }

  /** In a transaction of its own: a record that cannot be read back breaks the transaction that asks for it. */
  async #read<Name extends Store, Result>(
    store: Name,
    ask: (records: IDBPObjectStore<UnlabeledSchema, [Name], Name, 'readonly'>) => Promise<Result>,
  ): Promise<Result> {
    const connection = this.#connection ?? (await this.#connect());
    try {
      const transaction = connection.transaction(store, 'readonly');
      const [result] = await Promise.all([ask(transaction.store), transaction.done]);
      return result;
    } catch (cause) {
      throw toStorageError(cause, 'read');
    }
  }

  async #connect(): Promise<IDBPDatabase<UnlabeledSchema>> {
    this.#opening ??= this.#openDatabase().finally(() => {
      this.#opening = null;
    });
    return await this.#opening;
  }

  async #openDatabase(): Promise<IDBPDatabase<UnlabeledSchema>> {
    try {
      const connection = await openDB<UnlabeledSchema>(DATABASE, MIGRATIONS.length, {
        upgrade: (database, oldVersion) => {
          for (const migrate of MIGRATIONS.slice(oldVersion)) migrate(database);
        },
        // A newer version of the page, in another tab, waits for this one to let go; so does whoever deletes it.
        blocking: (_currentVersion, newVersion) => {
          this.close();
          if (newVersion === null) this.onTakenAway?.();
        },
        terminated: () => {
          this.#connection = null;
          this.onTakenAway?.();
        },
      });
      this.#connection = connection;
      return connection;
    } catch (cause) {
      throw toStorageError(cause, 'open');
    }
  }
}

/** Begins a request of a transaction. It may throw where the request cannot even begin. */
export type Request = () => Promise<unknown>;

/**
 * Begins all requests, ends the transaction, and waits for the outcomes. A page that is going away has its open transactions
 * taken back, but not those that it has ended. Where a request cannot begin, it rejects with why; that those before it are
 * taken back then is no news of its own.
 */
export async function commitAll(transaction: { commit(): void }, requests: readonly Request[]): Promise<void> {
  const begun: Promise<unknown>[] = [];
  try {
    for (const begin of requests) begun.push(begin());
  } catch (error) {
    void Promise.allSettled(begun);
    throw error;
  }
  transaction.commit();
  await Promise.all(begun);
}

async function abortUnlessDone(transaction: { abort(): void }, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    throw error;
  }
}
