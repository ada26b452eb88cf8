/** Points kept before the series halves its resolution: more than any chart has pixels. */
const CAPACITY = 2048;

/**
 * A curve that never outgrows its memory: when full, neighbouring points are averaged in pairs and later ones are
 * collected at that coarser resolution.
 */
export class Series {
  readonly #x = new Float64Array(CAPACITY);
  readonly #y = new Float64Array(CAPACITY);
  #length = 0;
  /** How many raw points make one kept point. */
  #stride = 1;
  #sumX = 0;
  #sumY = 0;
  #pending = 0;

  get length(): number {
    return this.#length;
  }

  push(x: number, y: number): void {
    this.#sumX += x;
    this.#sumY += y;
    this.#pending += 1;
    if (this.#pending < this.#stride) return;
    if (this.#length === CAPACITY) this.#halve();
    this.#x[this.#length] = this.#sumX / this.#pending;
    this.#y[this.#length] = this.#sumY / this.#pending;
    this.#length += 1;
    this.#sumX = 0;
    this.#sumY = 0;
    this.#pending = 0;
  }

  clear(): void {
    this.#length = 0;
    this.#stride = 1;
    this.#sumX = 0;
    this.#sumY = 0;
    this.#pending = 0;
  }

  /** Views of the kept points, valid until the next `push` or `clear`. */
  view(): { readonly x: Float64Array; readonly y: Float64Array } {
    return { x: this.#x.subarray(0, this.#length), y: this.#y.subarray(0, this.#length) };
  }

  /** Copies of the kept points, to be stored. */
  pairs(): [x: number, y: number][] {
    return Array.from({ length: this.#length }, (_, i) => [this.#x[i] ?? 0, this.#y[i] ?? 0]);
  }

  #halve(): void {
    const half = CAPACITY / 2;
    for (let i = 0; i < half; i++) {
      this.#x[i] = ((this.#x[2 * i] ?? 0) + (this.#x[2 * i + 1] ?? 0)) / 2;
      this.#y[i] = ((this.#y[2 * i] ?? 0) + (this.#y[2 * i + 1] ?? 0)) / 2;
    }
    this.#length = half;
    this.#stride *= 2;
  }
}
