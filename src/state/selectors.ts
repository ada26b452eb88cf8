import type { PredictionScores } from '../training/learnerMessages.ts';
import type { DocumentSlice } from './document.ts';
import type { PictureEntry } from './project.ts';
import type { AppState } from './store.ts';
import type { TrainingSlice } from './training.ts';

/** What the one big button does now. */
export type PrimaryAction = 'Train' | 'Pause' | 'Continue' | 'Start again';

export function primaryAction({ phase, step }: Pick<TrainingSlice, 'phase' | 'step'>): PrimaryAction {
  if (phase === 'stopped') return 'Start again';
  if (isBusy(phase)) return 'Pause';
  return step > 0 ? 'Continue' : 'Train';
}

/** Whether the learner does something that Pause ends. */
export function isBusy(phase: TrainingSlice['phase']): boolean {
  return phase === 'training' || phase === 'compiling' || phase === 'searching';
}

/** Whether there is no learner to ask for anything: it starts, or is broken. */
export function isWithoutLearner(phase: TrainingSlice['phase']): boolean {
  return phase === 'loading' || phase === 'stopped';
}

/** Why no learner can be asked for anything, as a sentence; `null`: one can. */
export function withoutLearner({ training }: Pick<AppState, 'training'>): string | null {
  return isWithoutLearner(training.phase) ? 'The learner is not running.' : null;
}

/** Why there is nothing to learn, as a sentence; `null`: there is something. */
export function withoutLabels({ document }: Pick<AppState, 'document'>): string | null {
  return document.trainedClassCount === 0 ? 'Paint a stroke first: only then is there something to learn.' : null;
}

type OpenPicture = Pick<AppState, 'project' | 'document'>;

/** What the strip shows of the open picture; `undefined`: none is open. */
export function openEntry({ project: { pictures }, document: { pictureId } }: OpenPicture): PictureEntry | undefined {
  return pictures.find((picture) => picture.pictureId === pictureId);
}

/** Whether another picture is open than before, or another project. */
export function isOtherPicture({ project, document }: OpenPicture, former: OpenPicture): boolean {
  return document.pictureId !== former.document.pictureId || project.projectId !== former.project.projectId;
}

/** Title of the open picture; empty where there is none. */
export function openTitle(state: OpenPicture): string {
  return openEntry(state)?.title ?? '';
}

/** Whether an exact mask of the open picture is known. */
export function hasTruth(state: OpenPicture): boolean {
  return openEntry(state)?.hasTruth ?? false;
}

/** Scores of the open picture's newest prediction; `null` before there is one. */
export function openScores(state: OpenPicture): PredictionScores | null {
  return openEntry(state)?.scores ?? null;
}

/** How many pixels of the open picture are labeled. */
export function labeledPixels({ labeledByClass }: Pick<DocumentSlice, 'labeledByClass'>): number {
  let pixels = 0;
  for (const classId in labeledByClass) pixels += labeledByClass[classId] ?? 0;
  return pixels;
}

/** Share of the open picture's pixels that are labeled, 0 to 1. */
export function labeledShare(document: Pick<DocumentSlice, 'labeledByClass' | 'width' | 'height'>): number {
  const pixels = document.width * document.height;
  return pixels === 0 ? 0 : labeledPixels(document) / pixels;
}

/** Step of the kept learner that is better than the one in place; `null`: there is none, or it is not known yet. */
export function restorableStep({
  phase,
  step,
  heldOutScores,
  heldOutStep,
  bestLearner,
}: Pick<TrainingSlice, 'phase' | 'step' | 'heldOutScores' | 'heldOutStep' | 'bestLearner'>): number | null {
  const rests = phase === 'paused' || phase === 'finished';
  if (!rests || heldOutScores === null || heldOutStep !== step || bestLearner === null) return null;
  return bestLearner.meanIou > heldOutScores.meanIou ? bestLearner.step : null;
}

/** Whether something would be lost with the page: what waits to be stored is not, for the page hands it over as it goes. */
export function isLostWithThePage({
  project,
  document,
  view,
}: Pick<AppState, 'project' | 'document' | 'view'>): boolean {
  // In a frame nothing is stored, and nobody expects it to be.
  if (view.isFramed) return false;
  const isNotSaved = project.saving === 'failed' || (project.saving === 'none' && document.canUndo);
  return isNotSaved || project.unsavedProjectIds.length > 0;
}

/** Whether the network has learned on since its stored copy was made. */
export function isNetworkAhead({ training, project }: Pick<AppState, 'training' | 'project'>): boolean {
  return training.step > 0 && training.step !== project.storedStep;
}
