/** The smallest brush: a disk of this radius at a pixel's centre covers that pixel alone. */
export const MIN_RADIUS_PX = 0.5;

// Beyond this the products below lose the digits that decide a pixel.
const MAX_COORDINATE = 1e9;

// Slack of the analytic span; the exact predicate takes back what it gives too much.
const SPAN_SLACK_PX = 1e-3;

// Below this squared length the two disks are all there is; the strip's products would underflow.
const MIN_LENGTH_SQUARED = Number.EPSILON;

/** Called once per covered row with the columns `xStart … xEnd − 1`. */
export type SpanVisitor = (y: number, xStart: number, xEnd: number) => void;

/** The centre of the pixel that holds an image point. */
export function snapToPixelCentre(imageX: number, imageY: number): { readonly x: number; readonly y: number } {
  return { x: Math.floor(imageX) + 0.5, y: Math.floor(imageY) + 0.5 };
}

/**
 * Rasterises all points within `radiusPx` of a segment, the shape that a round brush leaves between two pointer
 * positions. The only place that turns geometry into pixel indices: a canvas would blend its rim, otherwise in each
 * browser.
 *
 * Pixel `(x, y)` is covered exactly where its centre `(x + 0.5, y + 0.5)` is at distance `≤ radiusPx` from the segment.
 * A capsule is convex, so that every row has at most one span; rows come in order and are clipped to
 * `width × height`. Coordinates are image pixels. Throws a `RangeError` for a radius under 0.5 or a point that is not
 * a finite number.
 */
export function rasteriseCapsule(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  radiusPx: number,
  width: number,
  height: number,
  visitSpan: SpanVisitor,
): void {
  for (const coordinate of [fromX, fromY, toX, toY]) {
    if (!(Math.abs(coordinate) <= MAX_COORDINATE)) {
      throw new RangeError(`A stroke's points must be finite image coordinates, not ${coordinate}.`);
    }
  }
  if (!(radiusPx >= MIN_RADIUS_PX && radiusPx <= MAX_COORDINATE)) {
    throw new RangeError(`A brush needs a radius of at least ${MIN_RADIUS_PX} px, not ${radiusPx}.`);
  }

  const dx = toX - fromX;
  const dy = toY - fromY;
  const lengthSquared = dx * dx + dy * dy;
  const length = Math.sqrt(lengthSquared);
  const radiusSquared = radiusPx * radiusPx;
  const slackRadius = radiusPx + SPAN_SLACK_PX;

  // Disk, disk or strip between them. Along a row each of the three is an interval in floating point too, because
  // rounding is monotonic; a clamped projection would not give that, and rows that touch the rim would fray.
  const covers = (x: number, v: number): boolean => {
    const u = x + 0.5 - fromX;
    if (u * u + v * v <= radiusSquared) return true;
    const w = x + 0.5 - toX;
    const z = v - dy;
    if (w * w + z * z <= radiusSquared) return true;
    if (lengthSquared < MIN_LENGTH_SQUARED) return false;
    const along = u * dx + v * dy;
    if (along < 0 || along > lengthSquared) return false;
    const cross = dx * v - dy * u;
    return cross * cross <= radiusSquared * lengthSquared;
  };

  const yFirst = Math.max(0, Math.floor(Math.min(fromY, toY) - radiusPx - 0.5));
  const yLast = Math.min(height - 1, Math.ceil(Math.max(fromY, toY) + radiusPx - 0.5));
  for (let y = yFirst; y <= yLast; y++) {
    const v = y + 0.5 - fromY;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;

    const chordFrom = slackRadius * slackRadius - v * v;
    if (chordFrom >= 0) {
      const half = Math.sqrt(chordFrom);
      low = fromX - half;
      high = fromX + half;
    }
    const chordTo = slackRadius * slackRadius - (v - dy) * (v - dy);
    if (chordTo >= 0) {
      const half = Math.sqrt(chordTo);
      low = Math.min(low, toX - half);
      high = Math.max(high, toX + half);
    }
    if (lengthSquared >= MIN_LENGTH_SQUARED) {
      // The strip, |dx·v − dy·u| ≤ r·length, and the slab, 0 ≤ dx·u + dy·v ≤ length², cut the row.
      const reach = slackRadius * length;
      const strip = interval(dy, dx * v - reach, dx * v + reach);
      const slab = interval(dx, -dy * v, lengthSquared - dy * v);
      const left = Math.max(strip[0], slab[0]);
      const right = Math.min(strip[1], slab[1]);
      if (left <= right) {
        low = Math.min(low, fromX + left);
        high = Math.max(high, fromX + right);
      }
    }

    let xStart = Math.max(0, Math.floor(low - 0.5));
    let xEnd = Math.min(width, Math.ceil(high - 0.5) + 1);
    while (xStart < xEnd && !covers(xStart, v)) xStart++;
    while (xEnd > xStart && !covers(xEnd - 1, v)) xEnd--;
    if (xStart < xEnd) visitSpan(y, xStart, xEnd);
  }
}

/** All `u` with `low ≤ factor·u ≤ high`. */
function interval(factor: number, low: number, high: number): readonly [number, number] {
  if (factor === 0) {
    return low <= 0 && high >= 0
      ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  }
  return factor > 0 ? [low / factor, high / factor] : [high / factor, low / factor];
}
