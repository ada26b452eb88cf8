import type { ProjectChange } from '../../editor/projectChange.ts';
import { alreadyRight, movingMean } from '../../metrics/corrections.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Notes of every stroke how much of it was predicted right before it was painted. */
export class CorrectionNotes {
  readonly #context: WorkbenchContext;

  constructor(context: WorkbenchContext) {
    this.#context = context;
    context.events.on('projectOpened', () => this.#projectOpened());
    context.events.on('learnerChanged', (how) => this.#learnerChanged(how));
    context.events.on('documentChanged', ({ change }) => {
      if (change.type === 'stroke') this.#strokeChanged(change);
    });
  }

  /** A stroke was painted, undone or redone. One that was painted without a prediction has no point. */
  #strokeChanged({ pictureId, strokeId, patch, stands }: Extract<ProjectChange, { type: 'stroke' }>): void {
    const { project } = this.#context;
    if (project === null) return;
    const key = `${pictureId} ${strokeId}`;
    if (!project.corrections.setStanding(key, stands) && stands) {
      const classMap = project.pictures.get(pictureId)?.prediction?.classMap;
      const share = classMap === undefined ? null : alreadyRight(patch, classMap);
      if (share === null) return;
      project.corrections.add(key, share);
    }
    this.#show();
  }

  /** Without its stored learner a project's former points no longer apply. */
  #projectOpened(): void {
    const { project } = this.#context;
    if (project?.learner === null) project.corrections.startOver();
    this.#show();
  }

  #learnerChanged(how: 'gone' | 'back'): void {
    const { project } = this.#context;
    if (how === 'gone') project?.corrections.startOver();
    else project?.corrections.goBack();
  }

  #show(): void {
    const shares = this.#context.project?.corrections.byLearner.at(-1) ?? [];
    const latest = shares.at(-1);
    const recent = movingMean(shares).at(-1) ?? 0;
    this.#context.store.setState({
      corrections: latest === undefined ? null : { strokes: shares.length, latest, recent },
    });
  }
}
