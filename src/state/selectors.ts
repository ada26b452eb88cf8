import type { PictureEntry } from './project.ts';
import type { AppState } from './store.ts';

/** What the one big button does now. */
export type PrimaryAction = 'Train' | 'Pause' | 'Continue' | 'Start again';

export function primaryAction(state: Pick<AppState, 'phase' | 'step'>): PrimaryAction {
  if (state.phase === 'stopped') return 'Start again';
  if (isBusy(state.phase)) return 'Pause';
  return state.step > 0 ? 'Continue' : 'Train';
}

/** Whether the learner does something that Pause ends. */
export function isBusy(phase: AppState['phase']): boolean {
  return phase === 'training' || phase === 'compiling' || phase === 'searching';
}

/** Whether there is no learner to ask for anything: it starts, or is broken. */
export function isWithoutLearner(phase: AppState['phase']): boolean {
  return phase === 'loading' || phase === 'stopped';
}

type OpenPicture = Pick<AppState, 'pictures' | 'pictureId'>;

function openEntry({ pictures, pictureId }: OpenPicture): PictureEntry | undefined {
  return pictures.find((picture) => picture.pictureId === pictureId);
}

/** Title of the open picture; empty where there is none. */
export function openTitle(state: OpenPicture): string {
  return openEntry(state)?.title ?? '';
}

/** Whether an exact mask of the open picture is known. */
export function hasTruth(state: OpenPicture): boolean {
  return openEntry(state)?.hasTruth ?? false;
}

/** Share of the picture's pixels that are labeled, 0 to 1. */
export function labeledShare(state: Pick<AppState, 'labeledPixels' | 'width' | 'height'>): number {
  const pixels = state.width * state.height;
  return pixels === 0 ? 0 : state.labeledPixels / pixels;
}

/** Step of the kept learner that is better than the one in place; `null`: there is none, or it is not known yet. */
export function restorableStep({
  phase,
  step,
  heldOutScores,
  heldOutStep,
  bestLearner,
}: Pick<AppState, 'phase' | 'step' | 'heldOutScores' | 'heldOutStep' | 'bestLearner'>): number | null {
  const rests = phase === 'paused' || phase === 'finished';
  if (!rests || heldOutScores === null || heldOutStep !== step || bestLearner === null) return null;
  return bestLearner.meanIou > heldOutScores.meanIou ? bestLearner.step : null;
}

/** Whether something would be lost with the page: what waits to be stored is not, for the page hands it over as it goes. */
export function isLostWithThePage({
  isFramed,
  saving,
  unsavedProjectIds,
  canUndo,
}: Pick<AppState, 'isFramed' | 'saving' | 'unsavedProjectIds' | 'canUndo'>): boolean {
  // In a frame nothing is stored, and nobody expects it to be.
  if (isFramed) return false;
  const isNotSaved = saving === 'failed' || (saving === 'none' && canUndo);
  return isNotSaved || unsavedProjectIds.length > 0;
}

/** Whether the network has learned on since its stored copy was made. */
export function isNetworkAhead({ step, storedStep }: Pick<AppState, 'step' | 'storedStep'>): boolean {
  return step > 0 && step !== storedStep;
}
