import type { TrainedStep } from '../../../segmentation/trainer/trainingStep.ts';
import type { TelemetryPoint } from '../../learnerMessages.ts';
import type { Learners } from '../replica/learners.ts';
import { COMPARED_DIVERGED, DIVERGED } from '../reports/sentences.ts';
import { Telemetry } from '../reports/telemetry.ts';
import { Pace, PredictionPace } from './pace.ts';

/** What was learned since the last message to the page. */
export interface TelemetryNews {
  readonly points: readonly TelemetryPoint[];
  /** Points of the same steps by the learner that is compared with; empty where there is none. */
  readonly comparedPoints: readonly TelemetryPoint[];
  readonly stepsPerSecond: number | null;
}

/** A loss that is no number: the weights before that step, if not those before it, are of no use any more. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  /** Whose loss it is. */
  readonly step: number;
  /** Whether it is the project's own learner's, and not that of one beside it. */
  readonly isOwn: boolean;

  constructor(step: number, isOwn: boolean) {
    super(isOwn ? DIVERGED : COMPARED_DIVERGED);
    this.step = step;
    this.isOwn = isOwn;
  }
}

/** The steps under way: hands them over in bursts, takes up their losses when they come, and keeps the pace. */
export class TrainingRun {
  readonly #now: () => number;
  readonly #telemetry = new Telemetry();
  readonly #pace = new Pace();
  readonly #predictionPace = new PredictionPace();
  #burstInFlight: Promise<void> | null = null;
  #compilation: Promise<void> | null = null;
  #reading: Promise<unknown> | null = null;

  /** `now`: milliseconds on a monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Steps of the next burst. */
  get burstSteps(): number {
    return this.#pace.steps;
  }

  /** Settles with the steps that were handed over last; rejects where they failed. */
  get newestBurst(): Promise<void> | null {
    return this.#burstInFlight;
  }

  get isCompiling(): boolean {
    return this.#compilation !== null;
  }

  /** Whether the active picture is to be predicted now. */
  get predictionIsDue(): boolean {
    return this.#predictionPace.isDue(this.#now());
  }

  /** Hands `count` steps over to the processor. What it returns settles with the burst before: rejects where that failed. */
  dispatch(learners: Learners, count: number): Promise<void> | null {
    const previous = this.#burstInFlight;
    const steps = learners.trainSteps(count);
    this.#telemetry.dispatched(this.#now(), count);
    this.#burstInFlight = steps.then(({ a, b }) => {
      this.#pace.ended(this.#now(), count);
      a.forEach((taken, i) => {
        const compared = b?.[i] ?? null;
        this.#telemetry.record(pointOf(taken, true), compared && pointOf(compared, false));
      });
    });
    // Failed steps are reported where the promise is awaited; until then they must not count as unhandled.
    this.#burstInFlight.catch(() => undefined);
    return previous;
  }

  /** Has `work` compile in the background; goes on where it was when it is called again. */
  compile(work: () => Promise<void>): Promise<void> {
    this.#compilation ??= work().finally(() => {
      this.#compilation = null;
    });
    // Where nobody waits for it any more, a failure shows at the next step.
    this.#compilation.catch(() => undefined);
    return this.#compilation;
  }

  /** Something reads the learner beside the steps; what it reads, and whether it fails, is ignored by them. */
  readsAlong(reading: Promise<unknown>): void {
    this.#reading = Promise.allSettled([this.#reading, reading]);
  }

  /** Waits for the steps under way, so that nothing of the learner is in use. */
  async drain(): Promise<void> {
    await this.#compilation;
    const inFlight = this.#burstInFlight;
    this.#burstInFlight = null;
    await inFlight;
    const reading = this.#reading;
    this.#reading = null;
    await reading;
  }

  /** Nobody waits any longer for the steps under way, which failed or are of a learner that did. */
  abandon(): void {
    this.#burstInFlight = null;
  }

  /** Notes that a prediction by `learners` learners was begun at `begunMs` and has ended. */
  predicted(begunMs: number, learners: number): void {
    this.#predictionPace.ended(begunMs, this.#now(), learners);
    this.#pace.interrupted();
  }

  /** Another picture is to be predicted: at once. */
  predictSoon(): void {
    this.#predictionPace.clear();
  }

  /** The time until the next step says nothing of how long steps take. */
  interrupted(): void {
    this.#telemetry.interrupted();
    this.#pace.interrupted();
  }

  /** Everything starts over, for another learner. */
  clear(): void {
    this.#telemetry.clear();
    this.#pace.clear();
    this.#predictionPace.clear();
  }

  /** The telemetry that is due now, or with `force` all there is; `null` when there is none. */
  takeTelemetry(force: boolean): TelemetryNews | null {
    const taken = this.#telemetry.take(this.#now(), force);
    return taken === null ? null : { ...taken, stepsPerSecond: this.#telemetry.stepsPerSecond() };
  }
}

/** Throws a {@link DivergenceError} where the loss is none. */
function pointOf({ step, loss, learningRate }: TrainedStep, isOwn: boolean): TelemetryPoint {
  if (!Number.isFinite(loss)) throw new DivergenceError(step, isOwn);
  return { step, loss, learningRate };
}
