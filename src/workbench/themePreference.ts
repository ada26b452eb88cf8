import type { AppStore } from '../state/store.ts';
import type { ViewSlice } from '../state/view.ts';
import { keepText, readText } from './browserText.ts';
import type { PageHost } from './pageHost.ts';

const KEY = 'unlabeled.theme';
const THEMES: readonly ViewSlice['theme'][] = ['system', 'light', 'dark'];

/** Starts with the colours that a person chose last time, and remembers the next choice. */
export function rememberTheme(store: AppStore, page: PageHost): void {
  const remembered = readText(page.storage, KEY);
  const theme = THEMES.find((candidate) => candidate === remembered);
  if (theme !== undefined) store.setFacts({ view: { theme } });
  store.subscribe((state, former) => {
    if (state.view.theme !== former.view.theme) keepText(page.storage, KEY, state.view.theme);
  });
}
