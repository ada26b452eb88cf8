import { messageOf } from '../../base/messageOf.ts';
import { learnerStateStep } from '../../project/learnerState.ts';
import type { SavedLearnerState } from '../../project/projectState.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { TrainingClient, UnaskedEvent } from '../../training/client.ts';
import { type OpenProject, savedCurves } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Copies of the open project's learner that the page has, so that a worker can be lost and the learner is not. */
export class LearnerCopies {
  readonly #context: WorkbenchContext;

  constructor(context: WorkbenchContext) {
    this.#context = context;
  }

  /** Takes over what the worker hands over while it trains. */
  received(project: OpenProject, event: Extract<UnaskedEvent, { type: 'checkpoint' }>): void {
    const { step, state, settings } = event;
    this.#keep(project, { state, settings, curves: savedCurves(project.curves.upTo(step)) });
  }

  /**
   * Has the worker copy the learner as it is, under these settings; `null` if it never took a step. Rejects with a sentence
   * where that cannot be had; the newest copy stays what it was.
   */
  async copy(
    project: OpenProject,
    client: TrainingClient,
    settings: LearnerSettings,
  ): Promise<SavedLearnerState | null> {
    const state = await client.save();
    if (state === null) return null;
    return this.#keep(project, { state, settings, curves: savedCurves(project.curves) });
  }

  /** As {@link copy}, or else the newest copy there is, which is told. `purpose`: what it is for, as in “the file”. */
  async copyOrNewest(
    project: OpenProject,
    client: TrainingClient,
    settings: LearnerSettings,
    purpose: string,
  ): Promise<SavedLearnerState | null> {
    try {
      return await this.copy(project, client, settings);
    } catch (error) {
      const { learner } = project;
      const holds =
        learner === null
          ? `${purpose} holds no trained network.`
          : `${purpose} holds the network of step ${learnerStateStep(learner.state)}.`;
      this.#context.messages.info(`${messageOf(error)} ${holds}`);
      return learner;
    }
  }

  #keep(project: OpenProject, learner: SavedLearnerState): SavedLearnerState {
    project.learner = learner;
    project.divergedStep = null;
    return learner;
  }
}
