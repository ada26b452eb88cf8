import { type BackendInfo, type Command, type Event, type Phase, PROTOCOL_VERSION } from '../protocol.ts';
import { OpenPicture } from './openPicture.ts';
import { Pace, PredictionPace } from './pace.ts';
import { DIVERGED, NOTHING_LABELED, sentenceOf, unknownCommand } from './sentences.ts';
import { Telemetry } from './telemetry.ts';

/** The worker's end of the line to the page. */
export interface SessionPort {
  send(event: Event, transfer: Transferable[]): void;
}

/** What the session needs from where it runs. */
export interface SessionHost {
  /** Starts tfjs on a backend; rejects with a sentence for a person. `onLost`: it stopped working later, and why. */
  startBackend(
    wanted: Extract<Command, { type: 'start' }>['backend'],
    onLost: (sentence: string) => void,
  ): Promise<BackendInfo>;
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Lets pending messages in, then resolves. */
  yieldTurn(): Promise<void>;
}

/**
 * The learner's loop: an actor that handles one command at a time and trains in between.
 *
 * Commands wait in a queue and are taken up between two steps, so `pause`, `reset` and new labels take effect within
 * one step and nothing is disposed while it is in use. The loop never blocks: losses and predictions are awaited.
 */
export class TrainingSession {
  readonly #port: SessionPort;
  readonly #host: SessionHost;
  readonly #queue: Command[] = [];
  readonly #telemetry = new Telemetry();
  readonly #pace = new Pace();
  #wake: (() => void) | null = null;
  #closed = false;
  #started = false;
  #picture: OpenPicture | null = null;
  #running = false;
  #phase: Phase = 'loading';
  #notice: string | null = null;
  #burstInFlight: Promise<void> | null = null;
  #compilation: Promise<void> | null = null;
  readonly #predictionPace = new PredictionPace();

  constructor(port: SessionPort, host: SessionHost) {
    this.#port = port;
    this.#host = host;
  }

  /** Takes a command; it is carried out between two training steps. */
  receive(command: Command): void {
    this.#queue.push(command);
    this.#wake?.();
  }

  /** Runs until {@link close}. Errors of a command or a step are sent to the page and end training, not the loop. */
  async run(): Promise<void> {
    while (!this.#closed) {
      try {
        const command = this.#queue.shift();
        if (command !== undefined) {
          await this.#handle(command);
        } else if (this.#running) {
          await this.#trainOnce();
          await this.#host.yieldTurn();
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = null;
        }
      } catch (error) {
        this.#running = false;
        this.#burstInFlight = null;
        if (this.#picture !== null) this.#setPhase(this.#picture.trainer.step === 0 ? 'ready' : 'paused');
        this.#send({ type: 'failed', message: sentenceOf(error), fatal: !this.#started });
      }
    }
    this.#picture?.dispose();
    this.#picture = null;
  }

  /** Ends {@link run} after the command or step under way; the learner's memory is given back. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async #handle(command: Command): Promise<void> {
    switch (command.type) {
      case 'start':
        return this.#start(command);
      case 'open':
        return this.#open(command);
      case 'patch':
        return this.#patch(command);
      case 'configure':
        return this.#configure(command);
      case 'train':
        return this.#train();
      case 'pause':
        return this.#pause();
      case 'step':
        return this.#singleStep();
      case 'reset':
        return this.#reset();
      case 'save':
        return this.#save(command.requestId);
      case 'restore':
        return this.#restore(command);
      default:
        return unknownCommand(command);
    }
  }

  async #start(command: Extract<Command, { type: 'start' }>): Promise<void> {
    if (command.protocolVersion !== PROTOCOL_VERSION) {
      throw new Error('The page and its training worker are of different versions. Reload the page.');
    }
    // What is under way on a lost backend never ends: the page is told past the loop, and starts another worker.
    const backend = await this.#host.startBackend(command.backend, (message) => {
      this.#send({ type: 'failed', message, fatal: true });
    });
    this.#started = true;
    this.#send({ type: 'started', protocolVersion: PROTOCOL_VERSION, backend });
  }

  async #open(command: Extract<Command, { type: 'open' }>): Promise<void> {
    // Without a backend there is nothing to build a learner on; the page was told so.
    if (!this.#started) return;
    await this.#halt();
    this.#picture?.dispose();
    this.#picture = null;
    const picture = new OpenPicture(command);
    this.#picture = picture;
    this.#forgetLearner();
    this.#describeLearner(picture);
    if (command.state === null) this.#setPhase('ready');
    else await this.#resume(picture, command.state);
  }

  async #patch(command: Extract<Command, { type: 'patch' }>): Promise<void> {
    const picture = this.#pictureNamed(command.documentId);
    if (picture === null) return;
    picture.applyPatch(command.patch, command.labelRevision);
    if (this.#notice !== null) this.#setPhase(this.#phase);
    // While training, the next prediction brings new scores anyway.
    const rescored = this.#running ? null : picture.rescore();
    if (rescored !== null) {
      const { id: documentId, labelRevision } = picture;
      this.#send({ type: 'scores', documentId, labelRevision, ...rescored });
    }
  }

  async #configure(command: Extract<Command, { type: 'configure' }>): Promise<void> {
    const picture = this.#pictureNamed(command.documentId);
    if (picture === null) return;
    await this.#drain();
    const change = picture.configure(command.channels, command.settings);
    this.#describeLearner(picture);
    if (change === 'rebuilt') {
      this.#forgetLearner();
      this.#setPhase(this.#running ? 'compiling' : 'ready');
      return;
    }
    const untrained = picture.trainer.step === 0;
    if (this.#running || untrained) {
      this.#setPhase(this.#phase);
    } else {
      this.#setPhase(picture.budgetUsedUp ? 'finished' : 'paused');
      await this.#predict(picture);
    }
  }

  async #train(): Promise<void> {
    const picture = this.#labeledPicture();
    if (picture === null || this.#running) return;
    picture.extendBudget();
    this.#running = true;
    this.#interrupt();
    this.#setPhase(picture.trainer.step === 0 ? 'compiling' : 'training');
  }

  async #pause(): Promise<void> {
    const picture = this.#picture;
    if (picture === null || !this.#running) return;
    this.#running = false;
    // A pause does not wait for shaders; there is nothing new to show.
    if (this.#compilation !== null) this.#setPhase(picture.trainer.step === 0 ? 'ready' : 'paused');
    else await this.#settle(picture, 'paused');
  }

  async #singleStep(): Promise<void> {
    const picture = this.#labeledPicture();
    if (picture === null) return;
    await this.#halt();
    if (picture.trainer.step === 0) {
      this.#setPhase('compiling');
      await this.#compile(picture);
    }
    this.#dispatch(picture, 1);
    picture.includeStep();
    this.#interrupt();
    await this.#settle(picture, 'paused');
  }

  async #reset(): Promise<void> {
    const picture = this.#picture;
    if (picture === null) return;
    await this.#halt();
    const state = await picture.reset();
    this.#forgetLearner();
    this.#send({ type: 'cleared', documentId: picture.id, state }, state === null ? [] : [state]);
    this.#setPhase('ready');
  }

  async #save(requestId: number): Promise<void> {
    await this.#drain();
    const state = this.#picture === null ? null : await this.#picture.save();
    const documentId = this.#picture?.id ?? '';
    this.#send({ type: 'saved', requestId, documentId, state }, state === null ? [] : [state]);
  }

  async #restore(command: Extract<Command, { type: 'restore' }>): Promise<void> {
    const picture = this.#pictureNamed(command.documentId);
    if (picture === null) return;
    await this.#halt();
    await this.#resume(picture, command.state);
  }

  /** Puts a saved learner in place and shows what it predicts. */
  async #resume(picture: OpenPicture, state: ArrayBuffer): Promise<void> {
    picture.restore(state);
    this.#setPhase(picture.budgetUsedUp ? 'finished' : 'paused');
    await this.#predict(picture);
  }

  async #trainOnce(): Promise<void> {
    const picture = this.#labeledPicture();
    if (picture === null) {
      await this.#halt();
      return;
    }
    if (this.#phase !== 'training') {
      if (!(await this.#compiled(picture))) return;
      this.#setPhase('training');
    }
    const previous = this.#burstInFlight;
    this.#dispatch(picture, Math.min(this.#pace.steps, picture.stopAt - picture.trainer.step));
    // One burst is always queued behind the one being computed: the processor stays busy and the queue shallow.
    await previous;
    this.#flushTelemetry(picture, false);
    if (picture.budgetUsedUp) {
      this.#running = false;
      await this.#settle(picture, 'finished');
    } else if (this.#predictionPace.isDue(this.#host.now())) {
      await this.#predict(picture);
    }
  }

  /** Hands `count` steps over to the processor; their losses are taken up when they come. */
  #dispatch(picture: OpenPicture, count: number): void {
    const steps = picture.trainer.trainSteps(count);
    this.#telemetry.dispatched(this.#host.now(), count);
    this.#burstInFlight = steps.then((taken) => {
      this.#pace.ended(this.#host.now(), count);
      for (const { step, loss } of taken) {
        if (!Number.isFinite(loss)) throw new Error(DIVERGED);
        this.#telemetry.record({ step, loss });
      }
    });
    // Failed steps are reported where the promise is awaited; until then they must not count as unhandled.
    this.#burstInFlight.catch(() => undefined);
  }

  /** The time until the next step says nothing of how long steps take. */
  #interrupt(): void {
    this.#telemetry.interrupted();
    this.#pace.interrupted();
  }

  /** Compiles in the background; goes on where it was when it is called again. */
  #compile(picture: OpenPicture): Promise<void> {
    this.#compilation ??= picture.trainer.compile().finally(() => {
      this.#compilation = null;
    });
    // Where nobody waits for it any more, a failure shows at the next step.
    this.#compilation.catch(() => undefined);
    return this.#compilation;
  }

  /** Waits until all is compiled, or, with `false`, until a command comes. */
  async #compiled(picture: OpenPicture): Promise<boolean> {
    const command = new Promise<false>((resolve) => {
      this.#wake = () => resolve(false);
    });
    const done = this.#compile(picture).then(() => true);
    return (await Promise.race([done, command])) || this.#compilation === null;
  }

  /** Waits for the steps under way, so that nothing of the learner is in use. */
  async #drain(): Promise<void> {
    await this.#compilation;
    const inFlight = this.#burstInFlight;
    this.#burstInFlight = null;
    await inFlight;
  }

  async #halt(): Promise<void> {
    this.#running = false;
    await this.#drain();
  }

  async #settle(picture: OpenPicture, phase: Phase): Promise<void> {
    await this.#drain();
    this.#flushTelemetry(picture, true);
    this.#setPhase(phase);
    await this.#predict(picture);
  }

  async #predict(picture: OpenPicture): Promise<void> {
    await this.#drain();
    const begunMs = this.#host.now();
    const { classMap, confidence, ...facts } = await picture.predict(() => this.#host.yieldTurn());
    this.#predictionPace.ended(begunMs, this.#host.now());
    this.#pace.interrupted();
    const { width, height } = picture.planes;
    this.#send(
      {
        type: 'prediction',
        documentId: picture.id,
        width,
        height,
        classMap: classMap.buffer,
        confidence: confidence.buffer,
        ...facts,
      },
      [classMap.buffer, confidence.buffer],
    );
  }

  #flushTelemetry(picture: OpenPicture, force: boolean): void {
    const points = this.#telemetry.take(this.#host.now(), force);
    if (points === null) return;
    const stepsPerSecond = this.#telemetry.stepsPerSecond();
    this.#send({ type: 'telemetry', documentId: picture.id, points, stepsPerSecond });
  }

  #forgetLearner(): void {
    this.#telemetry.clear();
    this.#pace.clear();
    this.#predictionPace.clear();
  }

  #describeLearner(picture: OpenPicture): void {
    const { parameterCount, receptiveFieldPx } = picture.trainer;
    this.#send({ type: 'learner', documentId: picture.id, parameterCount, receptiveFieldPx });
  }

  #pictureNamed(documentId: string): OpenPicture | null {
    // A message about a picture that was closed meanwhile is late, not wrong.
    return this.#picture?.id === documentId ? this.#picture : null;
  }

  /** The open picture if it has a label to learn from; else the page is told what is missing. */
  #labeledPicture(): OpenPicture | null {
    const picture = this.#picture;
    if (picture === null || picture.labeled) return picture;
    this.#setPhase(picture.trainer.step === 0 ? 'ready' : 'paused', NOTHING_LABELED);
    return null;
  }

  #setPhase(phase: Phase, notice: string | null = null): void {
    this.#phase = phase;
    this.#notice = notice;
    this.#sendStatus();
  }

  #sendStatus(): void {
    this.#send({
      type: 'status',
      documentId: this.#picture?.id ?? null,
      phase: this.#phase,
      step: this.#picture?.trainer.step ?? 0,
      stepBudget: this.#picture?.stopAt ?? 0,
      notice: this.#notice,
    });
  }

  #send(event: Event, transfer: Transferable[] = []): void {
    this.#port.send(event, transfer);
  }
}
