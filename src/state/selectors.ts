import type { AppState } from './store.ts';

/** What the one big button does now. */
export type PrimaryAction = 'Train' | 'Pause' | 'Continue';

export function primaryAction(state: Pick<AppState, 'phase' | 'step'>): PrimaryAction {
  if (isBusy(state.phase)) return 'Pause';
  return state.step > 0 ? 'Continue' : 'Train';
}

/** Whether the learner does something that Pause ends. */
export function isBusy(phase: AppState['phase']): boolean {
  return phase === 'training' || phase === 'compiling' || phase === 'searching';
}

/** Share of the picture's pixels that are labeled, 0 to 1. */
export function labeledShare(state: Pick<AppState, 'labeledPixels' | 'width' | 'height'>): number {
  const pixels = state.width * state.height;
  return pixels === 0 ? 0 : state.labeledPixels / pixels;
}
