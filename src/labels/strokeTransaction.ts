import { rasteriseCapsule } from './capsule.ts';
import { type LabelPatch, PatchBuilder } from './patch.ts';
import { type LabelPlanes, NO_STROKE, UNLABELED } from './planes.ts';
import { type PixelRect, unionRect } from './rect.ts';

interface RowMemory {
  readonly classIds: Uint8Array<ArrayBuffer>;
  readonly strokeIds: Uint16Array<ArrayBuffer>;
}

/**
 * Records writes to label planes: they show at once, and end either as one patch or as if they had never been.
 *
 * Rows are remembered when they are first touched. While a transaction is open nothing else may write to the planes,
 * so it must not span an `await` whose other side does. `counts` (pixels per class id, 256 of them) follow every write.
 */
export class StrokeTransaction {
  readonly #planes: LabelPlanes;
  readonly #counts: Uint32Array;
  readonly #rows = new Map<number, RowMemory>();
  #bounds: PixelRect | null = null;
  #open = true;

  constructor(planes: LabelPlanes, counts: Uint32Array) {
    this.#planes = planes;
    this.#counts = counts;
  }

  /** The smallest rectangle around everything written so far, or `null`. */
  get bounds(): PixelRect | null {
    return this.#bounds;
  }

  /**
   * Paints all pixels within `radiusPx` of a segment (see `rasteriseCapsule`) with a class and a stroke id, or makes
   * them unlabeled. Returns the rectangle that it wrote to, or `null` when the capsule misses the picture.
   */
  paintCapsule(
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
    radiusPx: number,
    classId: number,
    strokeId: number,
  ): PixelRect | null {
    this.#assertOpen();
    const stroke = classId === UNLABELED ? NO_STROKE : strokeId;
    const { width, height } = this.#planes;
    let left = width;
    let right = 0;
    let top = -1;
    let bottom = -1;
    rasteriseCapsule(fromX, fromY, toX, toY, radiusPx, width, height, (y, xStart, xEnd) => {
      this.#fill(y, xStart, xEnd, classId, stroke);
      if (top < 0) top = y;
      bottom = y + 1;
      left = Math.min(left, xStart);
      right = Math.max(right, xEnd);
    });
    if (top < 0) return null;
    const rect = { x: left, y: top, width: right - left, height: bottom - top };
    this.#bounds = unionRect(this.#bounds, rect);
    return rect;
  }

  /** Makes every labeled pixel unlabeled for which `matches` is true. */
  clear(matches: (classId: number, strokeId: number) => boolean): void {
    this.#assertOpen();
    const { width, height, classIds, strokeIds } = this.#planes;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; ) {
        const classId = classIds[y * width + x] ?? UNLABELED;
        const strokeId = strokeIds[y * width + x] ?? NO_STROKE;
        const xStart = x;
        while (x < width && classIds[y * width + x] === classId && strokeIds[y * width + x] === strokeId) x++;
        if (classId === UNLABELED || !matches(classId, strokeId)) continue;
        this.#fill(y, xStart, x, UNLABELED, NO_STROKE);
        this.#bounds = unionRect(this.#bounds, { x: xStart, y, width: x - xStart, height: 1 });
      }
    }
  }

  /** Ends the transaction with what it changed, or `null` when every pixel is as it was. */
  commit(): LabelPatch | null {
    this.#close();
    const { width, height, classIds, strokeIds } = this.#planes;
    const builder = new PatchBuilder(width, height);
    for (const y of [...this.#rows.keys()].sort((a, b) => a - b)) {
      const row = this.#rows.get(y);
      if (row === undefined) continue;
      const offset = y * width;
      for (let x = 0; x < width; x++) {
        builder.add(
          offset + x,
          row.classIds[x] ?? 0,
          classIds[offset + x] ?? 0,
          row.strokeIds[x] ?? 0,
          strokeIds[offset + x] ?? 0,
        );
      }
    }
    return builder.finish();
  }

  /** Ends the transaction and puts every pixel back. */
  rollback(): void {
    this.#close();
    const { width, classIds, strokeIds } = this.#planes;
    const counts = this.#counts;
    for (const [y, row] of this.#rows) {
      const offset = y * width;
      for (let x = 0; x < width; x++) {
        const now = classIds[offset + x] ?? 0;
        const before = row.classIds[x] ?? 0;
        counts[now] = (counts[now] ?? 0) - 1;
        counts[before] = (counts[before] ?? 0) + 1;
      }
      classIds.set(row.classIds, offset);
      strokeIds.set(row.strokeIds, offset);
    }
  }

  #fill(y: number, xStart: number, xEnd: number, classId: number, strokeId: number): void {
    const { width, classIds, strokeIds } = this.#planes;
    const offset = y * width;
    if (!this.#rows.has(y)) {
      this.#rows.set(y, {
        classIds: classIds.slice(offset, offset + width),
        strokeIds: strokeIds.slice(offset, offset + width),
      });
    }
    const counts = this.#counts;
    for (let i = offset + xStart; i < offset + xEnd; i++) {
      const before = classIds[i] ?? 0;
      counts[before] = (counts[before] ?? 0) - 1;
    }
    counts[classId] = (counts[classId] ?? 0) + (xEnd - xStart);
    classIds.fill(classId, offset + xStart, offset + xEnd);
    strokeIds.fill(strokeId, offset + xStart, offset + xEnd);
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('This stroke has already ended.');
  }

  #close(): void {
    this.#assertOpen();
    this.#open = false;
  }
}
