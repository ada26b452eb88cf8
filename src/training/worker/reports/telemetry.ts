import type { TelemetryPoint } from '../../learnerMessages.ts';

/** Bursts of steps that the rate looks back on. */
const RATE_WINDOW = 24;
/** Five messages a second: more than an eye reads, and each costs the page a rendering. */
const INTERVAL_MS = 200;

/** Points of the same steps by the one learner and, where two are compared, by the other. */
interface TelemetryPoints {
  readonly points: readonly TelemetryPoint[];
  readonly comparedPoints: readonly TelemetryPoint[];
}

/** Collects the figures of training steps between two messages to the page. */
export class Telemetry {
  #points: TelemetryPoint[] = [];
  #comparedPoints: TelemetryPoint[] = [];
  #bursts: { readonly atMs: number; readonly steps: number }[] = [];
  #sentAtMs = Number.NEGATIVE_INFINITY;

  /** Notes that `steps` steps were dispatched together. */
  dispatched(atMs: number, steps: number): void {
    this.#bursts.push({ atMs, steps });
    if (this.#bursts.length > RATE_WINDOW) this.#bursts.shift();
  }

  /** Notes a step's loss once it was read back and, while two learners are compared, the other one's. */
  record(point: TelemetryPoint, compared: TelemetryPoint | null): void {
    this.#points.push(point);
    if (compared !== null) this.#comparedPoints.push(compared);
  }

  /** The points since the last message if it is time for one (or `force`), else `null`. */
  take(nowMs: number, force: boolean): TelemetryPoints | null {
    if (this.#points.length === 0 || (!force && nowMs - this.#sentAtMs < INTERVAL_MS)) return null;
    this.#sentAtMs = nowMs;
    const taken = { points: this.#points, comparedPoints: this.#comparedPoints };
    this.#points = [];
    this.#comparedPoints = [];
    return taken;
  }

  /** Steps per second over the last few bursts; `null` before there are two. */
  stepsPerSecond(): number | null {
    const [first, ...later] = this.#bursts;
    const last = later.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
    return (later.reduce((sum, { steps }) => sum + steps, 0) * 1000) / (last.atMs - first.atMs);
  }

  /** The rate starts over: a pause is not a slow step. */
  interrupted(): void {
    this.#bursts = [];
  }

  /** Everything starts over, for another learner. */
  clear(): void {
    this.#points = [];
    this.#comparedPoints = [];
    this.interrupted();
  }
}
