/**
 * Undo and redo under a memory budget.
 *
 * When the entries hold more than `budgetBytes` together, the oldest go; the newest always stays, so that the latest
 * edit can be taken back however large it was. Packages for undo count steps, of which one here may be a thousand times
 * as large as another.
 */
export class History<Entry extends { readonly byteLength: number }> {
  readonly #budgetBytes: number;
  readonly #entries: Entry[] = [];
  /** Entries before this index can be undone, the others redone. */
  #position = 0;
  #totalBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** All edits, oldest first; those from {@link position} on are undone. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** How many edits are applied; the rest are undone. */
  get position(): number {
    return this.#position;
  }

  get canUndo(): boolean {
    return this.#position > 0;
  }

  get canRedo(): boolean {
    return this.#position < this.#entries.length;
  }

  /** The entry that `undo` would return. */
  get newest(): Entry | undefined {
    return this.#entries[this.#position - 1];
  }

  /** Adds an applied edit; undone edits are dropped. */
  push(entry: Entry): void {
    for (const dropped of this.#entries.splice(this.#position)) this.#totalBytes -= dropped.byteLength;
    this.#entries.push(entry);
    this.#totalBytes += entry.byteLength;
    let surplus = 0;
    while (this.#totalBytes > this.#budgetBytes && surplus < this.#entries.length - 1) {
      this.#totalBytes -= this.#entries[surplus]?.byteLength ?? 0;
      surplus++;
    }
    this.#entries.splice(0, surplus);
    this.#position = this.#entries.length;
  }

  /** Replaces the newest entry, for two edits that a person takes for one. */
  replaceNewest(entry: Entry): void {
    if (this.#position > 0) {
      this.#position--;
    }
    this.push(entry);
  }

  /** Steps back; returns the entry to invert, or `undefined` when there is none. */
  undo(): Entry | undefined {
    return this.canUndo ? this.#entries[--this.#position] : undefined;
  }

  /** Steps forward; returns the entry to apply again, or `undefined` when there is none. */
  redo(): Entry | undefined {
    return this.canRedo ? this.#entries[this.#position++] : undefined;
  }
}
