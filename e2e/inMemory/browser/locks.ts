/** A browser's locks, exclusive ones by name: what `navigator.locks` promises of these, for the pages of one process. */
export class InMemoryLocks {
  /** Names that are held, each with those who wait for it, in the order in which they came. */
  readonly #held = new Map<string, (() => void)[]>();

  /** The locks as one page has them. When `end` resolves the page is gone, and all that it holds is free. */
  ofPage(end: Promise<void>): LockManager {
    const request = async (name: string, options: LockOptions, take: (lock: Lock | null) => unknown) => {
      if (options.ifAvailable === true && this.#held.has(name)) return take(null);
      await this.#turn(name, options.signal);
      try {
        return await Promise.race([take({ name, mode: 'exclusive' }), end]);
      } finally {
        this.#pass(name);
      }
    };
    return { request } as unknown as LockManager;
  }

  /** Resolves when the lock is the caller's. Rejects with the signal's reason. */
  #turn(name: string, signal: AbortSignal | undefined): Promise<void> {
    const waiting = this.#held.get(name);
    if (waiting === undefined) {
      this.#held.set(name, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      waiting.push(resolve);
      signal?.addEventListener('abort', () => {
        const place = waiting.indexOf(resolve);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason);
      });
    });
  }

  #pass(name: string): void {
    const next = this.#held.get(name)?.shift();
    if (next === undefined) this.#held.delete(name);
    else next();
  }
}
