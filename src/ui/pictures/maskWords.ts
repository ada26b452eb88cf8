import type { PendingMask } from '../../workbench/pictures/pictureActions.ts';

/** What a mask's value becomes: a class id, UNLABELED, or a class that is yet to be made. */
export type MaskTarget = PendingMask['mapping'][number];

/** Most classes of one project. */
const MAX_CLASSES = 32;

/** How a mask's value is called: by its number, else by its colour. */
export function entryName({ value, color }: Pick<PendingMask['entries'][number], 'value' | 'color'>): string {
  return value === null ? color : String(value);
}

/** A sentence when more new classes are asked for than a project can have; `null`: they fit. */
export function overflowWarning(mapping: readonly MaskTarget[], classCount: number): string | null {
  const over = classCount + mapping.filter((target) => target === 'new').length - MAX_CLASSES;
  if (over <= 0) return null;
  const left = over === 1 ? 'one of the new ones stays' : `${over} of the new ones stay`;
  return `A project can have ${MAX_CLASSES} classes: ${left} unlabeled.`;
}
