import type { ProjectSlice } from '../../state/project.ts';

/** How much the browser stores for the page, and whether it keeps it: as far as it tells. */
export function storageWords({
  storedBytes,
  isPersistent,
}: Pick<ProjectSlice, 'storedBytes' | 'isPersistent'>): string {
  const size = storedBytes === null ? '' : `About ${Math.max(1, Math.round(storedBytes / 1e6))} MB`;
  if (isPersistent === null) return size;
  if (isPersistent) return size === '' ? 'Kept by the browser.' : `${size}, kept by the browser.`;
  return `${size === '' ? '' : `${size}. `}The browser may clear it when the disk is full.`;
}
