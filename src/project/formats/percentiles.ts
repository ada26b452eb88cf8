/** Of interleaved samples, the first `colors` of every `channels` count. */
interface SampleLayout {
  readonly channels: number;
  readonly colors: number;
}

const BUCKETS = 65_536;
const INFINITE_EXPONENT = 0x7f80_0000;
const SIGN = 0x8000_0000;

/**
 * Two percentiles of the samples, exact, with a straight line between neighbouring ranks (`numpy.percentile`'s
 * `linear`). Samples that are not finite do not count; `null` without any other.
 *
 * 16-bit samples take one histogram. Floats are ordered by their bits, upper half first and then, for the few ranks
 * that are asked for, the lower half (a radix selection): linear time and half a megabyte, however wide the range.
 * Written here: packages for statistics sort a copy of all samples.
 */
export function percentiles(
  data: Uint16Array | Float32Array,
  layout: SampleLayout,
  percents: readonly [number, number],
): readonly [number, number] | null {
  const valueAtRank = data instanceof Uint16Array ? rankWords(data, layout) : rankFloats(data, layout);
  const at = (percent: number) => {
    const position = ((valueAtRank.count - 1) * percent) / 100;
    const rank = Math.floor(position);
    const value = valueAtRank.find(rank);
    return position === rank ? value : value + (position - rank) * (valueAtRank.find(rank + 1) - value);
  };
  return valueAtRank.count === 0 ? null : [at(percents[0]), at(percents[1])];
}

interface Ranking {
  readonly count: number;
  /** The sample at a rank below `count`, counted from 0 in ascending order. */
  readonly find: (rank: number) => number;
}

function rankWords(data: Uint16Array, layout: SampleLayout): Ranking {
  const histogram = new Uint32Array(BUCKETS);
  forEachColor(data, layout, (i) => {
    const value = data[i] ?? 0;
    histogram[value] = (histogram[value] ?? 0) + 1;
  });
  return { count: (data.length / layout.channels) * layout.colors, find: (rank) => locate(histogram, rank).bucket };
}

function rankFloats(data: Float32Array, layout: SampleLayout): Ranking {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const upper = new Uint32Array(BUCKETS);
  let count = 0;
  forEachColor(data, layout, (i) => {
    const key = orderedKey(bits[i] ?? 0);
    if (key === null) return;
    count++;
    upper[key >>> 16] = (upper[key >>> 16] ?? 0) + 1;
  });
  const find = (rank: number) => {
    const { bucket, rankInBucket } = locate(upper, rank);
    const lower = new Uint32Array(BUCKETS);
    forEachColor(data, layout, (i) => {
      const key = orderedKey(bits[i] ?? 0);
      if (key !== null && key >>> 16 === bucket) lower[key & 0xffff] = (lower[key & 0xffff] ?? 0) + 1;
    });
    return floatOfKey(bucket * BUCKETS + locate(lower, rankInBucket).bucket);
  };
  return { count, find };
}

function forEachColor(data: ArrayLike<number>, { channels, colors }: SampleLayout, visit: (i: number) => void): void {
  for (let pixel = 0; pixel < data.length; pixel += channels) {
    for (let c = 0; c < colors; c++) visit(pixel + c);
  }
}

function locate(histogram: Uint32Array, rank: number): { readonly bucket: number; readonly rankInBucket: number } {
  let below = 0;
  for (let bucket = 0; bucket < histogram.length; bucket++) {
    const count = histogram[bucket] ?? 0;
    if (rank < below + count) return { bucket, rankInBucket: rank - below };
    below += count;
  }
  throw new RangeError(`There is no sample of rank ${rank}.`);
}

/** Turns a float's bits into a whole number of the same order; `null` for what is not finite. */
function orderedKey(bits: number): number | null {
  if ((bits & INFINITE_EXPONENT) === INFINITE_EXPONENT) return null;
  return (bits & SIGN) === 0 ? (bits | SIGN) >>> 0 : ~bits >>> 0;
}

function floatOfKey(key: number): number {
  const bits = new Uint32Array([key >= SIGN ? key - SIGN : ~key >>> 0]);
  return new Float32Array(bits.buffer)[0] ?? 0;
}
