import type { SuperpixelMap } from '../tools/tool.ts';
import type { LabPicture } from './labColor.ts';

/**
 * Makes segments of clusters: each connected part (over sides) of a cluster becomes one, and those of fewer than
 * `minPixels` pixels join the neighbour whose mean colour is closest. Segments are numbered in row-major order.
 *
 * Achanta's own rule joins a fragment to whichever neighbour was met last; by colour, an edge between two colours stays
 * where it is.
 */
export function mergeFragments(picture: LabPicture, clusterIds: Int32Array, minPixels: number): SuperpixelMap {
  const { width, height } = picture;
  let segments = findSegments(picture, clusterIds);
  // A fragment among fragments may still be too small when its neighbours have joined it.
  while (joinSmall(picture, segments, minPixels)) segments = findSegments(picture, segments.ids);
  return { width, height, segmentIds: segments.ids, segmentCount: segments.count };
}

interface Segments {
  /** Segment number per pixel. */
  readonly ids: Int32Array;
  readonly count: number;
  /** Pixel indices, a segment's side by side: those of segment `s` are `order[starts[s]] … order[starts[s + 1] − 1]`. */
  readonly order: Int32Array;
  readonly starts: readonly number[];
}

/** The connected parts of equal numbers, found breadth first in row-major order. */
function findSegments({ width, height }: LabPicture, groups: Int32Array): Segments {
  const ids = new Int32Array(width * height).fill(-1);
  const order = new Int32Array(width * height);
  const starts: number[] = [];
  let end = 0;
  for (let seed = 0; seed < ids.length; seed++) {
    if (ids[seed] !== -1) continue;
    const segment = starts.length;
    const group = groups[seed];
    const visit = (i: number): void => {
      if (ids[i] !== -1 || groups[i] !== group) return;
      ids[i] = segment;
      order[end++] = i;
    };
    starts.push(end);
    visit(seed);
    for (let next = end - 1; next < end; next++) forEachNeighbour(order[next] ?? 0, width, height, visit);
  }
  return { ids, count: starts.length, order, starts: [...starts, end] };
}

/** Gives small segments the number of the neighbour closest in colour. Returns whether there were any. */
function joinSmall(picture: LabPicture, segments: Segments, minPixels: number): boolean {
  const { ids, count, order, starts } = segments;
  const sizeOf = (segment: number) => (starts[segment + 1] ?? 0) - (starts[segment] ?? 0);
  const small = Array.from({ length: count }, (_, segment) => segment)
    .filter((segment) => sizeOf(segment) < minPixels)
    .sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  if (small.length === 0 || count === 1) return false;

  const colors = meanColors(picture, segments);
  const joinedTo = new Int32Array(count).map((_, segment) => segment);
  const rootOf = (segment: number): number => {
    let root = segment;
    while (joinedTo[root] !== root) root = joinedTo[root] ?? 0;
    return root;
  };
  for (const segment of small) {
    let best = { root: segment, distance: Number.POSITIVE_INFINITY };
    const compare = (i: number): void => {
      const root = rootOf(ids[i] ?? 0);
      if (root === segment) return;
      const distance = squaredDistance(colors, segment, ids[i] ?? 0);
      if (distance < best.distance) best = { root, distance };
    };
    for (let at = starts[segment] ?? 0; at < (starts[segment + 1] ?? 0); at++) {
      forEachNeighbour(order[at] ?? 0, picture.width, picture.height, compare);
    }
    joinedTo[segment] = best.root;
  }
  for (let i = 0; i < ids.length; i++) ids[i] = rootOf(ids[i] ?? 0);
  return true;
}

/** Mean `L, a, b` of every segment. */
function meanColors({ lab }: LabPicture, { count, order, starts }: Segments): Float64Array {
  const means = new Float64Array(3 * count);
  for (let segment = 0; segment < count; segment++) {
    const first = starts[segment] ?? 0;
    const end = starts[segment + 1] ?? 0;
    for (let at = first; at < end; at++) {
      for (let c = 0; c < 3; c++) {
        const m = 3 * segment + c;
        means[m] = (means[m] ?? 0) + (lab[3 * (order[at] ?? 0) + c] ?? 0) / (end - first);
      }
    }
  }
  return means;
}

function squaredDistance(colors: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let c = 0; c < 3; c++) sum += ((colors[3 * a + c] ?? 0) - (colors[3 * b + c] ?? 0)) ** 2;
  return sum;
}

function forEachNeighbour(i: number, width: number, height: number, visit: (i: number) => void): void {
  const x = i % width;
  if (x > 0) visit(i - 1);
  if (x < width - 1) visit(i + 1);
  if (i >= width) visit(i - width);
  if (i < width * (height - 1)) visit(i + width);
}
