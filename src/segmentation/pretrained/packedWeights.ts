import type { PretrainedLayer } from './pretrainedLayers.ts';

/** Weights of a layer, as long as its shapes say. */
export interface LayerWeights {
  readonly kernel: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/**
 * The weights of `layers` from half-precision numbers laid one after another: a layer's kernel, then its bias. Throws a
 * `RangeError` unless there are exactly as many as the layers have.
 */
export function unpackWeights(layers: readonly PretrainedLayer[], halves: Uint16Array): Map<string, LayerWeights> {
  const weights = new Map<string, LayerWeights>();
  let end = 0;
  const take = (count: number) => {
    const start = end;
    end += count;
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = fromHalf(halves[start + i] ?? 0);
    return values;
  };
  for (const { name, kernelShape, outputs } of layers) {
    const kernel = take(kernelShape.reduce((product, side) => product * side, 1));
    weights.set(name, { kernel, bias: take(outputs) });
  }
  if (end !== halves.length) {
    throw new RangeError(`The pretrained layers have ${end} weights, but ${halves.length} came with the page.`);
  }
  return weights;
}

/**
 * The number that the 16 bits of a half (IEEE 754 binary16) stand for; the platform's `Float16Array` is not in Node 20.
 */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
