/** What a page is told of its own life; `signal` ends a listener. */
export interface PageLife {
  /** Calls back whenever the page is hidden: it may be discarded then, without a word. */
  onHidden(listener: () => void, signal?: AbortSignal): void;
  /** Calls back whenever the page is left. */
  onLeft(listener: () => void, signal?: AbortSignal): void;
  /** Calls back once when the page has nothing else to do, or after `latestMs` milliseconds. */
  whenIdle(listener: () => void, latestMs: number): void;
}

/** In a browser that has no idle callbacks, as Safari, a page is taken to be idle after this time. */
const IDLE_MS = 200;

/** The life of the page that this script runs in. */
export const BROWSER_PAGE_LIFE: PageLife = {
  onHidden(listener, signal) {
    const onChange = () => {
      if (document.visibilityState === 'hidden') listener();
    };
    document.addEventListener('visibilitychange', onChange, signal && { signal });
  },
  onLeft(listener, signal) {
    window.addEventListener('pagehide', listener, signal && { signal });
  },
  whenIdle(listener, latestMs) {
    if ('requestIdleCallback' in window) window.requestIdleCallback(listener, { timeout: latestMs });
    else setTimeout(listener, IDLE_MS);
  },
};
