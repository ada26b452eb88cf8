import { TrainingClient, type TrainingWorker, type UnaskedEvent } from '../../training/client.ts';
import { Heartbeat } from '../../training/heartbeat.ts';
import type { FailureCause } from '../../training/protocol.ts';
import type { BackendChoice } from './backendChoice.ts';

/** Silence that no step, prediction or tile explains … */
const SILENCE_MS = 15_000;
/** … and what no compilation of shaders does. */
const STARTING_SILENCE_MS = 60_000;

type ChosenBackend = Pick<BackendChoice, 'backend' | 'gpuTest' | 'adapters'>;

/** What {@link LearnerConnection} tells. */
export interface LearnerConnectionListener {
  event(event: UnaskedEvent): void;
  /** The worker cannot go on, or does not answer any more; `reason` is one sentence. */
  stopped(reason: string, cause: FailureCause | null): void;
  /** A worker that did not answer does so again. */
  heardAgain(): void;
  /** The worker is told to learn, or, with `false`, to predict. */
  works(learns: boolean): void;
  /** Whether the worker starts or compiles, which may take long without a sign of life. */
  isStarting(): boolean;
}

/** The line to the training worker: notices that it broke, and makes another one when it is asked to. */
export class LearnerConnection {
  readonly #connect: () => TrainingWorker;
  readonly #choice: ChosenBackend;
  readonly #listener: LearnerConnectionListener;
  #end: (() => void) | null = null;
  #client: TrainingClient;
  #isStopped = false;
  #hasStarted = false;

  /** Starts a worker, made by `connect`, on the backend that is the choice then. */
  constructor(connect: () => TrainingWorker, choice: ChosenBackend, listener: LearnerConnectionListener) {
    this.#connect = connect;
    this.#choice = choice;
    this.#listener = listener;
    this.#client = this.#start();
  }

  get client(): TrainingClient {
    return this.#client;
  }

  /** Whether nothing can be asked of the learner until {@link startAgain}, or until it is heard again. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether a worker of this page ever ran: where none can, another one would fail alike. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Another worker in place of this one. */
  startAgain(): void {
    this.#end?.();
    this.#isStopped = false;
    this.#client = this.#start();
  }

  #start(): TrainingClient {
    const worker = this.#connect();
    let isOver = false;
    const client = new TrainingClient(
      worker,
      (event) => {
        // What a worker says after it failed for good is of no use: the page waits for another one.
        if (isOver) return;
        if (event.type === 'started') this.#hasStarted = true;
        if (event.type === 'failed' && event.fatal) stop(event.message, event.cause);
        else this.#listener.event(event);
      },
      () => heart.heard(),
      (learns) => this.#listener.works(learns),
    );
    const heart = new Heartbeat({
      ping: () => client.ping(),
      limitMs: () => (this.#listener.isStarting() ? STARTING_SILENCE_MS : SILENCE_MS),
      onSilent: () => this.#stopped(client, 'The learner does not answer any more.', null),
      onHeardAgain: () => {
        client.recover();
        this.#isStopped = false;
        this.#listener.heardAgain();
      },
    });
    const stop = (reason: string, cause: FailureCause | null = null) => {
      if (isOver) return;
      isOver = true;
      heart.dispose();
      this.#stopped(client, reason, cause);
    };
    worker.addEventListener('error', () => stop('The training worker stopped.'));
    worker.addEventListener('messageerror', () => stop('The training worker said something that cannot be read.'));
    this.#end = () => {
      isOver = true;
      heart.dispose();
      client.dispose();
      worker.terminate();
    };
    client.start(this.#choice.backend, this.#choice.gpuTest, this.#choice.adapters);
    return client;
  }

  #stopped(client: TrainingClient, reason: string, cause: FailureCause | null): void {
    this.#isStopped = true;
    client.fail(new Error(reason));
    this.#listener.stopped(reason, cause);
  }
}
