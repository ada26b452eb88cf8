import type { ProjectChange } from '../../editor/projectChange.ts';
import { alreadyRight, movingMean } from '../../metrics/corrections.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

type StrokeChange = Extract<ProjectChange, { type: 'stroke' }>;

/** From now on notes of every stroke how much of it was predicted right before it was painted. */
export function noteCorrections(context: WorkbenchContext): void {
  const { events } = context;
  events.on('documentChanged', ({ project, change }) => {
    if (change.type === 'stroke' && noteStroke(project, change)) showCorrections(context);
  });
  events.on('projectOpened', ({ learner, corrections }) => {
    // Without its stored learner a project's former points no longer apply.
    if (learner === null) corrections.startOver();
    showCorrections(context);
  });
  events.on('learnerChanged', (how) => {
    if (how === 'gone') context.project?.corrections.startOver();
    else context.project?.corrections.goBack();
  });
}

/** A stroke was painted, undone or redone. False for one that has no point, for it was painted without a prediction. */
function noteStroke(project: OpenProject, { pictureId, strokeId, patch, stands }: StrokeChange): boolean {
  const key = `${pictureId} ${strokeId}`;
  if (project.corrections.setStanding(key, stands) || !stands) return true;
  const classMap = project.pictures.get(pictureId)?.prediction?.classMap;
  const share = classMap === undefined ? null : alreadyRight(patch, classMap);
  if (share === null) return false;
  project.corrections.add(key, share);
  return true;
}

function showCorrections({ store, project }: WorkbenchContext): void {
  const shares = project?.corrections.byLearner.at(-1) ?? [];
  const latest = shares.at(-1);
  const recent = movingMean(shares).at(-1) ?? 0;
  store.setFacts({
    project: { corrections: latest === undefined ? null : { strokes: shares.length, latest, recent } },
  });
}
