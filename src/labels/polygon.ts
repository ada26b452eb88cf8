import { type PixelRegion, RegionBuilder } from './region.ts';

/** Corners in image pixels, in order; the last is joined to the first. */
export type PolygonPoints = readonly (readonly [imageX: number, imageY: number])[];

/**
 * The pixels inside a polygon, by the even-odd rule: pixel `(x, y)` is inside exactly where a ray from its centre
 * `(x + 0.5, y + 0.5)` crosses an odd number of edges. A centre on an edge belongs to the right or lower side, so that
 * polygons which share an edge share no pixel; on a canvas, which blends rims, they would. Clipped to `width × height`;
 * empty for fewer than three points. Throws a `RangeError` for a point that is not a finite number.
 */
export function polygonRegion(points: PolygonPoints, width: number, height: number): PixelRegion {
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new RangeError(`A polygon's points must be finite image coordinates, not (${x}, ${y}).`);
    }
  }

  // Two passes over the edges, counting and then writing, give every row its crossings in one flat array.
  const rowStarts = new Uint32Array(height + 1);
  forEachCrossedRow(points, height, (y) => {
    rowStarts[y + 1] = (rowStarts[y + 1] ?? 0) + 1;
  });
  for (let y = 0; y < height; y++) rowStarts[y + 1] = (rowStarts[y + 1] ?? 0) + (rowStarts[y] ?? 0);
  const crossings = new Float64Array(rowStarts[height] ?? 0);
  const next = rowStarts.slice();
  forEachCrossedRow(points, height, (y, crossingX) => {
    const at = next[y] ?? 0;
    crossings[at] = crossingX;
    next[y] = at + 1;
  });

  const builder = new RegionBuilder();
  for (let y = 0; y < height; y++) {
    const row = crossings.subarray(rowStarts[y], rowStarts[y + 1]).sort();
    for (let i = 0; i + 1 < row.length; i += 2) {
      const xStart = Math.max(0, Math.ceil((row[i] ?? 0) - 0.5));
      const xEnd = Math.min(width, Math.ceil((row[i + 1] ?? 0) - 0.5));
      builder.add(y, xStart, xEnd);
    }
  }
  return builder.finish();
}

/** Visits every edge's crossing with the line through a row's pixel centres. Upper ends count, lower ones do not. */
function forEachCrossedRow(points: PolygonPoints, height: number, visit: (y: number, crossingX: number) => void): void {
  for (const [i, [toX, toY]] of points.entries()) {
    const [fromX, fromY] = points.at(i - 1) ?? [toX, toY];
    const yFirst = Math.max(0, Math.ceil(Math.min(fromY, toY) - 0.5));
    const yEnd = Math.min(height, Math.ceil(Math.max(fromY, toY) - 0.5));
    for (let y = yFirst; y < yEnd; y++) {
      visit(y, fromX + ((y + 0.5 - fromY) * (toX - fromX)) / (toY - fromY));
    }
  }
}
