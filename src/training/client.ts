import type { LabelPlanes } from '../labels/planes.ts';
import type { SettingsDifference } from '../settings/difference.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { PictureUse } from '../settings/pictureUse.ts';
import type { BackendName, GpuTestRequest, KnownAdapter, TuneRequest } from './backendMessages.ts';
import type { ProbedPixel } from './inspectionMessages.ts';
import type { LearnerState, RawPrediction } from './learnerMessages.ts';
import { type Command, type Event, type HeldOutInput, type PictureInput, PROTOCOL_VERSION } from './protocol.ts';

/** What a `Worker` and a `MessagePort` have in common. */
export interface Port {
  postMessage(message: Command, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Event>) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent<Event>) => void): void;
}

/** A training worker as the page sees it. */
export interface TrainingWorker extends Port {
  addEventListener(type: 'message', listener: (event: MessageEvent<Event>) => void): void;
  /** The worker's script failed to load, or threw outside the session; or a message could not be read. */
  addEventListener(type: 'error' | 'messageerror', listener: () => void): void;
  terminate(): void;
}

/** A picture to learn from. All arrays are copied before they are transferred: the caller keeps its own. */
export interface PictureRequest {
  readonly pictureId: string;
  readonly planes: LabelPlanes;
  /** RGBA bytes, row-major. */
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly labelRevision: number;
  /** Exact mask of class ids, 255 where unknown. */
  readonly truth: Uint8Array | null;
  readonly use: PictureUse;
  /** Strokes of it that are not learned from, but scored with; none when left out. */
  readonly heldOutStrokeIds?: readonly number[];
}

/** A project to learn from. */
export interface OpenRequest {
  readonly projectId: string;
  readonly pictures: readonly PictureRequest[];
  /** The picture that is predicted live, if any. */
  readonly activePictureId: string | null;
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
  readonly state: LearnerState | null;
}

/** An event that is not the answer to a request of its own. */
export type UnaskedEvent = Exclude<Event, Answer | { type: 'alive' }>;

type Answer = Extract<Event, { readonly requestId: number }>;

interface PendingRequest {
  resolve(answer: Answer): void;
  reject(reason: Error): void;
}

/**
 * The page's end of the training worker: commands as methods, events through one listener.
 *
 * Edits only go down and telemetry only comes up; nothing here waits for the worker but {@link TrainingClient.save},
 * {@link TrainingClient.predict} and {@link TrainingClient.probe}, and these end with {@link TrainingClient.fail}.
 */
export class TrainingClient {
  readonly #port: Port;
  readonly #onEvent: (event: UnaskedEvent) => void;
  readonly #onSign: () => void;
  readonly #onWork: (learns: boolean) => void;
  readonly #requests = new Map<number, PendingRequest>();
  #nextRequestId = 1;
  #failure: Error | null = null;
  #takesOne = false;

  /**
   * `onEvent` gets every event but the answers to `save`, `predict` and `probe`; `onSign` hears of each sign of life, these
   * answers and those to {@link ping} included; `onWork` is called before the worker is told to take steps (`learns`) or to
   * predict. The port must already be started.
   */
  constructor(
    port: Port,
    onEvent: (event: UnaskedEvent) => void,
    onSign: () => void = () => undefined,
    onWork: (learns: boolean) => void = () => undefined,
  ) {
    this.#port = port;
    this.#onEvent = onEvent;
    this.#onSign = onSign;
    this.#onWork = onWork;
    port.addEventListener('message', this.#receive);
  }

  /**
   * `gpuTest`: the self-tests that a graphics processor has to pass; all of them unless given. `adapters`: what else is known
   * of graphics adapters.
   */
  start(
    backend: BackendName | 'auto',
    gpuTest: GpuTestRequest = { sound: [], always: false },
    adapters: readonly KnownAdapter[] = [],
  ): void {
    this.#send({ type: 'start', protocolVersion: PROTOCOL_VERSION, backend, gpuTest, adapters });
  }

  /** In place of {@link start}: has the graphics processor timed, which the event `tuned` tells of. */
  tune(request: TuneRequest): void {
    this.#send({ type: 'tune', ...request });
  }

  /** Makes a project the one that is learned from; the former one's learner is lost unless it was saved. */
  open({ pictures, ...request }: OpenRequest): void {
    const inputs = pictures.map(inputOf);
    this.#send({ type: 'open', ...request, pictures: inputs }, inputs.flatMap(buffersOf));
  }

  addPicture(projectId: string, request: PictureRequest): void {
    const picture = inputOf(request);
    this.#send({ type: 'addPicture', projectId, picture }, buffersOf(picture));
  }

  removePicture(projectId: string, pictureId: string): void {
    this.#send({ type: 'removePicture', projectId, pictureId });
  }

  setUse(projectId: string, pictureId: string, use: PictureUse): void {
    this.#send({ type: 'setUse', projectId, pictureId, use });
  }

  /** Other strokes are held out in these pictures. To be told before the patches of such strokes. */
  holdOut(projectId: string, pictures: readonly HeldOutInput[]): void {
    this.#send({ type: 'holdOut', projectId, pictures });
  }

  /** Has this picture predicted live. */
  activate(projectId: string, pictureId: string): void {
    this.#send({ type: 'activate', projectId, pictureId });
  }

  /** `patch` is an encoded label patch; it is copied. */
  patch(projectId: string, pictureId: string, patch: Uint8Array<ArrayBuffer>, labelRevision: number): void {
    const bytes = copyOf(patch);
    this.#send({ type: 'patch', projectId, pictureId, patch: bytes, labelRevision }, [bytes]);
  }

  configure(projectId: string, channels: readonly number[], settings: LearnerSettings): void {
    this.#send({ type: 'configure', projectId, channels, settings });
  }

  /** Trains on: `steps` more, or, with `null`, to the end of the budget. */
  train(steps: number | null = null): void {
    this.#takesOne = false;
    this.#onWork(true);
    this.#send({ type: 'train', steps });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  step(): void {
    this.#takesOne = true;
    this.#onWork(true);
    this.#send({ type: 'step' });
  }

  reset(): void {
    this.#send({ type: 'reset' });
  }

  /** Begins anew with a second learner beside the first; with `null` the first goes on alone, as it is. */
  compare(projectId: string, difference: SettingsDifference | null): void {
    this.#send({ type: 'compare', projectId, difference });
  }

  /** Has learning rates tried; `rateSearch` events tell what they cost. {@link pause} stops it. */
  findRate(): void {
    this.#onWork(true);
    this.#send({ type: 'findRate' });
  }

  restore(projectId: string, state: LearnerState): void {
    this.#send({ type: 'restore', projectId, state });
  }

  /** Puts the learner back that predicted held-out strokes best, if one is kept. */
  restoreBest(projectId: string): void {
    this.#send({ type: 'restoreBest', projectId });
  }

  /** Has a `checkpoint` event come soon, where there is something new to hold. */
  checkpoint(): void {
    this.#send({ type: 'checkpoint' });
  }

  /** Whether, of all that it was told to learn, the last was a single step. */
  get takesOneStep(): boolean {
    return this.#takesOne;
  }

  /** Asks for a sign of life. */
  ping(): void {
    this.#send({ type: 'ping' });
  }

  /**
   * The open project's learner as bytes, `null` if it never took a step. Settles between two steps of the worker; rejects
   * with a sentence where the learner cannot be had.
   */
  async save(): Promise<LearnerState | null> {
    const { state, failure } = await this.#ask('saved', (requestId) => ({ type: 'save', requestId }));
    if (failure !== null) throw new Error(failure);
    return state;
  }

  /**
   * Predicts a picture of the open project, also while training goes on; `null` if the learner never took a step or the
   * picture is not there. Settles between two steps of the worker.
   */
  async predict(pictureId: string): Promise<RawPrediction | null> {
    this.#onWork(false);
    const answer = await this.#ask('predicted', (requestId) => ({ type: 'predict', requestId, pictureId }));
    return answer.prediction;
  }

  /** As {@link predict}, by the learner of a snapshot's step; `null` where none is kept of it. */
  async predictPast(pictureId: string, step: number): Promise<RawPrediction | null> {
    this.#onWork(false);
    const answer = await this.#ask('predicted', (requestId) => ({ type: 'predictPast', requestId, pictureId, step }));
    return answer.prediction;
  }

  /** Goes on from what the learner was at a snapshot's step, if one is kept of it. */
  branch(projectId: string, step: number): void {
    this.#send({ type: 'branch', projectId, step });
  }

  /** Whether the active picture's loss is to be taken apart; `inspection` events tell. */
  inspect(on: boolean): void {
    this.#send({ type: 'inspect', on });
  }

  /**
   * One pixel of a picture's newest inspection; `null` if it was not inspected. Settles between two steps of the worker.
   */
  async probe(pictureId: string, x: number, y: number): Promise<ProbedPixel | null> {
    return (await this.#ask('probed', (requestId) => ({ type: 'probe', requestId, pictureId, x, y }))).pixel;
  }

  /**
   * Nobody waits any longer: what was asked and not yet answered rejects with `reason`, and so does whatever is asked
   * until {@link recover}.
   */
  fail(reason: Error): void {
    this.#failure = reason;
    const waiting = [...this.#requests.values()];
    this.#requests.clear();
    for (const { reject } of waiting) reject(reason);
  }

  /** The worker can be asked again. */
  recover(): void {
    this.#failure = null;
  }

  /** Stops listening, with what was asked as in {@link fail}. The port stays the caller's to close. */
  dispose(): void {
    this.#port.removeEventListener('message', this.#receive);
    this.fail(new Error('The learner is not running.'));
  }

  #send(command: Command, transfer: Transferable[] = []): void {
    this.#port.postMessage(command, transfer);
  }

  #ask<Type extends Answer['type']>(
    type: Type,
    commandWith: (requestId: number) => Command,
  ): Promise<Extract<Answer, { type: Type }>> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const requestId = this.#nextRequestId++;
    return new Promise((resolve, reject) => {
      const take = (answer: Answer) => {
        if (answer.type === type) resolve(answer as Extract<Answer, { type: Type }>);
        else reject(new Error('The training worker answered something else.'));
      };
      this.#requests.set(requestId, { resolve: take, reject });
      this.#send(commandWith(requestId));
    });
  }

  readonly #receive = (message: MessageEvent<Event>): void => {
    const event = message.data;
    this.#onSign();
    if ('requestId' in event) {
      this.#requests.get(event.requestId)?.resolve(event);
      this.#requests.delete(event.requestId);
    } else if (event.type !== 'alive') {
      this.#onEvent(event);
    }
  };
}

function inputOf({ planes, ...request }: PictureRequest): PictureInput {
  return {
    ...request,
    width: planes.width,
    height: planes.height,
    pixels: copyOf(request.pixels),
    classIds: copyOf(planes.classIds),
    strokeIds: copyOf(planes.strokeIds),
    truth: request.truth === null ? null : copyOf(request.truth),
    heldOutStrokeIds: request.heldOutStrokeIds ?? [],
  };
}

function buffersOf({ pixels, classIds, strokeIds, truth }: PictureInput): ArrayBuffer[] {
  return truth === null ? [pixels, classIds, strokeIds] : [pixels, classIds, strokeIds, truth];
}

function copyOf(view: Uint8Array | Uint8ClampedArray | Uint16Array): ArrayBuffer {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}
