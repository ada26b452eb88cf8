import { startBackend } from '../../src/segmentation/backend.ts';
import { WASM_PATHS } from '../../src/segmentation/backendTestTools.ts';
import type { TrainingWorker } from '../../src/training/client.ts';
import type { Command, Event } from '../../src/training/protocol.ts';
import { TrainingSession } from '../../src/training/worker/session.ts';

/** A training worker that runs in this process, at the other end of a real message channel. */
export class InProcessTrainingWorker {
  readonly worker: TrainingWorker;
  readonly #channel = new MessageChannel();
  readonly #session: TrainingSession;
  readonly #ended: Promise<void>;
  #skippedMs = 0;

  constructor() {
    const { port1, port2 } = this.#channel;
    this.#session = new TrainingSession(
      { send: (event, transfer) => port2.postMessage(event, transfer) },
      {
        startBackend: (wanted, onFailed, reasonToAvoid) => startBackend(wanted, WASM_PATHS, onFailed, reasonToAvoid),
        now: () => performance.now() + this.#skippedMs,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
      },
    );
    port2.onmessage = ({ data }: MessageEvent<Command>) => this.#session.receive(data);
    port1.start();
    this.worker = Object.assign(port1, { terminate: () => this.#stop() });
    this.#ended = this.#session.run();
  }

  /** As if so many milliseconds had passed, by its clock. */
  skip(ms: number): void {
    this.#skippedMs += ms;
  }

  /** Tells the page something that the session did not: a fault of what it runs on, say. */
  tell(event: Event): void {
    this.#channel.port2.postMessage(event);
  }

  /** Ends it, if the page has not; resolves when nothing of it runs any more. */
  async end(): Promise<void> {
    this.#stop();
    await this.#ended;
  }

  #stop(): void {
    this.#session.close();
    this.#channel.port1.close();
  }
}
