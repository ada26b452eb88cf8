import { isNetworkAhead } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';

/** Whether what a person made outlives this page, in one sentence. */
export function storedWords(
  state: Pick<AppState, 'saving' | 'step' | 'storedStep' | 'historyPosition' | 'isFramed'>,
): string {
  const { saving, step, historyPosition, isFramed } = state;
  if (isFramed) return 'Nothing is stored here: what you did lasts as long as this page.';
  if (saving === 'saving') return 'The newest changes are still being stored.';
  if (saving === 'none' && historyPosition === 0 && step === 0) return 'There is nothing to store yet.';
  if (saving !== 'saved') return 'The newest changes are not stored: download the project to keep them.';
  // Labels are stored as they are painted, weights now and then.
  if (isNetworkAhead(state)) return 'Everything but the newest training steps is stored in this browser.';
  return 'Everything is stored in this browser.';
}
