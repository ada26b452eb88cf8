import { RateTrial } from '../../../segmentation/optimizer/rateTrial.ts';
import { Pace } from '../loop/pace.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Reports } from '../reports/reports.ts';

/** A message to the page that often at most. */
const INTERVAL_MS = 100;

/** A search for a learning rate: takes the trial's steps in bursts and tells the page what they cost. */
export class RateSearch {
  readonly #project: LearningProject;
  readonly #reports: Reports;
  readonly #now: () => number;
  readonly #pace = new Pace();
  #trial: RateTrial | null = null;
  #told = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** The project must have something to learn from. `now`: milliseconds on a monotonic clock. */
  constructor(project: LearningProject, reports: Reports, now: () => number) {
    this.#project = project;
    this.#reports = reports;
    this.#now = now;
  }

  /** Tries the next few rates. True when there is none left: then {@link end} it. */
  async advance(): Promise<boolean> {
    this.#trial ??= await RateTrial.begin(this.#project.trainer);
    const count = this.#pace.steps;
    await this.#trial.take(count);
    const nowMs = this.#now();
    this.#pace.ended(nowMs, count);
    if (this.#trial.isOver) return true;
    if (nowMs - this.#toldAtMs >= INTERVAL_MS) {
      this.#toldAtMs = nowMs;
      this.#reports.rateSearch(this.#project, this.#untold(), null);
    }
    return false;
  }

  /** Puts the learner back as it was. `because`: why that is before the search's own end, as a sentence. */
  end(because: string | null): void {
    const points = this.#untold();
    this.#trial?.end();
    this.#reports.rateSearch(this.#project, points, { because });
  }

  #untold() {
    const points = this.#trial?.points.slice(this.#told) ?? [];
    this.#told += points.length;
    return points;
  }
}
