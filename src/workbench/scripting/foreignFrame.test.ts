import { expect, it } from 'vitest';
import { isInForeignFrame, type NestedWindow } from './foreignFrame.ts';

/** A window in those of `around`, from the nearest to the outermost, each of this page's origin or of another. */
function windowIn(...around: readonly ('same' | 'foreign')[]): NestedWindow {
  let outer: NestedWindow | null = null;
  for (const origin of [...around].reverse().concat('same')) {
    const parent = outer;
    const made: NestedWindow = {
      get parent() {
        return parent ?? made;
      },
      get document() {
        if (origin === 'foreign') throw new DOMException('Blocked a frame', 'SecurityError');
        return {};
      },
    };
    outer = made;
  }
  if (outer === null) throw new Error('There is a window at least.');
  return outer;
}

it.each([
  [[], false],
  [['same'], false],
  [['same', 'same'], false],
  [['foreign'], true],
  // Whoever frames a page of ours frames what that page frames.
  [['same', 'foreign'], true],
  [['foreign', 'same'], true],
] as const)('a window in %j is in a foreign frame: %s', (around, isForeign) => {
  expect(isInForeignFrame(windowIn(...around))).toBe(isForeign);
});
