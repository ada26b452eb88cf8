import type { SuperpixelMap } from '../tools/tool.ts';
import { type LabPicture, labOfPixels } from './labColor.ts';
import { mergeFragments } from './mergeFragments.ts';

/** How a picture is cut into superpixels. */
export interface SuperpixelOptions {
  /** Side of the square that a patch would be in a flat picture; at least 2. */
  readonly patchSizePx: number;
  /** Colour distance (in CIELAB) that counts as much as a whole patch size: more gives rounder patches. Above 0. */
  readonly compactness: number;
}

const ITERATIONS = 10;

// Patches of 14 px in a picture of 512 px: small enough for a cell or a leaf, large enough to paint quickly.
const PATCH_SHARE = 14 / 512;
const SMALLEST_PATCH_PX = 6;

/** The paper's compactness, and patches that keep their share of the picture. */
export function defaultSuperpixelOptions(width: number, height: number): SuperpixelOptions {
  const patchSizePx = Math.max(SMALLEST_PATCH_PX, Math.round(PATCH_SHARE * Math.max(width, height)));
  return { patchSizePx, compactness: 10 };
}

/**
 * Cuts a picture into superpixels by SLIC (Achanta, Shaji, Smith, Lucchi, Fua and Süsstrunk, "SLIC superpixels compared
 * to state-of-the-art superpixel methods", 2012): k-means over CIELAB and position, each centre looking about itself
 * alone, then fragments joined to their neighbours.
 *
 * `pixels` are RGBA bytes, row-major. Every pixel belongs to one segment, every segment is connected (over sides) and
 * has at least a quarter of a patch's pixels, unless it is the only one. The same picture gives the same map. Options
 * left out are {@link defaultSuperpixelOptions}. Written here: what has it ready-made is OpenCV, which weighs
 * megabytes. Throws a `RangeError` for bytes that do not fit the size, or options out of range.
 */
export function slic(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  options: Partial<SuperpixelOptions> = {},
): SuperpixelMap {
  const { patchSizePx, compactness } = { ...defaultSuperpixelOptions(width, height), ...options };
  if (!(width > 0 && height > 0) || pixels.length !== 4 * width * height) {
    throw new RangeError(`${pixels.length} bytes are not the RGBA of ${width} × ${height} pixels.`);
  }
  if (!(patchSizePx >= 2) || !(compactness > 0) || !Number.isFinite(patchSizePx * compactness)) {
    throw new RangeError(`Superpixels of ${patchSizePx} px with a compactness of ${compactness} are not possible.`);
  }
  const picture: LabPicture = { width, height, lab: labOfPixels(pixels) };
  const clusters = placeSeeds(picture, patchSizePx);
  const clusterIds = new Int32Array(width * height);
  const distances = new Float32Array(width * height);
  const perSquaredPx = (compactness / patchSizePx) ** 2;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    assignPixels(picture, clusters, perSquaredPx, clusterIds, distances);
    moveCentres(picture, clusters, clusterIds);
  }
  return mergeFragments(picture, clusterIds, (patchSizePx * patchSizePx) / 4);
}

interface Clusters {
  readonly count: number;
  /** `L, a, b, x, y` of every centre; positions are pixel indices, not pixel centres. */
  readonly centres: Float64Array;
  /** Half the sides of the window that a centre looks at; the windows of all seeds cover the picture. */
  readonly reachX: number;
  readonly reachY: number;
}

/** Centres on a regular grid, each moved to the flattest of its 3 × 3 pixels, so that none sits on an edge or on noise. */
function placeSeeds(picture: LabPicture, patchSizePx: number): Clusters {
  const { width, height, lab } = picture;
  const columns = Math.max(1, Math.round(width / patchSizePx));
  const rows = Math.max(1, Math.round(height / patchSizePx));
  const centres = new Float64Array(5 * columns * rows);
  for (let cluster = 0; cluster < columns * rows; cluster++) {
    const gridX = Math.floor((((cluster % columns) + 0.5) * width) / columns);
    const gridY = Math.floor(((Math.floor(cluster / columns) + 0.5) * height) / rows);
    const { x, y } = flattestAround(picture, gridX, gridY);
    const i = 3 * (y * width + x);
    centres.set([lab[i] ?? 0, lab[i + 1] ?? 0, lab[i + 2] ?? 0, x, y], 5 * cluster);
  }
  return { count: columns * rows, centres, reachX: Math.ceil(width / columns), reachY: Math.ceil(height / rows) };
}

function flattestAround({ width, height, lab }: LabPicture, gridX: number, gridY: number) {
  const squaredDifference = (i: number, j: number): number => {
    let sum = 0;
    for (let c = 0; c < 3; c++) sum += ((lab[3 * i + c] ?? 0) - (lab[3 * j + c] ?? 0)) ** 2;
    return sum;
  };
  let best = { x: gridX, y: gridY, gradient: Number.POSITIVE_INFINITY };
  for (let y = Math.max(1, gridY - 1); y <= Math.min(height - 2, gridY + 1); y++) {
    for (let x = Math.max(1, gridX - 1); x <= Math.min(width - 2, gridX + 1); x++) {
      const i = y * width + x;
      const gradient = squaredDifference(i - 1, i + 1) + squaredDifference(i - width, i + width);
      if (gradient < best.gradient) best = { x, y, gradient };
    }
  }
  return best;
}

/** Gives each pixel to the nearest centre among those whose window holds it; out of all windows it stays where it was. */
function assignPixels(
  { width, height, lab }: LabPicture,
  { count, centres, reachX, reachY }: Clusters,
  perSquaredPx: number,
  clusterIds: Int32Array,
  distances: Float32Array,
): void {
  distances.fill(Number.POSITIVE_INFINITY);
  for (let cluster = 0; cluster < count; cluster++) {
    const c = 5 * cluster;
    const centreL = centres[c] ?? 0;
    const centreA = centres[c + 1] ?? 0;
    const centreB = centres[c + 2] ?? 0;
    const centreX = centres[c + 3] ?? 0;
    const centreY = centres[c + 4] ?? 0;
    const xFirst = Math.max(0, Math.floor(centreX - reachX));
    const xLast = Math.min(width - 1, Math.ceil(centreX + reachX));
    const yFirst = Math.max(0, Math.floor(centreY - reachY));
    const yLast = Math.min(height - 1, Math.ceil(centreY + reachY));
    for (let y = yFirst; y <= yLast; y++) {
      const dy = y - centreY;
      for (let x = xFirst, i = y * width + xFirst; x <= xLast; x++, i++) {
        const dx = x - centreX;
        const dl = (lab[3 * i] ?? 0) - centreL;
        const da = (lab[3 * i + 1] ?? 0) - centreA;
        const db = (lab[3 * i + 2] ?? 0) - centreB;
        const distance = dl * dl + da * da + db * db + (dx * dx + dy * dy) * perSquaredPx;
        if (distance < (distances[i] ?? 0)) {
          distances[i] = distance;
          clusterIds[i] = cluster;
        }
      }
    }
  }
}

/** Moves every centre to the mean of its pixels; one without pixels stays. */
function moveCentres({ width, height, lab }: LabPicture, { count, centres }: Clusters, clusterIds: Int32Array): void {
  const sums = new Float64Array(5 * count);
  const sizes = new Uint32Array(count);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const cluster = clusterIds[i] ?? 0;
      const c = 5 * cluster;
      sums[c] = (sums[c] ?? 0) + (lab[3 * i] ?? 0);
      sums[c + 1] = (sums[c + 1] ?? 0) + (lab[3 * i + 1] ?? 0);
      sums[c + 2] = (sums[c + 2] ?? 0) + (lab[3 * i + 2] ?? 0);
      sums[c + 3] = (sums[c + 3] ?? 0) + x;
      sums[c + 4] = (sums[c + 4] ?? 0) + y;
      sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    }
  }
  for (let c = 0; c < centres.length; c++) {
    const size = sizes[Math.floor(c / 5)] ?? 0;
    if (size > 0) centres[c] = (sums[c] ?? 0) / size;
  }
}
