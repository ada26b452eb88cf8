import { parseTunedAdapter, type TunedAdapter } from '../../settings/gpuVerdicts.ts';
import type { TuneRequest } from '../../training/backendMessages.ts';
import { TrainingClient, type TrainingWorker, type UnaskedEvent } from '../../training/client.ts';

/** A learner that rests so long is likely to rest longer. */
const REST_MS = 2000;

/** What {@link AdapterTiming} needs of whoever knows the learner. */
export interface AdapterTimingHost {
  /** A worker for nothing else, of the training worker's script. */
  startWorker(): TrainingWorker;
  /** What is to be timed; `null`: nothing. */
  request(): TuneRequest | null;
  tuned(tuned: TunedAdapter): void;
  /** The adapter could not do it. */
  failed(): void;
}

/**
 * Has the graphics adapter timed once, in a worker of its own, while a learner rests that has learned on it. What the
 * learner does comes first: it ends the timing at once, which begins anew at the next rest.
 */
export class AdapterTiming {
  readonly #host: AdapterTimingHost;
  #hasLearned = false;
  /** What lacks a file lacks it at the next rest, too. */
  #isImpossible = false;
  /** Ends what is under way, or about to be. */
  #end: (() => void) | null = null;

  constructor(host: AdapterTimingHost) {
    this.#host = host;
  }

  /** A learner is told to learn, or, with `false`, to predict. */
  works(learns: boolean): void {
    this.#hasLearned ||= learns;
    this.#stop();
  }

  /** A learner has come to rest. */
  rested(): void {
    if (!this.#hasLearned || this.#isImpossible || this.#end !== null) return;
    const timer = setTimeout(() => {
      this.#end = null;
      const request = this.#host.request();
      if (request !== null) this.#begin(request);
    }, REST_MS);
    this.#end = () => clearTimeout(timer);
  }

  #begin(request: TuneRequest): void {
    const worker = this.#host.startWorker();
    const client = new TrainingClient(worker, (event) => this.#receive(event));
    this.#end = () => {
      client.dispose();
      worker.terminate();
    };
    const giveUp = () => {
      this.#isImpossible = true;
      this.#stop();
    };
    worker.addEventListener('error', giveUp);
    worker.addEventListener('messageerror', giveUp);
    client.tune(request);
  }

  #receive(event: UnaskedEvent): void {
    if (event.type !== 'tuned' && event.type !== 'failed') return;
    this.#stop();
    const tuned = event.type === 'tuned' ? parseTunedAdapter(event) : null;
    if (tuned !== null) this.#host.tuned(tuned);
    else if (event.type === 'failed' && event.cause === null) this.#isImpossible = true;
    else this.#host.failed();
  }

  #stop(): void {
    this.#end?.();
    this.#end = null;
  }
}
