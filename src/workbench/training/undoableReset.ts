import type { TrainingCurves } from '../../training/curves.ts';
import type { LearnerState } from '../../training/learnerMessages.ts';
import type { Event } from '../../training/protocol.ts';
import { type OpenProject, restoredCurves } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Ways back to a learner that is no longer in place: a message offers it, and its curves come back with it. */
export class UndoableReset {
  readonly #context: WorkbenchContext;
  readonly #restore: (projectId: string, state: LearnerState) => void;
  /** Curves of a learner that is on its way back. */
  #returning: TrainingCurves | null = null;

  /** @param restore Puts a project's learner back, under the store's settings. */
  constructor(context: WorkbenchContext, restore: (projectId: string, state: LearnerState) => void) {
    this.#context = context;
    this.#restore = restore;
  }

  /** A learner with these curves is on its way; with `null` none is. */
  expect(curves: TrainingCurves | null): void {
    this.#returning = curves;
  }

  /** The learner that was expected is there, if one was: its curves are the project's. */
  arrived(project: OpenProject): void {
    if (this.#returning === null) return;
    project.curves = this.#returning;
    this.#returning = null;
    this.#context.events.emit('curvesChanged', null);
  }

  /** The learner is that of a step before again. */
  wentBack(project: OpenProject, { step, state }: Extract<Event, { type: 'wentBack' }>): void {
    const { curves } = project;
    project.curves = curves.upTo(step);
    // They were drawn as far as this step, and the scores that come are of it.
    this.#context.store.setFacts({ training: { heldOutStep: step } });
    this.#context.events.emit('curvesChanged', null);
    this.#context.events.emit('wentBack', step);
    const back = `The weights of step ${step} are back.`;
    if (state === null) this.#context.messages.info(back);
    else this.#offer(back, 'Undo', project.id, curves, state);
  }

  /** The weights were cleared; `curves` are those of the learner that was. */
  cleared(projectId: string, curves: TrainingCurves, { state }: Extract<Event, { type: 'cleared' }>): void {
    if (state === null) return;
    this.#offer('The weights were cleared; your labels were kept.', 'Undo reset', projectId, curves, state);
  }

  /** A smaller network begins anew, as `told`; to be called before it does. */
  replaced(told: string, { id, learner }: OpenProject): void {
    if (learner === null) this.#context.messages.info(told);
    else this.#offer(told, 'Undo', id, restoredCurves(learner.curves), learner.state);
  }

  /** Offers a learner, and with it the settings of now. */
  #offer(text: string, label: string, projectId: string, curves: TrainingCurves, state: LearnerState): void {
    const { settings } = this.#context.store.getState().training;
    this.#context.messages.info(text, {
      label,
      until: 'classes',
      run: () => {
        this.#context.setSettings(settings);
        this.#returning = curves;
        this.#restore(projectId, state);
        this.#context.events.emit('learnerChanged', 'back');
      },
    });
  }
}
