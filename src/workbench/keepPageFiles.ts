import { PageFile } from '../project/page/pageFile.ts';
import type { AppStore } from '../state/store.ts';

/** By then the page stands, also where nobody trains. */
const LATEST_MS = 10_000;

/**
 * Has the files kept that the page would otherwise fetch when they are needed, so that saving, exporting, opening files
 * and starting training again need neither the network nor this version of the page on the server. It waits for the
 * first prediction, which is not to be delayed, but not long. The page's timeline has a mark `files kept` once they are.
 */
export function keepPageFiles(store: AppStore): void {
  const keep = async () => {
    try {
      await PageFile.keepAll();
      performance.mark('files kept');
    } catch {
      // What did not arrive now may later; where it is needed before, that is told there.
      window.addEventListener('online', () => void keep(), { once: true });
    }
  };
  const begin = () => {
    stop();
    clearTimeout(timer);
    void keep();
  };
  const timer = setTimeout(begin, LATEST_MS);
  const stop = store.subscribe(({ training: { predictionStep } }) => {
    if (predictionStep !== null) begin();
  });
}
