import { MAX_FRAGMENT_LENGTH } from '../../project/link/linkCodec.ts';

/** This page's address with a link in it, and nothing else of what is in it now. */
export function addressOf(fragment: string): string {
  return `${pageAddress()}${fragment}`;
}

/** What to put into another page's source so that it shows a link in a frame that answers the page at `origin`. */
export function frameSnippet(fragment: string, origin: string): string {
  const source = `${pageAddress()}?embed=${origin}${fragment}`;
  return `<iframe title="Unlabeled" src="${source}" width="100%" height="640" style="border: 0"></iframe>`;
}

/** How much of a link's room is taken, in words. */
export function sizeWords(fragmentLength: number): string {
  const kilobytes = (length: number) => (length / 1024).toFixed(1);
  return `${kilobytes(fragmentLength)} of ${kilobytes(MAX_FRAGMENT_LENGTH)} KB`;
}

function pageAddress(): string {
  return `${location.origin}${location.pathname}`;
}
