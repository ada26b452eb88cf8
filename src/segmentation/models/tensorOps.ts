import * as tf from '@tensorflow/tfjs-core';
import { joinsConvolutions } from '../kernels/convolution/joinedConvolution.ts';
import { flipAveraged } from '../prediction/flipAveraging.ts';
import { partOf } from '../recording/tensorViews.ts';
import { convolution } from './convolution.ts';
import { frugalPass } from './frugalPass.ts';
import { groupNormRelu } from './groupNorm.ts';
import { fusedInvertedResidual, isFused } from './invertedResidual.ts';
import { joinedConvolution } from './joinedConvolution.ts';
import {
  type ConvolutionPart,
  groupsFor,
  layerByLayer,
  type NetworkDescription,
  type NetworkOps,
  oneAfterAnother,
} from './networkOps.ts';
import type { ParameterSpec } from './parameters.ts';
import { fineTunedConvolution, pretrainedConvolution } from './pretrainedConvolution.ts';
import { convolutionBias, convolutionRelu, enlargeAndJoinRelu } from './rectifiedConvolution.ts';
import { upsample } from './upsample.ts';

/**
 * The interpreter that computes: feature maps are tensors `[B, H, W, C]`, parameters and pretrained weights come by name.
 * The convolution of `picture` has no input gradient. Pretrained layers have gradients only where they are `fineTuned`.
 */
export function tensorOps(
  parameters: ReadonlyMap<string, tf.Tensor>,
  picture: tf.Tensor4D | null,
  fineTuned = false,
): NetworkOps<tf.Tensor4D> {
  const parameter = <T extends tf.Tensor>(name: string): T => {
    const found = parameters.get(name);
    if (found === undefined) throw new RangeError(`The network has no parameter ${name}.`);
    return found as T;
  };
  const joinedPart = ({ x, name, shape }: ConvolutionPart<tf.Tensor4D>) => {
    const { stride = 1, pretrainedInput = false } = shape;
    const inputGradient = x !== picture && (fineTuned || !pretrainedInput);
    return { x, filter: parameter<tf.Tensor4D>(`${name}/kernel`), stride, inputGradient };
  };
  const ops: NetworkOps<tf.Tensor4D> = {
    convolution: (x, name, { stride = 1, dilation = 1, pretrainedInput = false, isNormalized = false }, addend) => {
      const inputGradient = x !== picture && (fineTuned || !pretrainedInput);
      return convolution(x, parameter(`${name}/kernel`), { stride, dilation, inputGradient, isNormalized }, addend);
    },
    joinedConvolution: (first, second) =>
      joinsConvolutions()
        ? joinedConvolution([joinedPart(first), joinedPart(second)])
        : oneAfterAnother(ops, first, second),
    convolutionRelu: (x, name, { stride = 1 }) =>
      convolutionRelu(x, parameter(`${name}/kernel`), parameter(`${name}/bias`), stride, x !== picture),
    pretrainedConvolution: (x, name, shape, addend) => {
      const convolve = fineTuned && !shape.fixed ? fineTunedConvolution : pretrainedConvolution;
      return convolve(x, parameter(`${name}/kernel`), parameter(`${name}/bias`), shape, addend);
    },
    invertedResidual: (x, name, shape) =>
      fineTuned || !isFused(shape)
        ? layerByLayer(ops, x, name, shape)
        : fusedInvertedResidual(x, (part) => parameter(`${name}/${part}`), shape),
    enlargeAndJoinRelu: (deep, skip, name) =>
      enlargeAndJoinRelu(deep, skip, {
        deep: parameter(`${name}/deep/kernel`),
        skip: parameter(`${name}/skip/kernel`),
        bias: parameter(`${name}/bias`),
      }),
    normRelu: (x, name, channels) =>
      groupNormRelu(x, parameter(`${name}/gain`), parameter(`${name}/offset`), groupsFor(channels)),
    maxPool: (x) => tf.maxPool(x, 2, 2, 'valid'),
    upsample,
    add: (a, b) => tf.add(a, b),
    head: (x) => convolutionBias(x, parameter('head/kernel'), parameter('head/bias')),
  };
  return ops;
}

/**
 * Logits `[B, H, W, outputs]` of a picture `[B, H, W, 3]` of any size: its right and bottom are filled up with zeros
 * (the mean colour of a standardised picture) to a multiple of the network's strides, and the logits there cut off.
 * Pretrained layers have gradients only where they are `fineTuned`.
 */
export function applyNetwork(
  network: NetworkDescription,
  parameters: ReadonlyMap<string, tf.Tensor>,
  picture: tf.Tensor4D,
  outputs: number,
  fineTuned = false,
): tf.Tensor4D {
  return onWholeStrides(network, picture, (padded) =>
    network.describe(tensorOps(parameters, padded, fineTuned), padded, outputs),
  );
}

/**
 * As {@link applyNetwork}, for inference alone: in little memory, and without gradients. With `flips` it says what is
 * likely of the picture and its mirror image together, for twice the work.
 */
export function predictLogits(
  network: NetworkDescription,
  ops: NetworkOps<tf.Tensor4D>,
  picture: tf.Tensor4D,
  outputs: number,
  flips = false,
): tf.Tensor4D {
  const logitsOf = (padded: tf.Tensor4D) => frugalPass(network, ops, padded, outputs);
  // The filled-up picture is what is mirrored, so that its strides lie as they do in mirrored tiles.
  return onWholeStrides(network, picture, (padded) => (flips ? flipAveraged(padded, logitsOf) : logitsOf(padded)));
}

function onWholeStrides(
  { sizeMultiple }: NetworkDescription,
  picture: tf.Tensor4D,
  logitsOf: (padded: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  const [batch, height, width] = picture.shape;
  const missing = (side: number) => (sizeMultiple - (side % sizeMultiple)) % sizeMultiple;
  if (missing(height) === 0 && missing(width) === 0) return logitsOf(picture);
  const padding: [number, number][] = [
    [0, 0],
    [0, missing(height)],
    [0, missing(width)],
    [0, 0],
  ];
  const logits = logitsOf(tf.pad(picture, padding));
  return tf.slice4d(logits, [0, 0, 0, 0], [batch, height, width, logits.shape[3]]);
}

/**
 * The parameter tensors by name, cut from the flat vector `[P]`; on WebGPU they are views of it. The caller disposes
 * them, before the vector.
 */
export function splitParameters(flat: tf.Tensor1D, specs: readonly ParameterSpec[]): Map<string, tf.Tensor> {
  return new Map(specs.map(({ name, start, shape }) => [name, partOf(flat, start, [...shape])]));
}
