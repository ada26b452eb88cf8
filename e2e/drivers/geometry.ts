/** In picture pixels; pixel `(i, j)` has its centre at `(i, j)`, as the page driver points at pixels. */
type Point = readonly [imageX: number, imageY: number];

/** Distance of a point to a line segment. */
function segmentDistancePx([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const lengthSquared = dx * dx + dy * dy;
  const share = lengthSquared === 0 ? 0 : ((x - fromX) * dx + (y - fromY) * dy) / lengthSquared;
  const nearest = Math.max(0, Math.min(1, share));
  return Math.hypot(x - fromX - nearest * dx, y - fromY - nearest * dy);
}

/** Distance of each pixel's centre to a polyline, row-major; of one point alone, to that. */
export function polylineDistancesPx(points: readonly Point[], width: number, height: number): number[] {
  const segments = points.length < 2 ? [0] : points.slice(1).map((_, i) => i);
  return Array.from({ length: width * height }, (_, i) => {
    const pixel: Point = [i % width, Math.floor(i / width)];
    const distances = segments.map((s) => {
      const from = points[s] ?? pixel;
      return segmentDistancePx(pixel, from, points[s + 1] ?? from);
    });
    return Math.min(...distances);
  });
}

/** Whether each pixel's centre lies inside a polygon, row-major: by how often a ray to the right crosses its edges. */
export function insidePolygon(corners: readonly Point[], width: number, height: number): boolean[] {
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const crossings = corners.filter(([fromX, fromY], c) => {
      const [toX, toY] = corners[(c + 1) % corners.length] ?? [fromX, fromY];
      return fromY > y !== toY > y && x < fromX + ((y - fromY) * (toX - fromX)) / (toY - fromY);
    });
    return crossings.length % 2 === 1;
  });
}

/** The pixels that 4-connected steps reach from `start` through pixels of which `belongs` is true, row-major. */
export function connectedPixels(
  start: Point,
  width: number,
  height: number,
  belongs: (index: number) => boolean,
): boolean[] {
  const reached = new Array<boolean>(width * height).fill(false);
  const waiting: Point[] = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [x, y] = next;
    const index = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || reached[index] || !belongs(index)) continue;
    reached[index] = true;
    waiting.push([x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1]);
  }
  return reached;
}
