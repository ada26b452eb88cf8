import type { TelemetryPoint } from '../protocol.ts';

/** Steps that the rate looks back on. */
const RATE_WINDOW = 24;
/** Five messages a second: more than an eye reads, and each costs the page a rendering. */
const INTERVAL_MS = 200;

/** Collects the figures of training steps between two messages to the page. */
export class Telemetry {
  #points: TelemetryPoint[] = [];
  #dispatchedAtMs: number[] = [];
  #sentAtMs = Number.NEGATIVE_INFINITY;

  /** Notes that a step was dispatched. */
  dispatched(nowMs: number): void {
    this.#dispatchedAtMs.push(nowMs);
    if (this.#dispatchedAtMs.length > RATE_WINDOW) this.#dispatchedAtMs.shift();
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

  /** Steps per second over the last few steps; `null` before there are two. */
  stepsPerSecond(): number | null {
    const first = this.#dispatchedAtMs[0];
    const last = this.#dispatchedAtMs.at(-1);
    if (first === undefined || last === undefined || last <= first) return null;
    return ((this.#dispatchedAtMs.length - 1) * 1000) / (last - first);
  }

  /** The rate starts over: a pause is not a slow step. */
  interrupted(): void {
    this.#dispatchedAtMs = [];
  }

  /** Everything starts over, for another learner. */
  clear(): void {
    this.#points = [];
    this.interrupted();
  }
}
