import type { LabelPlanes } from '../labels/planes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { type BackendName, type Command, type Event, type LearnerState, PROTOCOL_VERSION } from './protocol.ts';

/** What a `Worker` and a `MessagePort` have in common. */
export interface Port {
  postMessage(message: Command, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Event>) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent<Event>) => void): void;
}

/** A training worker as the page sees it. */
export interface TrainingWorker extends Port {
  addEventListener(type: 'message', listener: (event: MessageEvent<Event>) => void): void;
  /** The worker's script failed to load, or threw outside the session. */
  addEventListener(type: 'error', listener: () => void): void;
  terminate(): void;
}

/** A picture to learn from. All arrays are copied before they travel: the caller keeps its own. */
export interface OpenRequest {
  readonly documentId: string;
  readonly planes: LabelPlanes;
  /** RGBA bytes, row-major. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly labelRevision: number;
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
  /** Exact mask of class ids, 255 where unknown. */
  readonly truth: Uint8Array | null;
  readonly state: LearnerState | null;
}

/**
 * The page's end of the training worker: commands as methods, events through one listener.
 *
 * Edits only go down and telemetry only comes up; nothing here waits for the worker but {@link TrainingClient.save}.
 */
export class TrainingClient {
  readonly #port: Port;
  readonly #onEvent: (event: Event) => void;
  readonly #saves = new Map<number, (state: LearnerState | null) => void>();
  #nextRequestId = 1;

  /** `onEvent` gets every event but the answers to `save`. The port must already be started. */
  constructor(port: Port, onEvent: (event: Event) => void) {
    this.#port = port;
    this.#onEvent = onEvent;
    port.addEventListener('message', this.#receive);
  }

  start(backend: BackendName | 'auto'): void {
    this.#send({ type: 'start', protocolVersion: PROTOCOL_VERSION, backend });
  }

  open(request: OpenRequest): void {
    const { documentId, planes, labelRevision, channels, settings } = request;
    const pixels = copyOf(request.pixels);
    const classIds = copyOf(planes.classIds);
    const strokeIds = copyOf(planes.strokeIds);
    const truth = request.truth === null ? null : copyOf(request.truth);
    const transfer = truth === null ? [pixels, classIds, strokeIds] : [pixels, classIds, strokeIds, truth];
    this.#send(
      {
        type: 'open',
        documentId,
        width: planes.width,
        height: planes.height,
        pixels,
        classIds,
        strokeIds,
        labelRevision,
        channels,
        settings,
        truth,
        state: request.state,
      },
      transfer,
    );
  }

  /** `patch` is an encoded label patch; its buffer is transferred. */
  patch(documentId: string, patch: Uint8Array<ArrayBuffer>, labelRevision: number): void {
    const bytes = copyOf(patch);
    this.#send({ type: 'patch', documentId, patch: bytes, labelRevision }, [bytes]);
  }

  configure(documentId: string, channels: readonly number[], settings: LearnerSettings): void {
    this.#send({ type: 'configure', documentId, channels, settings });
  }

  train(): void {
    this.#send({ type: 'train' });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  step(): void {
    this.#send({ type: 'step' });
  }

  reset(): void {
    this.#send({ type: 'reset' });
  }

  restore(documentId: string, state: LearnerState): void {
    this.#send({ type: 'restore', documentId, state });
  }

  /** The open picture's learner as bytes, `null` if it never took a step. Settles when the worker next gives way. */
  save(): Promise<LearnerState | null> {
    const requestId = this.#nextRequestId++;
    return new Promise((resolve) => {
      this.#saves.set(requestId, resolve);
      this.#send({ type: 'save', requestId });
    });
  }

  /** Stops listening; what was being saved is lost. The port stays the caller's to close. */
  dispose(): void {
    this.#port.removeEventListener('message', this.#receive);
    for (const resolve of this.#saves.values()) resolve(null);
    this.#saves.clear();
  }

  #send(command: Command, transfer: Transferable[] = []): void {
    this.#port.postMessage(command, transfer);
  }

  readonly #receive = (message: MessageEvent<Event>): void => {
    const event = message.data;
    if (event.type === 'saved') {
      this.#saves.get(event.requestId)?.(event.state);
      this.#saves.delete(event.requestId);
    } else {
      this.#onEvent(event);
    }
  };
}

function copyOf(view: Uint8Array | Uint8ClampedArray | Uint16Array): ArrayBuffer {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}
