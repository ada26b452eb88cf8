import type { LabelPlanes } from './planes.ts';
import type { PixelRect } from './rect.ts';

/**
 * What an edit changed in both label planes, as runs of consecutive row-major pixels that agree in all four values.
 *
 * Run `i` covers the pixels `starts[i] … starts[i] + lengths[i] − 1`; runs are in order and do not overlap.
 */
export interface LabelPatch {
  readonly width: number;
  readonly height: number;
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly classBefore: Uint8Array<ArrayBuffer>;
  readonly classAfter: Uint8Array<ArrayBuffer>;
  readonly strokeBefore: Uint16Array<ArrayBuffer>;
  readonly strokeAfter: Uint16Array<ArrayBuffer>;
}

const BYTES_PER_RUN = 4 + 4 + 1 + 1 + 2 + 2;

/** Bytes of memory that a patch's runs hold. */
export function patchByteLength(patch: LabelPatch): number {
  return patch.starts.length * BYTES_PER_RUN;
}

/** Arrays for `runCount` runs, all zero. */
export function allocatePatch(width: number, height: number, runCount: number) {
  return {
    width,
    height,
    starts: new Uint32Array(runCount),
    lengths: new Uint32Array(runCount),
    classBefore: new Uint8Array(runCount),
    classAfter: new Uint8Array(runCount),
    strokeBefore: new Uint16Array(runCount),
    strokeAfter: new Uint16Array(runCount),
  };
}

/** Collects changed pixels, given in row-major order, into runs. */
export class PatchBuilder {
  #runs: ReturnType<typeof allocatePatch>;
  #count = 0;

  constructor(width: number, height: number) {
    this.#runs = allocatePatch(width, height, 256);
  }

  /**
   * Adds `length` consecutive pixels from `index` on, at least one, that agree in all four values; pixels whose values
   * say "unchanged" are passed over. `index` must grow past what was added from call to call.
   */
  add(
    index: number,
    classBefore: number,
    classAfter: number,
    strokeBefore: number,
    strokeAfter: number,
    length = 1,
  ): void {
    if (classBefore === classAfter && strokeBefore === strokeAfter) return;
    let runs = this.#runs;
    const last = this.#count - 1;
    const lastLength = runs.lengths[last] ?? 0;
    if (
      last >= 0 &&
      (runs.starts[last] ?? 0) + lastLength === index &&
      runs.classBefore[last] === classBefore &&
      runs.classAfter[last] === classAfter &&
      runs.strokeBefore[last] === strokeBefore &&
      runs.strokeAfter[last] === strokeAfter
    ) {
      runs.lengths[last] = lastLength + length;
      return;
    }
    if (this.#count === runs.starts.length) runs = this.#resize(this.#count * 2);
    const next = this.#count++;
    runs.starts[next] = index;
    runs.lengths[next] = length;
    runs.classBefore[next] = classBefore;
    runs.classAfter[next] = classAfter;
    runs.strokeBefore[next] = strokeBefore;
    runs.strokeAfter[next] = strokeAfter;
  }

  /** The patch, or `null` when nothing changed. The builder is spent. */
  finish(): LabelPatch | null {
    return this.#count === 0 ? null : this.#resize(this.#count);
  }

  #resize(runCount: number): ReturnType<typeof allocatePatch> {
    const old = this.#runs;
    const runs = allocatePatch(old.width, old.height, runCount);
    const kept = Math.min(this.#count, runCount);
    runs.starts.set(old.starts.subarray(0, kept));
    runs.lengths.set(old.lengths.subarray(0, kept));
    runs.classBefore.set(old.classBefore.subarray(0, kept));
    runs.classAfter.set(old.classAfter.subarray(0, kept));
    runs.strokeBefore.set(old.strokeBefore.subarray(0, kept));
    runs.strokeAfter.set(old.strokeAfter.subarray(0, kept));
    this.#runs = runs;
    return runs;
  }
}

/** Writes a patch's `after` values into planes of the same size; throws a `RangeError` for any other size. */
export function applyPatch(planes: LabelPlanes, patch: LabelPatch): void {
  if (planes.width !== patch.width || planes.height !== patch.height) {
    throw new RangeError(
      `A label patch for ${patch.width} × ${patch.height} pixels does not fit a picture of ${planes.width} × ${planes.height}.`,
    );
  }
  for (let i = 0; i < patch.starts.length; i++) {
    const start = patch.starts[i] ?? 0;
    const end = start + (patch.lengths[i] ?? 0);
    planes.classIds.fill(patch.classAfter[i] ?? 0, start, end);
    planes.strokeIds.fill(patch.strokeAfter[i] ?? 0, start, end);
  }
}

/** The inverse patch. It shares the runs' memory. */
export function invertPatch(patch: LabelPatch): LabelPatch {
  return {
    ...patch,
    classBefore: patch.classAfter,
    classAfter: patch.classBefore,
    strokeBefore: patch.strokeAfter,
    strokeAfter: patch.strokeBefore,
  };
}

/** Updates pixel counts per class id (256 of them) by a patch. */
export function applyPatchToCounts(counts: Uint32Array, patch: LabelPatch): void {
  for (let i = 0; i < patch.starts.length; i++) {
    const length = patch.lengths[i] ?? 0;
    const before = patch.classBefore[i] ?? 0;
    const after = patch.classAfter[i] ?? 0;
    counts[before] = (counts[before] ?? 0) - length;
    counts[after] = (counts[after] ?? 0) + length;
  }
}

/** The smallest rectangle around all pixels that a patch changes. */
export function patchBounds(patch: LabelPatch): PixelRect {
  const { width } = patch;
  let left = width;
  let right = 0;
  for (let i = 0; i < patch.starts.length; i++) {
    const start = patch.starts[i] ?? 0;
    const last = start + (patch.lengths[i] ?? 0) - 1;
    const oneRow = Math.floor(start / width) === Math.floor(last / width);
    left = Math.min(left, oneRow ? start % width : 0);
    right = Math.max(right, oneRow ? (last % width) + 1 : width);
  }
  const runCount = patch.starts.length;
  const top = Math.floor((patch.starts[0] ?? 0) / width);
  const bottom = Math.floor(((patch.starts[runCount - 1] ?? 0) + (patch.lengths[runCount - 1] ?? 0) - 1) / width) + 1;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
