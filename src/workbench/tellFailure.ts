import { messageOf } from '../base/messageOf.ts';
import { PageFileError } from '../project/page/pageFileError.ts';
import type { AppStore } from '../state/store.ts';
import type { Messages } from './messages.ts';
import type { PageHost } from './pageHost.ts';
import { storedWords } from './project/storedWords.ts';

/**
 * Tells a person what failed, in its own words. Where a file of the page did not arrive it is also said whether all is
 * stored, and a reload is offered: what is missing comes with the newer page, or with the network.
 */
export function tellFailure(
  teller: { readonly store: AppStore; readonly messages: Messages; readonly page: PageHost },
  error: unknown,
): void {
  const { store, messages, page } = teller;
  const words = messageOf(error);
  if (!isPageFileMissing(error)) {
    messages.error(words);
    return;
  }
  messages.error(`${words} ${storedWords(store.getState())}`, {
    label: 'Reload',
    run() {
      if (page.isOnline()) page.reload();
      // A reload would end the page that still works.
      else tellFailure(teller, error);
    },
  });
}

/** Whether it comes of a file of the page that did not arrive: a reload may mend it. */
export function isPageFileMissing(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof PageFileError) return true;
  return false;
}
