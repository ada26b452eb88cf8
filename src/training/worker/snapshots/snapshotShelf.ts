/** What is kept of a learner at a step. */
export interface Kept {
  readonly step: number;
  readonly byteLength: number;
}

export interface ShelfLimits {
  readonly most: number;
  readonly bytes: number;
}

/**
 * Snapshots of a learner's life, spread about evenly over its steps, within limits of number and bytes.
 *
 * The first step is always kept, then one at a fixed distance of steps; where that becomes too much, every other one goes and the
 * distance doubles.
 */
export class SnapshotShelf<Snapshot extends Kept> {
  readonly #limits: ShelfLimits;
  #kept: Snapshot[] = [];
  #distance = 1;
  /** Of the newest that was asked for. */
  #notedStep = 0;

  constructor(limits: ShelfLimits) {
    this.#limits = limits;
  }

  /** In rising order. */
  get steps(): readonly number[] {
    return this.#kept.map(({ step }) => step);
  }

  at(step: number): Snapshot | null {
    return this.#kept.find((snapshot) => snapshot.step === step) ?? null;
  }

  /** Whether a snapshot is wanted of a learner at `step`; then the next one is wanted only some steps later. */
  takes(step: number): boolean {
    if (step < 1 || (this.#notedStep > 0 && step < this.#notedStep + this.#distance)) return false;
    this.#notedStep = step;
    return true;
  }

  /** Adds a snapshot, newer than all others. */
  add(snapshot: Snapshot): void {
    this.#kept.push(snapshot);
    while (this.#isTooMuch && this.#kept.length > 1) this.#thin();
    if (this.#isTooMuch) this.#kept = [];
  }

  /** Forgets those after `step`; the next one is wanted as if the learner had just come there. */
  dropAfter(step: number): void {
    this.#kept = this.#kept.filter((snapshot) => snapshot.step <= step);
    this.#notedStep = Math.min(this.#notedStep, this.#kept.at(-1)?.step ?? 0);
  }

  /** Forgets all of them, of a learner whose steps end at `budget` or go on beyond. */
  startOver(budget: number): void {
    this.#kept = [];
    this.#notedStep = 0;
    this.#distance = Math.max(1, Math.floor(budget / this.#limits.most));
  }

  get #isTooMuch(): boolean {
    const bytes = this.#kept.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return this.#kept.length > this.#limits.most || bytes > this.#limits.bytes;
  }

  #thin(): void {
    this.#distance *= 2;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
  }
}
