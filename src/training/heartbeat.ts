/** How often a sign of life is asked for where none came by itself. */
const BEAT_MS = 3000;

/** What {@link Heartbeat} works with. */
export interface HeartbeatOptions {
  /** Asks for a sign of life. */
  ping(): void;
  /** How long the other end may be silent now: longer while shaders compile, say. */
  limitMs(): number;
  /** None came for that long; called once until one comes. */
  onSilent(): void;
  /** One came after all. */
  onHeardAgain(): void;
}

/**
 * Notices that the other end says nothing any more, as a worker that was ended without an event.
 *
 * Silence is counted in beats of this end's own timer, not by the clock: where the device slept, both ends did. An end that
 * was only slow to answer is given twice as long the next time.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #silentBeats = 0;
  #isSilent = false;
  #patience = 1;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** A sign of life came, asked for or not. */
  heard(): void {
    this.#silentBeats = 0;
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#patience *= 2;
    this.#options.onHeardAgain();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (!this.#isSilent && this.#silentBeats * BEAT_MS >= this.#patience * this.#options.limitMs()) {
      this.#isSilent = true;
      this.#options.onSilent();
    }
    this.#silentBeats++;
    this.#options.ping();
  }
}
