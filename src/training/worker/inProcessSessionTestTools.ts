import { startBackend } from '../../segmentation/backend.ts';
import { WASM_PATHS } from '../../segmentation/backendTestTools.ts';
import { TrainingClient } from '../client.ts';
import type { Event } from '../protocol.ts';
import { TrainingSession } from './session.ts';

/** The page's end and the worker's end of a real message channel, in one process. */
export class InProcessSession {
  readonly events: Event[] = [];
  /** How much later the session takes it to be than it is. */
  aheadMs = 0;
  readonly client: TrainingClient;
  readonly #channel = new MessageChannel();
  readonly #session: TrainingSession;
  readonly #ended: Promise<void>;
  #waiting: { matches: (event: Event) => boolean; resolve: (event: Event) => void }[] = [];

  /** `pretendsHardware`: says of a software adapter that it is a graphics processor. */
  constructor({ pretendsHardware = false } = {}) {
    const { port1, port2 } = this.#channel;
    this.#session = new TrainingSession(
      { send: (event, transfer) => port2.postMessage(event, transfer) },
      {
        startBackend: async (wanted, onFailed, reasonToAvoid) => {
          const info = await startBackend(wanted, WASM_PATHS, onFailed, reasonToAvoid);
          return pretendsHardware ? { ...info, software: false } : info;
        },
        now: () => performance.now() + this.aheadMs,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        yieldToEventLoop: () => new Promise((resolve) => setTimeout(resolve)),
      },
    );
    port2.onmessage = (message) => this.#session.receive(message.data);
    this.client = new TrainingClient(port1, (event) => this.#receive(event));
    port1.start();
    this.#ended = this.#session.run();
  }

  #receive(event: Event): void {
    this.events.push(event);
    this.#waiting = this.#waiting.filter(({ matches, resolve }) => {
      if (!matches(event)) return true;
      resolve(event);
      return false;
    });
  }

  /** The next event of a type for which `matches` holds. */
  next<Type extends Event['type']>(
    type: Type,
    matches: (event: Extract<Event, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Event, { type: Type }>> {
    return new Promise((resolve) => {
      this.#waiting.push({
        matches: (event) => event.type === type && matches(event as Extract<Event, { type: Type }>),
        resolve: resolve as (event: Event) => void,
      });
    });
  }

  get port(): MessagePort {
    return this.#channel.port1;
  }

  async close(): Promise<void> {
    this.#session.close();
    await this.#ended;
    this.client.dispose();
    this.#channel.port1.close();
  }
}
