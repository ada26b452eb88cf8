import { rasteriseCapsule } from './capsule.ts';
import { type LabelPatch, PatchBuilder } from './patch.ts';
import { type LabelPlanes, NO_STROKE, UNLABELED } from './planes.ts';
import { type PixelRect, unionRect } from './rect.ts';
import type { PixelRegion } from './region.ts';

interface RowMemory {
  readonly classIds: Uint8Array<ArrayBuffer>;
  readonly strokeIds: Uint16Array<ArrayBuffer>;
  /** What has been written to, `left … right − 1`: no other pixel of the row can have changed. */
  left: number;
  right: number;
}

/**
 * Records writes to label planes: they show at once, and end either as one patch or as if they had never been.
 *
 * Rows are remembered when they are first touched. While a transaction is open nothing else may write to the planes,
 * so it must not span an `await` whose other side does. `counts` (pixels per class id, 256 of them) follow every write.
 *
 * Pixels whose class was one of `protectedIds` (UNLABELED may be among them) before the transaction are never written,
 * by none of its methods; what it painted itself stays open to it.
 */
export class StrokeTransaction {
  readonly #planes: LabelPlanes;
  readonly #counts: Uint32Array;
  /** 1 for each class id that is protected; `null` where none is. */
  readonly #isProtected: Uint8Array | null;
  readonly #rows = new Map<number, RowMemory>();
  /** What the method under way has written to, `left … right − 1` by `top … bottom − 1`. */
  readonly #extent = { left: Number.POSITIVE_INFINITY, right: 0, top: Number.POSITIVE_INFINITY, bottom: 0 };
  #bounds: PixelRect | null = null;
  #open = true;

  constructor(planes: LabelPlanes, counts: Uint32Array, protectedIds: ReadonlySet<number> | null = null) {
    this.#planes = planes;
    this.#counts = counts;
    this.#isProtected = protectedIds === null || protectedIds.size === 0 ? null : new Uint8Array(256);
    for (const id of protectedIds ?? []) this.#isProtected?.fill(1, id, id + 1);
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
    rasteriseCapsule(fromX, fromY, toX, toY, radiusPx, width, height, (y, xStart, xEnd) => {
      this.#fill(y, xStart, xEnd, classId, stroke);
    });
    return this.#takeExtent();
  }

  /**
   * Paints a region with a class and a stroke id, or makes it unlabeled. Returns the rectangle that it wrote to, or
   * `null` where that is empty. Throws a `RangeError` for a region that leaves the picture.
   */
  paintRegion(region: PixelRegion, classId: number, strokeId: number): PixelRect | null {
    this.#assertOpen();
    this.#assertInside(region);
    const stroke = classId === UNLABELED ? NO_STROKE : strokeId;
    const { runs } = region;
    for (let i = 0; i < runs.length; i += 3) {
      this.#fill(runs[i] ?? 0, runs[i + 1] ?? 0, runs[i + 2] ?? 0, classId, stroke);
    }
    return this.#takeExtent();
  }

  /**
   * Paints each pixel of a region with its own class of `classMap` (`[H·W]`, row-major) and one stroke id; pixels whose
   * class is not paintable stay as they are. Returns the rectangle that it wrote to, or `null` where that is empty.
   * Throws a `RangeError` for a region that leaves the picture or a map of another size.
   */
  paintFrom(
    region: PixelRegion,
    classMap: Uint8Array,
    strokeId: number,
    isPaintable: (classId: number) => boolean,
  ): PixelRect | null {
    this.#assertOpen();
    this.#assertInside(region);
    const { width, height } = this.#planes;
    if (classMap.length !== width * height) {
      throw new RangeError(`A class map of ${classMap.length} pixels does not fit a picture of ${width} × ${height}.`);
    }
    const paintable = Uint8Array.from({ length: 256 }, (_, classId) => (isPaintable(classId) ? 1 : 0));
    const { runs } = region;
    for (let i = 0; i < runs.length; i += 3) {
      const y = runs[i] ?? 0;
      const xEnd = runs[i + 2] ?? 0;
      const offset = y * width;
      for (let x = runs[i + 1] ?? 0; x < xEnd; ) {
        const xStart = x;
        const classId = classMap[offset + x] ?? UNLABELED;
        while (x < xEnd && classMap[offset + x] === classId) x++;
        if (paintable[classId] === 1) this.#fill(y, xStart, x, classId, classId === UNLABELED ? NO_STROKE : strokeId);
      }
    }
    return this.#takeExtent();
  }

  /**
   * Makes every pixel of class `from` one of class `to`; either may be UNLABELED. Pixels keep their stroke ids where
   * `strokeId` is `null`, and lose them where they become unlabeled. Returns the rectangle that it wrote to, or `null`
   * where no such pixel is. Throws a `RangeError` when unlabeled pixels would get a class but no stroke id.
   */
  replace(from: number, to: number, strokeId: number | null): PixelRect | null {
    this.#assertOpen();
    if (from === UNLABELED && to !== UNLABELED && strokeId === null) {
      throw new RangeError('Unlabeled pixels have no stroke id to keep.');
    }
    const stroke = to === UNLABELED ? NO_STROKE : strokeId;
    const { width, classIds } = this.#planes;
    for (let i = classIds.indexOf(from); i >= 0; ) {
      const y = Math.floor(i / width);
      const offset = y * width;
      const start = i;
      while (i < offset + width && classIds[i] === from) i++;
      this.#fill(y, start - offset, i - offset, to, stroke);
      i = classIds.indexOf(from, i);
    }
    return this.#takeExtent();
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
      }
    }
    this.#takeExtent();
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
      for (let x = row.left; x < row.right; ) {
        const start = x;
        const classBefore = row.classIds[x] ?? 0;
        const strokeBefore = row.strokeIds[x] ?? 0;
        const classAfter = classIds[offset + x] ?? 0;
        const strokeAfter = strokeIds[offset + x] ?? 0;
        do x++;
        while (
          x < row.right &&
          row.classIds[x] === classBefore &&
          row.strokeIds[x] === strokeBefore &&
          classIds[offset + x] === classAfter &&
          strokeIds[offset + x] === strokeAfter
        );
        builder.add(offset + start, classBefore, classAfter, strokeBefore, strokeAfter, x - start);
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
      for (let x = row.left; x < row.right; x++) {
        const now = classIds[offset + x] ?? 0;
        const before = row.classIds[x] ?? 0;
        counts[now] = (counts[now] ?? 0) - 1;
        counts[before] = (counts[before] ?? 0) + 1;
      }
      classIds.set(row.classIds, offset);
      strokeIds.set(row.strokeIds, offset);
    }
  }

  /** Writes a span of a row but for its protected pixels; `strokeId` `null` keeps the stroke ids. */
  #fill(y: number, xStart: number, xEnd: number, classId: number, strokeId: number | null): void {
    const row = this.#rememberRow(y);
    row.left = Math.min(row.left, xStart);
    row.right = Math.max(row.right, xEnd);
    const before = row.classIds;
    const isProtected = this.#isProtected;
    if (isProtected === null) {
      this.#write(y, xStart, xEnd, classId, strokeId);
      return;
    }
    for (let x = xStart; x < xEnd; ) {
      const runStart = x;
      while (x < xEnd && isProtected[before[x] ?? 0] === 0) x++;
      if (x > runStart) this.#write(y, runStart, x, classId, strokeId);
      while (x < xEnd && isProtected[before[x] ?? 0] === 1) x++;
    }
  }

  #write(y: number, xStart: number, xEnd: number, classId: number, strokeId: number | null): void {
    const { width, classIds, strokeIds } = this.#planes;
    const offset = y * width;
    const counts = this.#counts;
    for (let i = offset + xStart; i < offset + xEnd; i++) {
      const before = classIds[i] ?? 0;
      counts[before] = (counts[before] ?? 0) - 1;
    }
    counts[classId] = (counts[classId] ?? 0) + (xEnd - xStart);
    classIds.fill(classId, offset + xStart, offset + xEnd);
    if (strokeId !== null) strokeIds.fill(strokeId, offset + xStart, offset + xEnd);

    const extent = this.#extent;
    extent.left = Math.min(extent.left, xStart);
    extent.right = Math.max(extent.right, xEnd);
    extent.top = Math.min(extent.top, y);
    extent.bottom = Math.max(extent.bottom, y + 1);
  }

  #rememberRow(y: number): RowMemory {
    const known = this.#rows.get(y);
    if (known !== undefined) return known;
    const { width, classIds, strokeIds } = this.#planes;
    const offset = y * width;
    const row = {
      classIds: classIds.slice(offset, offset + width),
      strokeIds: strokeIds.slice(offset, offset + width),
      left: width,
      right: 0,
    };
    this.#rows.set(y, row);
    return row;
  }

  /** The rectangle that the method under way wrote to, which joins the bounds; the next one starts anew. */
  #takeExtent(): PixelRect | null {
    const { left, right, top, bottom } = this.#extent;
    if (right === 0) return null;
    Object.assign(this.#extent, { left: Number.POSITIVE_INFINITY, right: 0, top: Number.POSITIVE_INFINITY, bottom: 0 });
    const rect = { x: left, y: top, width: right - left, height: bottom - top };
    this.#bounds = unionRect(this.#bounds, rect);
    return rect;
  }

  #assertInside({ bounds }: PixelRegion): void {
    const { width, height } = this.#planes;
    if (bounds === null) return;
    if (bounds.x < 0 || bounds.y < 0 || bounds.x + bounds.width > width || bounds.y + bounds.height > height) {
      throw new RangeError(`A region does not fit a picture of ${width} × ${height}.`);
    }
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('This stroke has already ended.');
  }

  #close(): void {
    this.#assertOpen();
    this.#open = false;
  }
}
