import type { AppStore, ViewSlice } from '../state/store.ts';

const KEY = 'unlabeled.theme';
const THEMES: readonly ViewSlice['theme'][] = ['system', 'light', 'dark'];

/** Starts with the colours that a person chose last time, and remembers the next choice. */
export function rememberTheme(store: AppStore, storage: () => Storage): void {
  orNothing(() => {
    const remembered = storage().getItem(KEY);
    const theme = THEMES.find((candidate) => candidate === remembered);
    if (theme !== undefined) store.setState({ theme });
  });
  store.subscribe((state, former) => {
    if (state.theme !== former.theme) orNothing(() => storage().setItem(KEY, state.theme));
  });
}

/** Storage that is switched off or full throws; then the choice does not last, and that is all. */
function orNothing(use: () => void): void {
  try {
    use();
  } catch {
    return;
  }
}
