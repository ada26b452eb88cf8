import type { TelemetryPoint } from '../protocol.ts';

/** Bursts of steps that the rate looks back on. */
const RATE_WINDOW = 24;
/** Five messages a second: more than an eye reads, and each costs the page a rendering. */
const INTERVAL_MS = 200;

/** Collects the figures of training steps between two messages to the page. */
export class Telemetry {
  #points: TelemetryPoint[] = [];
  #bursts: { readonly atMs: number; readonly steps: number }[] = [];
  #sentAtMs = Number.NEGATIVE_INFINITY;

  /** Notes that `steps` steps were dispatched together. */
  dispatched(atMs: number, steps: number): void {
    this.#bursts.push({ atMs, steps });
    if (this.#bursts.length > RATE_WINDOW) this.#bursts.shift();
  }

  /** Notes a step's loss once it was read back. */
  record(point: TelemetryPoint): void {
    this.#points.push(point);
  }

  /** The points since the last message if it is time for one (or `force`), else `null`. */
  take(nowMs: number, force: boolean): TelemetryPoint[] | null {
    if (this.#points.length === 0 || (!force && nowMs - this.#sentAtMs < INTERVAL_MS)) return null;
    this.#sentAtMs = nowMs;
    const points = this.#points;
    this.#points = [];
    return points;
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
    this.interrupted();
  }
}
