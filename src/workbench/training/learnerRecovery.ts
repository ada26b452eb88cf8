import { learnerStateStep } from '../../project/learnerState.ts';
import type { SavedLearnerState } from '../../project/projectState.ts';
import type { FailureCause, Phase } from '../../training/protocol.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { type BackendChoice, TRY_GPU_AGAIN } from './backendChoice.ts';
import { adviceFor, type Replacement } from './gpuMemoryAdvice.ts';

const UNTRUSTED = 'From here on WebAssembly trains, more slowly but right.';
const AS_USUAL = 'Its kernels are cut as on every other from here on, and it is tried once more.';
const GIVEN_UP = 'It has failed before: from here on WebAssembly trains, more slowly.';

/** What can be done about a learner that broke or diverged. */
export interface RecoveryHost extends Replacement {
  /** Asks the graphics processor again that was given up. */
  tryGpuAgain(): void;
  /** Puts a copy in the place of a project's learner. */
  goBackTo(project: OpenProject, learner: SavedLearnerState): void;
}

/** Says what became of a learner that broke or diverged and what is kept of it, and offers the way on. */
export class LearnerRecovery {
  readonly #context: WorkbenchContext;
  readonly #choice: BackendChoice;
  readonly #actions: RecoveryHost;
  /** The message that says that the worker is broken. */
  #message: number | null = null;

  constructor(context: WorkbenchContext, choice: BackendChoice, actions: RecoveryHost) {
    this.#context = context;
    this.#choice = choice;
    this.#actions = actions;
  }

  /** The worker is broken, or does not answer. `reason` is a sentence. */
  stopped(project: OpenProject | null, reason: string, cause: FailureCause | null): void {
    const { store, messages } = this.#context;
    if (cause === 'disagreement') {
      const isTriedAgain = this.#choice.gpuDisagreed(reason, store.getState().training.backend?.identity ?? '');
      if (!isTriedAgain) {
        this.#goOnWithout(`${reason} ${UNTRUSTED}`);
        return;
      }
      messages.info(`${reason} ${AS_USUAL}`);
      this.#actions.startAgain();
      return;
    }
    // Where it has too little memory, a person has choices, all of which end it.
    if (cause === 'gpu' && !this.#choice.gpuFailed()) {
      this.#goOnWithout(`${reason} ${GIVEN_UP}`);
      return;
    }
    const learner = project?.learner ?? null;
    const kept = learner === null ? '' : `, and so is the network of step ${learnerStateStep(learner.state)}`;
    store.setFacts({ training: { phase: 'stopped', notice: reason } });
    const { sentence, actions } = adviceFor(cause, store.getState().training.settings.network, this.#actions);
    const words = `${reason} Your pictures and labels are still here${kept}.`;
    this.#message = messages.error(sentence === null ? words : `${words} ${sentence}`, ...actions);
  }

  /** On WebAssembly from now on, which was chosen; a person is told why. */
  #goOnWithout(sentences: string): void {
    const run = () => this.#actions.tryGpuAgain();
    this.#context.messages.info(sentences, { label: TRY_GPU_AGAIN, run });
    this.#actions.startAgain();
  }

  /** The device takes nothing as large as a step would be; the learner is as it was. `sentence` says how large. */
  tooLarge(sentence: string): void {
    const { store, messages } = this.#context;
    const { network } = store.getState().training.settings;
    const { sentence: choice, actions } = adviceFor('memory', network, this.#actions);
    messages.error(`${sentence} ${choice}`, ...actions);
  }

  /** The worker was only slow to answer; this is what it does. */
  heardAgain(phase: Phase): void {
    this.#context.store.setFacts({ training: { phase, notice: null } });
    this.replaced();
  }

  /** There is a worker that works. */
  replaced(): void {
    if (this.#message !== null) this.#context.messages.dismiss(this.#message);
    this.#message = null;
  }

  /** Another worker goes on from `learner`, where the one that broke was at `step`. */
  wentOn(learner: SavedLearnerState | null, step: number): void {
    if (step > 0) this.#context.messages.info(backWords(learner, step));
  }

  /** The weights are of no use any more: those of the newest copy are offered. */
  diverged(project: OpenProject, sentence: string): void {
    const { messages } = this.#context;
    const { learner } = project;
    if (learner === null) {
      messages.error(sentence);
      return;
    }
    const label = `Go back to step ${learnerStateStep(learner.state)}`;
    messages.error(sentence, { label, until: 'classes', run: () => this.#actions.goBackTo(project, learner) });
  }
}

/** What is back after the learner was started again at a step. */
function backWords(learner: SavedLearnerState | null, step: number): string {
  if (learner === null) return 'Nothing of the network had been kept yet: it begins anew, with all of your labels.';
  const kept = learnerStateStep(learner.state);
  const lost = step - kept;
  if (lost <= 0) return `The network of step ${kept} is back.`;
  const steps = lost === 1 ? 'the step after it is' : `the ${lost} steps after it are`;
  return `The network of step ${kept} is back; ${steps} lost.`;
}
