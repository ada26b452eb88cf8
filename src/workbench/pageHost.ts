import type { PageLife } from '../project/page/pageLife.ts';
import type { LockingPage } from '../project/storage/projectLock.ts';

/** What the workbench needs of the browser's page around it, or of a test in its place. */
export interface PageHost extends LockingPage {
  /** `navigator.userAgent`. */
  readonly browser: string;
  /** Whether this page may use graphics processors at all, and whether the browser can. */
  readonly webgpu: { readonly secureContext: boolean; readonly hasWebgpu: boolean };
  readonly life: PageLife;
  /** Where small things are kept from one visit to the next; throws where nothing may be. */
  storage(): Storage;
  /** Whether the person wants nothing to move. */
  prefersReducedMotion(): boolean;
  isOnline(): boolean;
  reload(): void;
  /** Hands a file over to the person. */
  download(file: Blob, fileName: string): void;
  /** Puts a text on the clipboard. Rejects where the browser does not let the page. */
  copyText(text: string): Promise<void>;
}
