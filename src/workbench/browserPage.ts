import { BROWSER_PAGE_LIFE } from '../project/page/pageLife.ts';
import type { PageHost } from './pageHost.ts';

/** The browser has read a download's first bytes long before this. */
const KEEP_DOWNLOAD_MS = 60_000;

/** The page that this script runs in; `storage`: see {@link PageHost.storage}. */
export function browserPage(storage: () => Storage): PageHost {
  return {
    browser: navigator.userAgent,
    webgpu: { secureContext: isSecureContext, hasWebgpu: 'gpu' in navigator },
    life: BROWSER_PAGE_LIFE,
    locks: () => navigator.locks,
    storage,
    prefersReducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    isOnline: () => navigator.onLine,
    reload: () => location.reload(),
    download,
    copyText: (text) => navigator.clipboard.writeText(text),
  };
}

function download(file: Blob, fileName: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_DOWNLOAD_MS);
}
