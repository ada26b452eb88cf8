import { type PixelRegion, RegionBuilder } from './region.ts';

const INSIDE = 1;

/**
 * The pixels that are joined to a seed through pixels of similar colour, over sides, not corners.
 *
 * `pixels` are RGBA bytes, row-major; alpha is not looked at. A colour is similar where its Euclidean distance over RGB
 * (0 to 255·√3) to the colour *of the seed* is at most `tolerance`. Empty for a seed outside the picture.
 */
export function floodFill(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  seedX: number,
  seedY: number,
  tolerance: number,
): PixelRegion {
  const seed = seedY * width + seedX;
  const red = pixels[4 * seed] ?? 0;
  const green = pixels[4 * seed + 1] ?? 0;
  const blue = pixels[4 * seed + 2] ?? 0;
  const limit = Math.floor(tolerance * tolerance);
  const mask = new Uint8Array(width * height);
  for (let i = 0, p = 0; i < mask.length; i++, p += 4) {
    const dr = (pixels[p] ?? 0) - red;
    const dg = (pixels[p + 1] ?? 0) - green;
    const db = (pixels[p + 2] ?? 0) - blue;
    // The sign bit of what is left: a branch would be guessed wrong all the time in a noisy picture.
    mask[i] = INSIDE - ((limit - dr * dr - dg * dg - db * db) >>> 31);
  }
  return connectedRegion(mask, width, height, seedX, seedY);
}

/**
 * The connected component (over sides) of a class map's class at a seed, of the pixels whose confidence (0–255) is at
 * least `minConfidence`. Both maps are `[H·W]`, row-major. Empty where the seed is outside or not confident enough.
 */
export function classComponent(
  classMap: Uint8Array,
  confidence: Uint8Array,
  minConfidence: number,
  width: number,
  height: number,
  seedX: number,
  seedY: number,
): PixelRegion {
  const classId = classMap[seedY * width + seedX];
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    if (classMap[i] === classId && (confidence[i] ?? 0) >= minConfidence) mask[i] = INSIDE;
  }
  return connectedRegion(mask, width, height, seedX, seedY);
}

/**
 * The 4-connected component of the mask's INSIDE pixels that holds the seed.
 *
 * Rows are cut into runs and touching runs of neighbouring rows joined in a union-find forest (run-based labelling, He,
 * Chao and Suzuki, 2008). Unlike a fill with a stack it reads memory in order, whatever the shape.
 */
function connectedRegion(mask: Uint8Array, width: number, height: number, seedX: number, seedY: number): PixelRegion {
  const builder = new RegionBuilder();
  const isInside = seedX >= 0 && seedX < width && seedY >= 0 && seedY < height;
  if (!isInside || mask[seedY * width + seedX] !== INSIDE) return builder.finish();

  const runs = findRuns(mask, width, height);
  const { starts, ends, rowStarts } = runs;
  const parents = joinRuns(runs, width);
  let seedRun = rowStarts[seedY] ?? 0;
  while ((ends[seedRun] ?? 0) <= seedY * width + seedX) seedRun++;
  const root = rootOf(parents, seedRun);
  for (let y = 0; y < height; y++) {
    const rowEnd = rowStarts[y + 1] ?? 0;
    for (let run = rowStarts[y] ?? 0; run < rowEnd; run++) {
      // Parents come before their children, so that a parent's own parent is its root by now.
      const runRoot = parents[parents[run] ?? 0] ?? 0;
      parents[run] = runRoot;
      if (runRoot === root) builder.add(y, (starts[run] ?? 0) - y * width, (ends[run] ?? 0) - y * width);
    }
  }
  return builder.finish();
}

interface Runs {
  /** Row-major index of each run's first pixel. */
  readonly starts: Int32Array;
  /** … and of the pixel after its last. */
  readonly ends: Int32Array;
  /** Number of each row's first run, and at the end the number of runs. */
  readonly rowStarts: Int32Array;
}

function findRuns(mask: Uint8Array, width: number, height: number): Runs {
  const rowStarts = new Int32Array(height + 1);
  const mostRuns = height * Math.ceil(width / 2);
  const starts = new Int32Array(mostRuns);
  const ends = new Int32Array(mostRuns);
  let count = 0;
  for (let y = 0, i = 0; y < height; y++) {
    rowStarts[y] = count;
    for (const rowEnd = i + width; i < rowEnd; ) {
      while (i < rowEnd && mask[i] !== INSIDE) i++;
      if (i === rowEnd) break;
      starts[count] = i;
      while (i < rowEnd && mask[i] === INSIDE) i++;
      ends[count++] = i;
    }
  }
  rowStarts[height] = count;
  return { starts, ends, rowStarts };
}

/** Parents of a union-find forest in which runs that touch over a side share their root, its earliest run. */
function joinRuns({ starts, ends, rowStarts }: Runs, width: number): Int32Array {
  const parents = new Int32Array(rowStarts.at(-1) ?? 0);
  for (let run = 0; run < parents.length; run++) parents[run] = run;
  for (let y = 1; y + 1 < rowStarts.length; y++) {
    let above = rowStarts[y - 1] ?? 0;
    let run = rowStarts[y] ?? 0;
    const aboveEnd = run;
    const runEnd = rowStarts[y + 1] ?? 0;
    while (above < aboveEnd && run < runEnd) {
      const aboveStop = (ends[above] ?? 0) + width;
      const runStop = ends[run] ?? 0;
      if ((starts[above] ?? 0) + width < runStop && (starts[run] ?? 0) < aboveStop) join(parents, above, run);
      if (aboveStop <= runStop) above++;
      if (runStop <= aboveStop) run++;
    }
  }
  return parents;
}

function join(parents: Int32Array, runA: number, runB: number): void {
  const rootA = rootOf(parents, runA);
  const rootB = rootOf(parents, runB);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

/** The root of a run's tree, with path halving. */
function rootOf(parents: Int32Array, run: number): number {
  let node = run;
  for (let parent = parents[node] ?? 0; parent !== node; parent = parents[node] ?? 0) {
    const grandparent = parents[parent] ?? 0;
    parents[node] = grandparent;
    node = grandparent;
  }
  return node;
}
