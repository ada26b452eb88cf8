import * as tf from '@tensorflow/tfjs-core';
import { convolution, filterAndBiasGradient, inputGradient } from '../models/convolution.ts';
import { groupNormRelu } from '../models/groupNorm.ts';
import { groupsFor } from '../models/networkOps.ts';
import { ResidentTensor } from '../residentTensor.ts';
import { noise } from '../selfTest/disagreement.ts';

/** A square feature map that trial work computes with. */
export interface TrialMap {
  readonly sidePx: number;
  readonly channels: number;
}

/** What of a training step is timed, see {@link TrialWork}. */
export type WorkKind = 'convolutions' | 'sums';

const MAX_SIDE_PX = 128;
/** Maps are not made smaller than this. */
export const MIN_SIDE_PX = 16;

/**
 * As the default network has them on a picture with this longer side: a wide one, and one of the level below, where that is
 * large enough for its kernels to take any time.
 */
export function usualMaps(picturePx: number): TrialMap[] {
  const sidePx = Math.min(MAX_SIDE_PX, picturePx);
  const below = { sidePx: Math.ceil(sidePx / 2), channels: 64 };
  return [{ sidePx, channels: 32 }, ...(below.sidePx < MIN_SIDE_PX ? [] : [below])];
}

const CONVOLUTION = { stride: 1, dilation: 1, inputGradient: true };

const OPERANDS = ['x', 'dy', 'filter', 'narrow', 'gain', 'offset'] as const;

/** What the kernels that are timed compute with; it stays where it is, so that they can be recorded. */
type Operands = Readonly<Record<(typeof OPERANDS)[number], ResidentTensor>>;

/**
 * Kernels of a training step, to be timed: `convolutions` are one of 3×3 taps with its gradients by input and filter, and
 * one of a single tap; `sums` are group normalisation with its gradients and, again, that of the filter, which members of a
 * workgroup add up together. The owner disposes it.
 */
export class TrialWork {
  readonly #operands: readonly Operands[];
  /** Of what {@link run} returns. */
  readonly resultSize: number;

  constructor(maps: readonly TrialMap[]) {
    this.#operands = maps.map(operandsOf);
    this.resultSize = maps.at(-1)?.channels ?? 0;
  }

  /** Runs all of it without waiting, and returns a small part of what was computed last; the caller's to dispose. */
  run(kind: WorkKind): tf.Tensor {
    const work = kind === 'convolutions' ? convolutions : sums;
    return tf.tidy(() => this.#operands.map(work).at(-1) as tf.Tensor);
  }

  dispose(): void {
    for (const operands of this.#operands) {
      for (const name of OPERANDS) operands[name].dispose();
    }
  }
}

function operandsOf({ sidePx, channels }: TrialMap): Operands {
  const map = [1, sidePx, sidePx, channels];
  const shapes = [map, map, [3, 3, channels, channels], [1, 1, channels, channels], [channels], [channels]];
  const tensors = shapes.map((shape, i) => {
    const tensor = new ResidentTensor(shape, 'float32');
    tensor.write(noise(tf.util.sizeFromShape(shape), i));
    return [OPERANDS[i], tensor] as const;
  });
  return Object.fromEntries(tensors) as unknown as Operands;
}

function convolutions(operands: Operands): tf.Tensor {
  const [x, dy, filter, narrow] = maps(operands);
  convolution(x, filter, CONVOLUTION);
  inputGradient(dy, filter, x.shape, CONVOLUTION);
  convolution(x, narrow, CONVOLUTION);
  return filterAndBiasGradient(x, dy, filter.shape, CONVOLUTION)[1];
}

function sums(operands: Operands): tf.Tensor {
  const [x, dy, filter] = maps(operands);
  const norm = (map: tf.Tensor, gain: tf.Tensor, offset: tf.Tensor) =>
    groupNormRelu(map as tf.Tensor4D, gain as tf.Tensor1D, offset as tf.Tensor1D, groupsFor(x.shape[3]));
  tf.grads(norm)([x, operands.gain.tensor, operands.offset.tensor], dy);
  return filterAndBiasGradient(x, dy, filter.shape, CONVOLUTION)[1];
}

function maps({ x, dy, filter, narrow }: Operands): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  return [x.tensor, dy.tensor, filter.tensor, narrow.tensor] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}
