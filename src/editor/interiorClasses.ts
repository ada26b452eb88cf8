import { UNLABELED } from '../labels/planes.ts';

/** Cells along the picture's longer side. */
const CELLS = 24;
const MIN_CELL_PX = 4;

/**
 * The classes whose labels keep away from those of every other class: no stroke shows where they end. Two classes meet
 * where both have labels in one cell of a coarse grid, or in cells that touch. Empty while fewer than two classes have
 * labels, for then there is no border to show.
 *
 * `classIds` is `[H, W]`, 255 where unlabeled, ids below 32.
 */
export function interiorClasses(classIds: Uint8Array, width: number, height: number): ReadonlySet<number> {
  const cellPx = Math.max(MIN_CELL_PX, Math.ceil(Math.max(width, height) / CELLS));
  const [columns, rows] = [Math.ceil(width / cellPx), Math.ceil(height / cellPx)];
  /** One bit a class. */
  const masks = new Uint32Array(columns * rows);
  let all = 0;
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / cellPx) * columns;
    for (let x = 0; x < width; x++, i++) {
      const id = classIds[i] as number;
      if (id === UNLABELED) continue;
      const cell = row + Math.floor(x / cellPx);
      masks[cell] = (masks[cell] as number) | (1 << id);
      all |= 1 << id;
    }
  }
  let atBorder = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const own = masks[row * columns + column] as number;
      if (own === 0) continue;
      const around = maskAround(masks, columns, rows, column, row);
      for (let bits = own; bits !== 0; bits &= bits - 1) {
        const bit = bits & -bits;
        if ((around & ~bit) !== 0) atBorder |= bit;
      }
    }
  }
  const found = Array.from({ length: 32 }, (_, id) => id).filter((id) => ((all & ~atBorder) >>> id) & 1);
  // With one class alone there is no other that it could meet.
  return new Set((all & (all - 1)) === 0 ? [] : found);
}

/** The classes of a cell and those that touch it. */
function maskAround(masks: Uint32Array, columns: number, rows: number, column: number, row: number): number {
  let around = 0;
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      around |= masks[y * columns + x] as number;
    }
  }
  return around;
}
