/** The right to change a project. Only one tab has it; closing or crashing gives it back as well. */
export interface ProjectLock {
  readonly projectId: string;
  /** Gives the right back, after which another tab may have it. */
  release(): void;
}

/** A page that is being left gives its locks back only once it is gone; a reloaded one must not meet its own shadow. */
const SHADOW_MS = 500;

/**
 * Takes a project's lock, or resolves with `null` when another tab still has it after half a second.
 *
 * Over plain http a browser has no locks; there every request is granted at once, and two tabs with one project open
 * would overwrite each other's changes.
 */
export async function acquireProjectLock(projectId: string): Promise<ProjectLock | null> {
  // A busy browser may take longer than the shadow's time to grant what nobody has: it is asked, not timed.
  const free = await takeIfFree(projectId);
  if (free !== null) return free;
  try {
    return await waitForProjectLock(projectId, AbortSignal.timeout(SHADOW_MS));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return await takeIfFree(projectId);
    throw error;
  }
}

function takeIfFree(projectId: string): Promise<ProjectLock | null> {
  const locks = browserLocks();
  if (locks === undefined) return Promise.resolve(withoutLocks(projectId));
  return new Promise((resolve, reject) => {
    const take = (lock: Lock | null) => (lock === null ? resolve(null) : hold(projectId, resolve));
    locks.request(lockName(projectId), { ifAvailable: true }, take).catch(reject);
  });
}

/** Waits until a project's lock is free and takes it. Rejects with `signal`'s reason when that comes first. */
export function waitForProjectLock(projectId: string, signal: AbortSignal): Promise<ProjectLock> {
  const locks = browserLocks();
  if (locks === undefined) return Promise.resolve(withoutLocks(projectId));
  return new Promise((resolve, reject) => {
    locks.request(lockName(projectId), { signal }, () => hold(projectId, resolve)).catch(reject);
  });
}

function lockName(projectId: string): string {
  return `unlabeled/${projectId}`;
}

function browserLocks(): LockManager | undefined {
  return navigator.locks;
}

function withoutLocks(projectId: string): ProjectLock {
  return { projectId, release: () => undefined };
}

/** The browser takes the lock back when the returned promise resolves. */
function hold(projectId: string, grant: (lock: ProjectLock) => void): Promise<void> {
  return new Promise((release) => grant({ projectId, release }));
}
