/** The right to change a project. Only one tab has it; closing or crashing gives it back as well. */
export interface ProjectLock {
  readonly projectId: string;
  /** Gives the right back, after which another tab may have it. */
  release(): void;
}

/**
 * Takes a project's lock, or returns `null` while another tab has it.
 *
 * Over plain http a browser has no locks; there every request is granted at once, and two tabs with one project open
 * would overwrite each other's changes.
 */
export function acquireProjectLock(projectId: string): Promise<ProjectLock | null> {
  const locks = browserLocks();
  if (locks === undefined) return Promise.resolve(withoutLocks(projectId));
  return new Promise((resolve, reject) => {
    locks
      .request(lockName(projectId), { ifAvailable: true }, (granted) =>
        granted === null ? resolve(null) : hold(projectId, resolve),
      )
      .catch(reject);
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
