/** A text that this browser keeps; `null` where there is none, or storage is switched off. */
export function readText(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** Has this browser keep a text; false where storage is switched off or full, and then it does not last. */
export function keepText(storage: () => Storage, key: string, text: string): boolean {
  try {
    storage().setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

/** Has this browser forget a text, where it can. */
export function forgetText(storage: () => Storage, key: string): void {
  try {
    storage().removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
