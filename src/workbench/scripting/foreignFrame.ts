/** What is looked at of a window and of those around it. */
export interface NestedWindow {
  readonly parent: NestedWindow;
  /** Throws where the window is another origin's. */
  readonly document: unknown;
}

/**
 * Whether a window is in a frame that a page of another origin has a part in, as the one around it or further out. A
 * frame on pages of the same origin alone is none: these may read what is stored anyway.
 */
export function isInForeignFrame(page: NestedWindow): boolean {
  for (let inner = page; inner.parent !== inner; inner = inner.parent) {
    try {
      // A sandbox without an origin gives nothing, or throws.
      if (inner.parent.document === undefined) return true;
    } catch {
      return true;
    }
  }
  return false;
}
