import * as v from 'valibot';
import type { LabelPlanes } from '../../labels/planes.ts';
import { isFiniteLearnerState, learnerStateStep } from '../learnerState.ts';
import { PROJECT_VERSION, type ProjectState, projectStateSchema, type SavedLearnerState } from '../projectState.ts';
import {
  commitAll,
  Database,
  type JournalEntry,
  keysUnder,
  type PictureFiles,
  type Request,
  type WriteTransaction,
} from './database.ts';
import { LearnerTurns, learnerKeys, type RestoredLearner } from './learnerRecords.ts';
import { type RestoredPlanes, restorePlanes } from './restorePlanes.ts';
import { StorageError } from './storageError.ts';

/** A line of the list of projects. */
export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly pictureCount: number;
  readonly sampleId: string | null;
  /** The first picture's. */
  readonly thumbnail: Blob | null;
}

/** One picture as it is first stored. */
export interface NewPicture {
  readonly id: string;
  readonly file: Blob;
  readonly thumbnail: Blob;
  readonly planes: LabelPlanes;
  /** Label revision of the newest gesture in `planes`. */
  readonly labelRevision: number;
}

/** A gesture that is to be stored. */
export interface PatchEntry {
  readonly pictureId: string;
  /** Greater than that of any gesture of this picture before; the stored labels' included. */
  readonly labelRevision: number;
  /** What `encodePatch` wrote. */
  readonly patch: Uint8Array<ArrayBuffer>;
}

/** A project as it was read back, but for its pictures' files. */
export interface StoredProject {
  readonly state: ProjectState;
  /** By picture id, for each picture of the state. The next gesture's revision must be greater than `labelRevision`. */
  readonly planes: ReadonlyMap<string, { readonly planes: LabelPlanes; readonly labelRevision: number }>;
  readonly learner: SavedLearnerState | null;
  /** One for each part that could not be read and is left out; each says what was kept. */
  readonly damage: readonly StorageError[];
}

const summarySchema = v.object({
  name: v.string(),
  modifiedMs: v.number(),
  sampleId: v.nullable(v.string()),
  pictures: v.array(v.object({ id: v.string() })),
});
const fileSchema = v.object({ file: v.blob(), thumbnail: v.optional(v.unknown()) });
const thumbnailSchema = v.object({ thumbnail: v.blob() });
const newerSchema = v.object({ version: v.pipe(v.number(), v.minValue(PROJECT_VERSION + 1)) });

/**
 * Opens the page's database; rejects with a {@link StorageError} where the browser has none for it, or a newer page's.
 * `onWait` hears when another tab seems to be in the way, on which it then waits.
 */
export async function openProjectStorage(onWait?: () => void): Promise<ProjectStorage> {
  const database = new Database();
  await database.open(onWait);
  return new ProjectStorage(database);
}

/**
 * All projects of this browser, in IndexedDB: a picture's labels are a snapshot and the journal of gestures since.
 *
 * Every method rejects with a {@link StorageError}; a write that rejects has changed nothing.
 */
export class ProjectStorage {
  readonly #database: Database;
  readonly #learnerTurns = new LearnerTurns();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Calls `listener` whenever the browser has taken the database away, and perhaps all that was in it. */
  onTakenAway(listener: () => void): void {
    this.#database.onTakenAway = listener;
  }

  /** Whether there is a project of this id, damaged or not. */
  async has(id: string): Promise<boolean> {
    return (await this.#database.readKeys('projects', IDBKeyRange.only(id))).length > 0;
  }

  /** All projects, newest first, damaged ones included so that they can be deleted. Reads no labels and no files. */
  async list(): Promise<ProjectSummary[]> {
    const ids = await this.#database.readKeys('projects');
    const summaries = await Promise.all(ids.map((id) => this.#summary(id)));
    return summaries.filter((summary) => summary !== null).sort((a, b) => b.modifiedMs - a.modifiedMs);
  }

  /**
   * A project with its labels as they were after the last stored gesture, or `null` where there is none of that id.
   * Rejects as `damaged` only when its state cannot be read, and as `blocked` when it is a newer page's; smaller damage
   * is told in the result.
   */
  async load(id: string): Promise<StoredProject | null> {
    const stored = await this.#database.readOne('projects', id);
    if (stored === undefined) return null;
    const state = parseState(stored);
    const damage: StorageError[] = [];
    const planes = new Map<string, { planes: LabelPlanes; labelRevision: number }>();
    // One after the other: each picture's copying and replaying is a task of its own, so the page stays responsive.
    for (const { id: pictureId, name, width, height } of state.pictures) {
      // The journal first: were a compaction to come between, its gestures would be in both, not in neither.
      const journal = await this.#database.readAll('journal', keysUnder(id, pictureId));
      const snapshot = await this.#database.readOne('planes', [id, pictureId]);
      const restored = restorePlanes(snapshot, journal, width, height);
      planes.set(pictureId, { planes: restored.planes, labelRevision: restored.labelRevision });
      damage.push(...labelDamage(name, restored));
    }
    const records = await Promise.all(learnerKeys(id).map((key) => this.#database.readOne('learners', key)));
    const restored = this.#learnerTurns.restore(id, records);
    damage.push(...learnerDamage(restored));
    return { state, planes, learner: restored.learner, damage };
  }

  /**
   * A picture's file as it was opened, and its thumbnail where that can be read; `null` where they are not stored.
   * Rejects as `damaged` when the file cannot be read.
   */
  async files(
    projectId: string,
    pictureId: string,
  ): Promise<{ readonly file: Blob; readonly thumbnail: Blob | null } | null> {
    const record = await this.#database.readOne('files', [projectId, pictureId]);
    if (record === undefined) return null;
    const parsed = v.safeParse(fileSchema, record);
    const file = parsed.success ? await readable(parsed.output.file) : null;
    if (!parsed.success || file === null) {
      throw new StorageError('damaged', 'The file of a picture is damaged in storage; its labels are kept.');
    }
    return { file, thumbnail: await readable(parsed.output.thumbnail) };
  }

  /** Puts a picture's files in the place of those that are stored, of which one could not be read. */
  async saveFiles(projectId: string, pictureId: string, files: PictureFiles): Promise<void> {
    await this.#database.write(['files'], async (transaction) => {
      await transaction.objectStore('files').put(files, [projectId, pictureId]);
    });
  }

  /** Stores a new project; one of the same id is an error. Handed over before it returns. */
  async createProject(state: ProjectState, pictures: readonly NewPicture[]): Promise<void> {
    assertReadable(state);
    await this.#database.write(['projects', 'files', 'planes', 'journal'], async (transaction) => {
      await commitAll(transaction, [
        () => transaction.objectStore('projects').add(state),
        ...pictures.flatMap((picture) => putPicture(transaction, state.id, picture)),
      ]);
    });
  }

  /**
   * Stores what changed of a project, all of it or nothing: gestures, for their pictures' journals, and its state unless
   * that is `null`. In one transaction, for a page that is going away may have no time for another. Handed over before it
   * returns.
   */
  async saveChanges(projectId: string, patches: readonly PatchEntry[], state: ProjectState | null): Promise<void> {
    if (state !== null) assertReadable(state);
    await this.#database.write(['projects', 'journal'], async (transaction) => {
      const journal = transaction.objectStore('journal');
      const puts: Request[] = patches.map(({ pictureId, labelRevision, patch }) => {
        const entry: JournalEntry = { projectId, pictureId, labelRevision, patch };
        return () => journal.put(entry);
      });
      if (state !== null) puts.push(() => transaction.objectStore('projects').put(state));
      await commitAll(transaction, puts);
    });
  }

  /** Stores a picture together with the state that names it. Handed over before it returns. */
  async addPicture(state: ProjectState, picture: NewPicture): Promise<void> {
    assertReadable(state);
    await this.#database.write(['projects', 'files', 'planes', 'journal'], async (transaction) => {
      await commitAll(transaction, [
        () => transaction.objectStore('projects').put(state),
        ...putPicture(transaction, state.id, picture),
      ]);
    });
  }

  /**
   * Stores a project's learner, in the place of the one before the last, or forgets it. One whose bytes could not be read
   * back, or whose numbers are not finite, is refused. Handed over before it returns.
   */
  async saveLearner(projectId: string, learner: SavedLearnerState | null): Promise<void> {
    const next = learner === null ? null : this.#learnerTurns.next(projectId, assertSound(learner));
    await this.#database.write(['learners'], async (transaction) => {
      const learners = transaction.objectStore('learners');
      await commitAll(
        transaction,
        next === null
          ? learnerKeys(projectId).map((key) => () => learners.delete(key))
          : [() => learners.put(next.record, next.key)],
      );
    });
    if (next === null) this.#learnerTurns.forget(projectId);
    else this.#learnerTurns.stored(projectId, next);
  }

  /** How many gestures a picture's journal holds. */
  async journalLength(projectId: string, pictureId: string): Promise<number> {
    return (await this.#database.readKeys('journal', keysUnder(projectId, pictureId))).length;
  }

  /** Makes `planes`, which hold every gesture up to `labelRevision`, the snapshot, and forgets those gestures. */
  async compact(projectId: string, pictureId: string, planes: LabelPlanes, labelRevision: number): Promise<void> {
    await this.#database.write(['planes', 'journal'], async (transaction) => {
      const upToRevision = IDBKeyRange.bound([projectId, pictureId], [projectId, pictureId, labelRevision]);
      await commitAll(transaction, [
        () => transaction.objectStore('planes').put({ ...planes, labelRevision }, [projectId, pictureId]),
        () => transaction.objectStore('journal').delete(upToRevision),
      ]);
    });
  }

  /** Deletes what is stored of all pictures but those in `keepIds`. */
  async purgePictures(projectId: string, keepIds: ReadonlySet<string>): Promise<void> {
    await this.#database.write(['files', 'planes', 'journal'], async (transaction) => {
      const keys = await Promise.all(
        (['files', 'planes', 'journal'] as const).map((name) =>
          transaction.objectStore(name).getAllKeys(keysUnder(projectId)),
        ),
      );
      const pictureIds = new Set(keys.flat().map(([, pictureId]) => pictureId));
      await Promise.all(
        [...pictureIds]
          .filter((pictureId) => !keepIds.has(pictureId))
          .flatMap((pictureId) => [
            transaction.objectStore('files').delete([projectId, pictureId]),
            transaction.objectStore('planes').delete([projectId, pictureId]),
            transaction.objectStore('journal').delete(keysUnder(projectId, pictureId)),
          ]),
      );
    });
  }

  /** Deletes all of a project. Whoever calls it has seen to it that no tab still saves to it. */
  async deleteProject(id: string): Promise<void> {
    await this.#database.write(['projects', 'files', 'planes', 'journal', 'learners'], async (transaction) => {
      await Promise.all([
        transaction.objectStore('projects').delete(id),
        transaction.objectStore('files').delete(keysUnder(id)),
        transaction.objectStore('planes').delete(keysUnder(id)),
        transaction.objectStore('journal').delete(keysUnder(id)),
        ...learnerKeys(id).map((key) => transaction.objectStore('learners').delete(key)),
      ]);
    });
  }

  /** Lets go of the database; the next call opens it again. */
  close(): void {
    this.#database.close();
  }

  async #summary(id: string): Promise<ProjectSummary | null> {
    const stored = await this.#database.readOne('projects', id);
    if (stored === undefined) return null;
    const parsed = v.safeParse(summarySchema, stored);
    if (!parsed.success) {
      const name = v.is(newerSchema, stored) ? 'Project of a newer version' : 'Damaged project';
      return { id, name, modifiedMs: 0, pictureCount: 0, sampleId: null, thumbnail: null };
    }
    const { name, modifiedMs, sampleId, pictures } = parsed.output;
    const first = pictures[0];
    const files = first && v.safeParse(thumbnailSchema, await this.#database.readOne('files', [id, first.id]));
    const thumbnail = files?.success ? files.output.thumbnail : null;
    return { id, name, modifiedMs, pictureCount: pictures.length, sampleId, thumbnail };
  }
}

function parseState(stored: unknown): ProjectState {
  const parsed = v.safeParse(projectStateSchema, stored);
  if (parsed.success) return parsed.output;
  if (v.is(newerSchema, stored)) {
    const sentence =
      'This project was saved by a newer version of this page, and was kept as it is; reload the page to open it.';
    throw new StorageError('blocked', sentence);
  }
  const message =
    'This project is damaged in storage and cannot be opened; all that is stored of it was kept as it is.';
  throw new StorageError('damaged', message, { cause: new v.ValiError(parsed.issues) });
}

/** Stops a state that could not be read back from taking the place of one that can. */
function assertReadable(state: ProjectState): void {
  const parsed = v.safeParse(projectStateSchema, state);
  if (parsed.success) return;
  const message = 'The newest changes are not valid and were not stored; what was stored before is kept.';
  throw new StorageError('failed', message, { cause: new v.ValiError(parsed.issues) });
}

/** Stops a learner that is of no use from taking the place of one that is. */
function assertSound(learner: SavedLearnerState): SavedLearnerState {
  if (isFiniteLearnerState(learner.state)) return learner;
  throw new StorageError(
    'failed',
    'The trained network is not valid and was not stored; the one stored before is kept.',
  );
}

function putPicture(
  transaction: WriteTransaction<readonly ['projects', 'files', 'planes', 'journal']>,
  projectId: string,
  { id, file, thumbnail, planes, labelRevision }: NewPicture,
): Request[] {
  return [
    () => transaction.objectStore('files').put({ file, thumbnail }, [projectId, id]),
    () => transaction.objectStore('planes').put({ ...planes, labelRevision }, [projectId, id]),
    () => transaction.objectStore('journal').delete(keysUnder(projectId, id)),
  ];
}

/** A blob whose bytes can be had; `null` for anything else. */
async function readable(value: unknown): Promise<Blob | null> {
  if (!(value instanceof Blob) || value.size === 0) return null;
  try {
    // Its bytes lie in a file of their own, which may be gone.
    await value.slice(0, 1).arrayBuffer();
    return value;
  } catch {
    return null;
  }
}

function labelDamage(name: string, { lost, gestureCount }: RestoredPlanes): StorageError[] {
  const sentences: string[] = [];
  if (lost.snapshot) {
    sentences.push(`The labels of “${name}” were damaged in storage; ${count(gestureCount, 'gesture')} could be kept.`);
  }
  if (lost.pixelCount > 0) {
    sentences.push(
      `Labels of “${name}” were damaged in storage: ${count(lost.pixelCount, 'pixel')} became unlabeled, all others were kept.`,
    );
  }
  if (lost.gestureCount > 0) {
    sentences.push(
      `Labels of “${name}” were damaged in storage: ${count(lost.gestureCount, 'gesture')} could not be read, all others were kept.`,
    );
  }
  return sentences.map((sentence) => new StorageError('damaged', sentence));
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** The damage to a learner's records, in sentences. */
function learnerDamage({ learner, lostCurves, lostRecord }: RestoredLearner): StorageError[] {
  const sentences: string[] = [];
  if (lostRecord) {
    sentences.push(
      learner === null
        ? 'The trained network was damaged in storage; the pictures and labels were kept.'
        : `The newest copy of the trained network was damaged in storage; that of step ${learnerStateStep(learner.state)} was opened.`,
    );
  }
  if (lostCurves) sentences.push('The training curves were damaged in storage; the trained network was kept.');
  return sentences.map((sentence) => new StorageError('damaged', sentence));
}
