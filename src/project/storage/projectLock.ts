/** Where a browser's locks come from. */
export interface LockingPage {
  /** `undefined` where there are none, over plain http above all. */
  locks(): LockManager | undefined;
}

/** The right to change a project. Only one tab has it; closing or crashing gives it back as well. */
export interface ProjectLock {
  readonly projectId: string;
  /** Gives the right back, after which another tab may have it. */
  release(): void;
}

/** A page that is being left gives its locks back only once it is gone; a reloaded one must not meet its own shadow. */
const SHADOW_MS = 500;

/** A browser that has not answered after as many of these, in turn, has locks in name alone. */
const ANSWER_TICK_MS = 500;
const ANSWER_TICKS = 10;

/**
 * Takes a project's lock, or resolves with `null` when another tab still has it after half a second. Never rejects.
 *
 * Over plain http a browser has no locks, and elsewhere it may refuse them to a page or never answer; there every request
 * is granted, and two tabs with one project open would overwrite each other's changes.
 */
export async function acquireProjectLock(page: LockingPage, projectId: string): Promise<ProjectLock | null> {
  // A busy browser may take longer than the shadow's time to grant what nobody has: it is asked, not timed.
  const free = await takeIfFree(page, projectId);
  if (free !== null) return free;
  try {
    return await waitForProjectLock(page, projectId, AbortSignal.timeout(SHADOW_MS));
  } catch {
    return await takeIfFree(page, projectId);
  }
}

function takeIfFree(page: LockingPage, projectId: string): Promise<ProjectLock | null> {
  const locks = page.locks();
  if (locks === undefined) return Promise.resolve(withoutLocks(projectId));
  return new Promise((resolve) => {
    let isAnswered = false;
    const answer = (lock: ProjectLock | null) => {
      isAnswered = true;
      resolve(lock);
    };
    const take = (lock: Lock | null): Promise<void> | undefined => {
      // Too late: it is given back at once.
      if (isAnswered) return undefined;
      if (lock !== null) return hold(projectId, answer);
      answer(null);
      return undefined;
    };
    request(locks, projectId, { ifAvailable: true }, take).catch((error: unknown) => {
      answer(isTakenAway(error) ? null : withoutLocks(projectId));
    });
    void hasTimePassed(() => isAnswered).then((isSilent) => {
      if (isSilent) answer(withoutLocks(projectId));
    });
  });
}

/**
 * Waits until a project's lock is free and takes it. Rejects with `signal`'s reason when that comes first, and when
 * somebody takes the lock by force.
 */
export function waitForProjectLock(page: LockingPage, projectId: string, signal: AbortSignal): Promise<ProjectLock> {
  const locks = page.locks();
  if (locks === undefined) return Promise.resolve(withoutLocks(projectId));
  return new Promise((resolve, reject) => {
    // By itself, too: a browser that does not answer does not hear either.
    signal.addEventListener('abort', () => reject(signal.reason));
    const take = () => (signal.aborted ? undefined : hold(projectId, resolve));
    request(locks, projectId, { signal }, take).catch((error: unknown) => {
      if (signal.aborted || isTakenAway(error)) reject(error);
      else resolve(withoutLocks(projectId));
    });
  });
}

/** `locks.request`, but always rejecting: some browsers throw instead. */
async function request(
  locks: LockManager,
  projectId: string,
  options: LockOptions,
  take: (lock: Lock | null) => Promise<void> | undefined,
): Promise<void> {
  await locks.request(lockName(projectId), options, take);
}

/**
 * Whether a request ended because another page took the lock by force. All else says that this page gets no locks: a
 * SecurityError in a sandbox, an InvalidStateError in a document that is being left.
 */
function isTakenAway(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Resolves with true after the time for an answer, and with false once there is one; ticks, for a busy page hears late. */
async function hasTimePassed(isAnswered: () => boolean): Promise<boolean> {
  for (let tick = 0; tick < ANSWER_TICKS; tick++) {
    await new Promise((resolve) => setTimeout(resolve, ANSWER_TICK_MS));
    if (isAnswered()) return false;
  }
  return true;
}

function lockName(projectId: string): string {
  return `unlabeled/${projectId}`;
}

function withoutLocks(projectId: string): ProjectLock {
  return { projectId, release: () => undefined };
}

/** The browser takes the lock back when the returned promise resolves. */
function hold(projectId: string, grant: (lock: ProjectLock) => void): Promise<void> {
  return new Promise((release) => grant({ projectId, release }));
}
