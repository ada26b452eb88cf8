/** A text that this browser keeps; `null` where there is none, or storage is switched off. */
export function readText(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** Stores a text in this browser; false where storage is switched off or full. */
export function keepText(storage: () => Storage, key: string, text: string): boolean {
  try {
    storage().setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

/** Removes a stored text, if storage is available. */
export function forgetText(storage: () => Storage, key: string): void {
  try {
    storage().removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
