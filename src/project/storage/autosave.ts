import { clonePlanes, type LabelPlanes } from '../../labels/planes.ts';
import type { PageLife } from '../page/pageLife.ts';
import type { ProjectState, SavedLearnerState } from '../projectState.ts';
import { type PendingWrite, PendingWrites } from './pendingWrites.ts';
import type { PatchEntry, ProjectStorage } from './projectStorage.ts';
import { type StorageError, type StorageErrorKind, toStorageError } from './storageError.ts';

/** A gesture waits this long for others at most: less than a person who closes a tab would forgive. */
const DELAY_MS = 200;
/** After a write failed, and failed again at once. */
const RETRY_MS = 5000;
/** A journal of either length is replaced by a snapshot. */
const MAX_JOURNAL_ENTRIES = 64;
const MAX_JOURNAL_BYTES = 2 ** 20;
/** A page that is never idle compacts all the same. */
const IDLE_TIMEOUT_MS = 2000;

/** What the changes of a stored project build on: its record, its pictures' files and their first labels. */
export interface StoredBase {
  /** Whether the project's record is stored. */
  readonly isCreated: boolean;
  /** Whether a picture is stored, so that gestures can be added to its journal. */
  holds(pictureId: string): boolean;
  /** Stores what is missing. Rejects when some of it could not be stored, which has left no half of a record. */
  complete(): Promise<void>;
}

/** A picture's live planes, with every gesture told so far and nothing else: `null` while a gesture is open. */
export type PlanesProvider = () => LabelPlanes | null;

interface QueuedPatch extends PatchEntry {
  readonly projectId: string;
}

/** What waits of one project, which is what one transaction takes. */
interface Changes {
  readonly projectId: string;
  readonly patches: PendingWrite<QueuedPatch>[];
  /** One at most. */
  readonly states: PendingWrite<() => ProjectState>[];
}

interface Journal {
  readonly projectId: string;
  readonly pictureId: string;
  labelRevision: number;
  planes: PlanesProvider;
  /** `null` until the stored ones were counted: sessions before this one may have left some. */
  entries: number | null;
  bytes: number;
}

/**
 * Stores what changes, a moment later and together, and when the page is hidden or left.
 *
 * What cannot be stored is tried again at once, then with every later change and every few seconds; until it is stored
 * it stays queued. Whole projects and pictures are tried every few seconds alone, and what builds on them waits for
 * them. `onTrouble` hears of a trouble's kind once until all is stored again, `onSaved` of every moment when it is.
 * Pictures with a long journal are compacted when the page is idle.
 */
export class Autosave {
  readonly #storage: ProjectStorage;
  readonly #onTrouble: (error: StorageError) => void;
  readonly #onSaved: () => void;
  readonly #page: PageLife;
  readonly #bases = new PendingWrites<StoredBase>();
  readonly #patches = new PendingWrites<QueuedPatch>();
  readonly #states = new PendingWrites<() => ProjectState>();
  readonly #learners = new PendingWrites<SavedLearnerState | null>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #journals = new Map<string, Journal>();
  readonly #longJournals = new Set<Journal>();
  readonly #told = new Set<StorageErrorKind>();
  readonly #listening = new AbortController();
  #timer: { readonly id: ReturnType<typeof setTimeout>; readonly dueMs: number } | null = null;
  #isIdleAwaited = false;
  #hasFailed = false;
  #baseFailedMs = Number.NEGATIVE_INFINITY;
  #isSuspended = false;

  constructor(
    storage: ProjectStorage,
    page: PageLife,
    onTrouble: (error: StorageError) => void,
    onSaved: () => void = () => undefined,
  ) {
    this.#storage = storage;
    this.#page = page;
    this.#onTrouble = onTrouble;
    this.#onSaved = onSaved;
    const { signal } = this.#listening;
    page.onLeft(() => this.#writeNow(), signal);
    page.onHidden(() => this.#writeNow(), signal);
  }

  /** Whether something is not yet known to be stored. */
  get hasUnsaved(): boolean {
    return this.#bases.size + this.#patches.size + this.#states.size + this.#learners.size > 0;
  }

  /** Whether something could not be stored, and not everything has been stored since. */
  get isInTrouble(): boolean {
    return this.#told.size > 0;
  }

  /** Stores what is missing of a project's base, at once. Changes that build on what is missing wait for it. */
  base(projectId: string, base: StoredBase): void {
    this.#bases.set(projectId, base);
    if (this.#mayTryBases) this.#writeNow();
    else this.#writeWithin(DELAY_MS);
  }

  /** Stores a lost base again, a moment later: the browser may not have finished deleting what was stored. */
  baseLost(projectId: string, base: StoredBase): void {
    this.#bases.set(projectId, base);
    this.#baseFailedMs = Number.NEGATIVE_INFINITY;
    this.#writeWithin(DELAY_MS);
  }

  /**
   * Queues a gesture: `bytes` is what `encodePatch` wrote, `labelRevision` greater than that of any before it, those
   * that `load` replayed included. `planes` is kept until this object is disposed of.
   */
  patch(
    projectId: string,
    pictureId: string,
    labelRevision: number,
    planes: PlanesProvider,
    bytes: Uint8Array<ArrayBuffer>,
  ): void {
    const pictureKey = `${projectId}/${pictureId}`;
    const journal = this.#journals.get(pictureKey);
    if (journal === undefined) {
      this.#journals.set(pictureKey, { projectId, pictureId, labelRevision, planes, entries: null, bytes: 0 });
    } else {
      journal.labelRevision = labelRevision;
      journal.planes = planes;
    }
    this.#patches.set(`${pictureKey}/${labelRevision}`, { projectId, pictureId, labelRevision, patch: bytes });
    this.#writeWithin(DELAY_MS);
  }

  /** Queues a project's state, which is asked for when it is written. */
  state(projectId: string, state: () => ProjectState): void {
    this.#states.set(projectId, state);
    this.#writeWithin(DELAY_MS);
  }

  /** Queues a project's learner; `null` forgets it. */
  learner(projectId: string, learner: SavedLearnerState | null): void {
    this.#learners.set(projectId, learner);
    this.#writeWithin(DELAY_MS);
  }

  /** Writes what is queued, and resolves when that has ended, well or not: {@link hasUnsaved} tells. */
  async flush(): Promise<void> {
    this.#baseFailedMs = Number.NEGATIVE_INFINITY;
    this.#writeNow();
    await this.idle();
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Writes nothing from now on; resolves when what is under way has ended. */
  async suspend(): Promise<void> {
    this.#isSuspended = true;
    await this.idle();
  }

  /** Goes on after {@link suspend}. */
  resume(): void {
    this.#isSuspended = false;
    this.#writeNow();
  }

  /** Writes what is queued one last time, unless suspended, and stops. {@link flush} first to know how that ended. */
  dispose(): void {
    this.#writeNow();
    this.#listening.abort();
  }

  #writeWithin(delayMs: number): void {
    const dueMs = performance.now() + delayMs;
    if (this.#listening.signal.aborted || (this.#timer !== null && this.#timer.dueMs <= dueMs)) return;
    this.#cancelTimer();
    this.#timer = { id: setTimeout(() => this.#writeNow(), delayMs), dueMs };
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.id);
    this.#timer = null;
  }

  #writeNow(): void {
    this.#cancelTimer();
    if (this.hasUnsaved && !this.#isSuspended) this.#track(this.#write());
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Never rejects. Everything is handed to the storage before it returns. */
  async #write(): Promise<void> {
    const bases = this.#mayTryBases ? this.#bases.take() : [];
    const errors = (
      await Promise.all([
        ...this.#takeChanges().flatMap((changes) => this.#writeChanges(changes)),
        ...this.#learners
          .take(({ key }) => this.#isCreated(key))
          .map((taken) => settled(this.#learners, [taken], () => this.#storage.saveLearner(taken.key, taken.value))),
        // Last: where room is scarce, one that is too large leaves none for the rest.
        ...bases.map((taken) => this.#writeBase(taken)),
      ])
    ).filter((error) => error !== null);
    if (errors.length > 0) {
      await this.#onFailure(errors);
    } else if (!this.hasUnsaved) {
      this.#hasFailed = false;
      this.#told.clear();
      this.#onSaved();
    } else if (bases.length > 0) {
      // What waited for them.
      await this.#write();
    } else if (this.#bases.size > 0) {
      this.#writeWithin(RETRY_MS);
    }
  }

  async #onFailure(errors: readonly StorageError[]): Promise<void> {
    if (!this.#hasFailed) {
      this.#hasFailed = true;
      await this.#write();
      return;
    }
    this.#writeWithin(RETRY_MS);
    for (const error of errors) {
      if (this.#told.has(error.kind)) continue;
      this.#told.add(error.kind);
      this.#onTrouble(error);
    }
  }

  /** Not with every change: they are large, and the room that they need does not come by painting. */
  get #mayTryBases(): boolean {
    return performance.now() - this.#baseFailedMs > RETRY_MS / 2;
  }

  #isCreated(projectId: string): boolean {
    return this.#bases.get(projectId)?.isCreated ?? true;
  }

  async #writeBase(taken: PendingWrite<StoredBase>): Promise<StorageError | null> {
    const error = await settled(this.#bases, [taken], () => taken.value.complete());
    if (error !== null && this.#hasFailed) this.#baseFailedMs = performance.now();
    return error;
  }

  #takeChanges(): Changes[] {
    const byProject = new Map<string, Changes>();
    const changesOf = (projectId: string) => {
      const changes = byProject.get(projectId) ?? { projectId, patches: [], states: [] };
      byProject.set(projectId, changes);
      return changes;
    };
    const isReady = ({ value: { projectId, pictureId } }: PendingWrite<QueuedPatch>) =>
      this.#bases.get(projectId)?.holds(pictureId) ?? true;
    for (const taken of this.#patches.take(isReady)) changesOf(taken.value.projectId).patches.push(taken);
    for (const taken of this.#states.take(({ key }) => this.#isCreated(key))) changesOf(taken.key).states.push(taken);
    return [...byProject.values()];
  }

  /** Together, or one by one where something failed: what keeps failing holds nothing else up. */
  #writeChanges(changes: Changes): Promise<StorageError | null>[] {
    const { projectId, patches, states } = changes;
    if (!this.#hasFailed || patches.length === 0) return [this.#writeTogether(changes)];
    return [
      this.#writeTogether({ projectId, patches, states: [] }),
      this.#writeTogether({ projectId, patches: [], states }),
    ];
  }

  async #writeTogether({ projectId, patches, states }: Changes): Promise<StorageError | null> {
    const entries = patches.map(({ value }) => value);
    const write = async () => this.#storage.saveChanges(projectId, entries, states[0]?.value() ?? null);
    const writing = write();
    const outcomes = [settled(this.#patches, patches, () => writing), settled(this.#states, states, () => writing)];
    const [error = null] = await Promise.all(outcomes);
    if (error === null) this.#track(this.#measureJournals(entries));
    return error;
  }

  async #measureJournals(written: readonly QueuedPatch[]): Promise<void> {
    for (const journal of this.#journals.values()) {
      const added = written.filter((e) => e.projectId === journal.projectId && e.pictureId === journal.pictureId);
      if (added.length === 0) continue;
      journal.bytes += added.reduce((sum, { patch }) => sum + patch.byteLength, 0);
      journal.entries =
        journal.entries === null
          ? await this.#storage.journalLength(journal.projectId, journal.pictureId).catch(() => null)
          : journal.entries + added.length;
      if ((journal.entries ?? 0) < MAX_JOURNAL_ENTRIES && journal.bytes < MAX_JOURNAL_BYTES) continue;
      this.#longJournals.add(journal);
      this.#compactWhenIdle();
    }
  }

  #compactWhenIdle(): void {
    if (this.#isIdleAwaited) return;
    this.#isIdleAwaited = true;
    const onIdle = () => {
      this.#isIdleAwaited = false;
      if (!this.#listening.signal.aborted) this.#track(this.#compactOne());
    };
    this.#page.whenIdle(onIdle, IDLE_TIMEOUT_MS);
  }

  /** One picture an idle moment. Never rejects. */
  async #compactOne(): Promise<void> {
    const [journal] = this.#longJournals;
    if (journal === undefined) return;
    this.#longJournals.delete(journal);
    if (this.#longJournals.size > 0) this.#compactWhenIdle();
    // With a gesture open there are pixels in the planes that may yet be taken back; the gesture's end brings it here
    // again.
    const planes = journal.planes();
    if (planes === null) return;
    // A copy, taken together with the revision: the database may have to be opened first.
    const copy = clonePlanes(planes);
    const { projectId, pictureId, labelRevision } = journal;
    journal.entries = 0;
    journal.bytes = 0;
    try {
      await this.#storage.compact(projectId, pictureId, copy, labelRevision);
    } catch {
      // Nothing is lost, since the journal is still there; it is tried again after as many gestures.
    }
  }
}

/** The outcome of writing what was taken from a queue, which is told of it. */
async function settled<Value>(
  queue: PendingWrites<Value>,
  taken: readonly PendingWrite<Value>[],
  write: () => Promise<void>,
): Promise<StorageError | null> {
  try {
    await write();
    queue.settle(taken, true);
    return null;
  } catch (cause) {
    queue.settle(taken, false);
    return toStorageError(cause, 'write');
  }
}
