/** What the browser says that this origin's storage holds and may hold, in bytes; both are rough. */
export interface StorageEstimateBytes {
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/**
 * Asks the browser not to clear this origin's storage when a disk runs full. Returns whether it will not; it never
 * rejects, and a browser that asks the person does so itself.
 */
export async function requestPersistence(): Promise<boolean> {
  try {
    return await navigator.storage.persist();
  } catch {
    // Over plain http there is no `navigator.storage`; what is stored then lasts as long as the browser likes.
    return false;
  }
}

/** Whether the browser has promised not to clear this origin's storage; asks nobody. */
export async function isPersistent(): Promise<boolean> {
  try {
    return await navigator.storage.persisted();
  } catch {
    return false;
  }
}

/** How much of its room the origin's storage takes, or `null` where the browser does not tell. */
export async function storageEstimate(): Promise<StorageEstimateBytes | null> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? null : { usedBytes: usage, quotaBytes: quota };
  } catch {
    return null;
  }
}
