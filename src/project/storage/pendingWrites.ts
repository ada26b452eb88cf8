/** A value on its way into storage. */
export interface PendingWrite<Value> {
  readonly key: string;
  readonly value: Value;
}

/** Writes that are not yet known to be stored: the newest value for each key. */
export class PendingWrites<Value> {
  /** Those that wait and those under way. */
  readonly #newest = new Map<string, PendingWrite<Value>>();
  readonly #waiting = new Map<string, PendingWrite<Value>>();

  get size(): number {
    return this.#newest.size;
  }

  /** Takes the place of a value with that key. */
  set(key: string, value: Value): void {
    const write = { key, value };
    this.#newest.set(key, write);
    this.#waiting.set(key, write);
  }

  /** The value of a key that waits or is under way. */
  get(key: string): Value | undefined {
    return this.#newest.get(key)?.value;
  }

  /** All that wait and are ready, oldest first; they are under way from now on. */
  take(isReady: (write: PendingWrite<Value>) => boolean = () => true): PendingWrite<Value>[] {
    const taken = [...this.#waiting.values()].filter(isReady);
    for (const { key } of taken) this.#waiting.delete(key);
    return taken;
  }

  /** Tells how writes that were taken ended. What failed waits again, unless its key has had a newer value since. */
  settle(taken: readonly PendingWrite<Value>[], isStored: boolean): void {
    for (const write of taken) {
      if (this.#newest.get(write.key) !== write) continue;
      if (isStored) this.#newest.delete(write.key);
      else this.#waiting.set(write.key, write);
    }
  }
}
