import { isNetworkAhead } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';

/** Whether what a person made outlives this page, in one sentence. */
export function storedWords(state: AppState): string {
  const { saving } = state.project;
  if (state.view.isFramed) return 'Nothing is stored here: what you did lasts as long as this page.';
  if (saving === 'saving') return 'The newest changes are still being stored.';
  const isUntouched = state.document.historyPosition === 0 && state.training.step === 0;
  if (saving === 'none' && isUntouched) return 'There is nothing to store yet.';
  if (saving !== 'saved') return 'The newest changes are not stored: download the project to keep them.';
  // Labels are stored as they are painted, weights now and then.
  if (isNetworkAhead(state)) return 'Everything but the newest training steps is stored in this browser.';
  return 'Everything is stored in this browser.';
}
