/** Longer than this a submission is not to keep the page from being drawn; drivers reset themselves after two seconds. */
const MAX_MS = 50;
/** What is taken for granted before anything was measured: that of a modest integrated graphics processor. */
const FLOPS_PER_MS = 5e8;

/** Into how many submissions a step is cut, so that none takes long: by counted work at first, by measured time later. */
export class SubmissionPace {
  #submissions: number;
  /** When the results that were read last were there. */
  #doneMs = 0;

  /** `flops`: operations of a step. */
  constructor(flops: number) {
    this.#submissions = Math.max(1, Math.ceil(flops / FLOPS_PER_MS / MAX_MS));
  }

  get submissions(): number {
    return this.#submissions;
  }

  /** That many steps, submitted from `begunMs` on, were done at `doneMs`. */
  measured(count: number, begunMs: number, doneMs: number): void {
    const tookMs = (doneMs - Math.max(begunMs, this.#doneMs)) / count;
    this.#doneMs = doneMs;
    this.#submissions = Math.max(1, Math.ceil(tookMs / MAX_MS));
  }
}
