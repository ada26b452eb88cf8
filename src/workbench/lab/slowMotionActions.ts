import { STEP_STAGES, type StepPace } from '../../state/inspection.ts';
import { isBusy } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** What takes no time: so fast that nobody could follow the stages. */
const AT_ONCE_SECONDS = 0;

/** Training one step at a time, so slowly that the stages of a step can be followed; or as fast as the device can. */
export class SlowMotionActions {
  readonly #context: WorkbenchContext;
  readonly #link: TrainingLink;
  #playing: AbortController | null = null;

  constructor(context: WorkbenchContext, link: TrainingLink) {
    this.#context = context;
    this.#link = link;
    context.store.subscribe((state, former) => this.#follow(state, former));
  }

  /** Play or pause. */
  toggle(): void {
    const { inspection, training } = this.#context.store.getState();
    if (inspection.playsSlowly || isBusy(training.phase)) this.pause();
    else this.play();
  }

  play(): void {
    if (this.#context.store.getState().inspection.stepPace === 'full') this.#link.client.train();
    else void this.#run(Number.POSITIVE_INFINITY);
  }

  /** Pauses at once: no further step is begun, and the highlighted stage stays. */
  pause(): void {
    this.#stop();
    if (isBusy(this.#context.store.getState().training.phase)) this.#link.client.pause();
  }

  /** Takes one step, at the pace that is chosen. */
  step(): void {
    void this.#run(1);
  }

  setPace(stepPace: StepPace): void {
    const { store } = this.#context;
    const { inspection, training } = store.getState();
    const { playsSlowly, stepPace: former } = inspection;
    const plays = playsSlowly || (former === 'full' && isBusy(training.phase));
    store.setFacts({ inspection: { stepPace } });
    if (!plays || (stepPace === 'full') === (former === 'full')) return;
    this.pause();
    this.play();
  }

  #follow({ view, training: { phase }, project }: AppState, former: AppState): void {
    if (this.#playing === null) return;
    const isElsewhere = view.labPanel !== 'slowly' || project.projectId !== former.project.projectId;
    // Somebody else has it train or search.
    const isTaken = phase !== former.training.phase && (phase === 'training' || phase === 'searching');
    if (isElsewhere || isTaken) this.#stop();
  }

  #stop(): void {
    this.#playing?.abort();
    this.#playing = null;
    this.#context.store.setFacts({ inspection: { playsSlowly: false } });
  }

  async #run(steps: number): Promise<void> {
    const { store } = this.#context;
    this.#stop();
    const playing = new AbortController();
    this.#playing = playing;
    store.setFacts({ inspection: { playsSlowly: true } });
    for (let taken = 0; taken < steps; taken++) {
      if (!(await this.#showStep(playing.signal))) break;
    }
    if (this.#playing !== playing) return;
    store.setFacts({ inspection: { stepStage: null } });
    this.#stop();
  }

  /** Lights one stage after another and takes the step at the last; false where it was paused, or could not be taken. */
  async #showStep(signal: AbortSignal): Promise<boolean> {
    const { store } = this.#context;
    const hasStages = !this.#context.page.prefersReducedMotion() && this.#seconds > 0;
    for (const stage of STEP_STAGES) {
      store.setFacts({ inspection: { stepStage: hasStages ? stage : null } });
      if (stage === 'weights' && !(await this.#takeStep(signal))) return false;
      if (!(await wait((1000 * this.#seconds) / STEP_STAGES.length, signal))) return false;
    }
    return true;
  }

  get #seconds(): number {
    const { stepPace } = this.#context.store.getState().inspection;
    return stepPace === 'full' ? AT_ONCE_SECONDS : stepPace;
  }

  /** Resolves when what the step did is known, or with `false` when it could not be taken or nobody waits any longer. */
  #takeStep(signal: AbortSignal): Promise<boolean> {
    const { store } = this.#context;
    const { step } = store.getState().training;
    return new Promise((resolve) => {
      const end = (isTaken: boolean) => {
        stopFollowing();
        signal.removeEventListener('abort', leave);
        resolve(isTaken);
      };
      const leave = () => end(false);
      const stopFollowing = store.subscribe(({ training, inspection }, former) => {
        const isRefused = training.notice !== null && training.notice !== former.training.notice;
        const isSeen = (inspection.newest?.step ?? 0) > step && inspection.probed !== former.inspection.probed;
        if (isRefused || isSeen) end(!isRefused);
      });
      signal.addEventListener('abort', leave);
      this.#link.client.step();
    });
  }
}

/** Resolves after a while, or at once with `false` when nobody waits any longer. */
function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const end = (hasPassed: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      resolve(hasPassed);
    };
    const leave = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', leave);
  });
}
