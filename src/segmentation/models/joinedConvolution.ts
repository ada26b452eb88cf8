import * as tf from '@tensorflow/tfjs-core';
import {
  JOINED_CONV_2D,
  JOINED_CONV_2D_BACKPROP_FILTER,
  type JoinedConvolutionAttributes,
  type JoinedFilterGradientAttributes,
  joinsFilterGradients,
} from '../kernels/convolution/joinedConvolution.ts';
import { withGradient } from '../withGradient.ts';
import { type ConvolutionConfig, filterGradient, inputGradient, runKernel } from './convolution.ts';

/** One of two convolutions that are added. */
export interface JoinedPart {
  /** `[B, H, W, Cin]` */
  readonly x: tf.Tensor4D;
  /** `[k, k, Cin, Cout]` */
  readonly filter: tf.Tensor4D;
  readonly stride: number;
  /** False where nothing that learns comes before. */
  readonly inputGradient: boolean;
}

/**
 * The sum of two convolutions without dilation and with `same` padding, `[B, H', W', Cout]`, for a normalisation that comes
 * next; in one kernel, which the backend must have (`joinsConvolutions`). Gradients by both filters, and by the maps that
 * want one.
 */
export function joinedConvolution(parts: readonly [JoinedPart, JoinedPart]): tf.Tensor4D {
  const [own, other] = parts;
  const filterShapes = [own.filter.shape, other.filter.shape] as const;
  const strides = [own.stride, other.stride] as const;
  const attrs: JoinedConvolutionAttributes = { strides, isNormalized: true };
  const learned = parts.filter((part) => part.inputGradient).map(({ x }) => x);
  const inputs = { x: own.x, filter: own.filter, other: other.x, otherFilter: other.filter };
  return withGradient([...learned, own.filter, other.filter], () => ({
    value: runKernel(JOINED_CONV_2D, inputs, attrs),
    saved: [own.x, other.x, own.filter, other.filter],
    gradient: (dy, saved) => {
      const [x, otherX, ...filters] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      const maps = [x, otherX] as const;
      const byMaps = parts.flatMap((part, i) => {
        const [map, filter] = [maps[i] as tf.Tensor4D, filters[i] as tf.Tensor4D];
        return part.inputGradient ? [inputGradient(dy, filter, map.shape, configOf(part))] : [];
      });
      if (joinsFilterGradients(filterShapes, strides)) {
        const given: JoinedFilterGradientAttributes = { filterShapes, strides };
        const named = { x, dy, other: otherX };
        return [...byMaps, ...runKernels(JOINED_CONV_2D_BACKPROP_FILTER, named, given)];
      }
      return [
        ...byMaps,
        ...parts.map((part, i) => filterGradient(maps[i] as tf.Tensor4D, dy, part.filter.shape, configOf(part))),
      ];
    },
  }));
}

function configOf({ stride, inputGradient: wanted }: JoinedPart): ConvolutionConfig {
  return { stride, dilation: 1, inputGradient: wanted };
}

function runKernels(kernel: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: object): tf.Tensor[] {
  return tf.engine().runKernel<tf.Tensor[]>(kernel, inputs, attrs as tf.NamedAttrMap);
}
