/** Keeps the values that were used last, and disposes those that it gives up. */
export class RecentlyUsed<Value extends { dispose(): void }> {
  /** Least recently used first. */
  readonly #values = new Map<string, Value>();

  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of `key`, made by `make` where there is none; another one may have to go for it. */
  get(key: string, make: () => Value): Value {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#capacity && oldest !== undefined) this.#drop(oldest);
    return value;
  }

  /** Gives up every value whose key is not among `keys`. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of [...this.#values.keys()]) if (!keys.has(key)) this.#drop(key);
  }

  dispose(): void {
    this.keepOnly(new Set());
  }

  #drop(key: string): void {
    this.#values.get(key)?.dispose();
    this.#values.delete(key);
  }
}
