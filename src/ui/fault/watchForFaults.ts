/** Laid out twice in a frame, which the browser tells as an error and mends by itself. */
const LAYOUT_NOTICE = /^ResizeObserver loop/;

/**
 * Calls `tell` with whatever is thrown in this page and caught by nobody: by handlers, frames, timers and promises, which
 * no error boundary sees. What was aborted on purpose, and what a browser's extensions throw, is no fault of the page.
 */
export function watchForFaults(tell: (error: unknown) => void): void {
  window.addEventListener('error', ({ error, message, filename }) => {
    const isForeign = filename !== '' && !filename.startsWith(location.origin) && !filename.startsWith('blob:');
    if (!isForeign && !LAYOUT_NOTICE.test(message)) tell(error ?? message);
  });
  window.addEventListener('unhandledrejection', ({ reason }) => {
    const isAborted = reason instanceof DOMException && reason.name === 'AbortError';
    if (!isAborted) tell(reason);
  });
}
