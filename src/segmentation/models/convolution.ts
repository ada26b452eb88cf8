import * as tf from '@tensorflow/tfjs-core';
import { CONV_2D_BACKPROP_FILTER_BIAS } from '../kernels/convolution/conv2DBackpropFilterBias.ts';
import { withGradient } from '../withGradient.ts';

export interface ConvolutionConfig {
  readonly stride: number;
  readonly dilation: number;
  /** False where nothing that learns comes before: for the first layer, which may stride, and after pretrained ones. */
  readonly inputGradient: boolean;
  /** Whether a normalisation comes next; false unless given. */
  readonly isNormalized?: boolean;
}

type Shape4D = [number, number, number, number];

/**
 * 2-D convolution with `same` padding whose gradients work for dilated filters too, which tfjs's do not:
 * `x [B, H, W, Cin]`, `filter [k, k, Cin, Cout]`, result `[B, H/stride, W/stride, Cout]`. With a dilation the stride
 * must be 1 and `k` odd. `addend`, of the result's shape, is added to it, in the same kernel where the backend has one.
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  config: ConvolutionConfig,
  addend: tf.Tensor4D | null = null,
): tf.Tensor4D {
  const added = addend === null ? [] : [addend];
  const byAddend = (dy: tf.Tensor4D) => added.map(() => tf.clone(dy));
  if (!config.inputGradient) {
    return withGradient([filter, ...added], () => ({
      value: forward(x, filter, config, addend),
      saved: [x],
      gradient: (dy, [input]) => [filterGradient(input as tf.Tensor4D, dy, filter.shape, config), ...byAddend(dy)],
    }));
  }
  return withGradient([x, filter, ...added], () => ({
    value: forward(x, filter, config, addend),
    saved: [x, filter],
    gradient: (dy, saved) => {
      const [input, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
      return [
        inputGradient(dy, kernel, input.shape, config),
        filterGradient(input, dy, kernel.shape, config),
        ...byAddend(dy),
      ];
    },
  }));
}

function forward(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, dilation, isNormalized = false }: ConvolutionConfig,
  addend: tf.Tensor4D | null,
): tf.Tensor4D {
  const attrs = { ...attributes(stride, 'same', dilation), activation: 'linear' };
  if (isNormalized && tf.getBackend() === 'webgpu') {
    return runKernel(tf.FusedConv2D, { x, filter, ...(addend !== null && { addend }) }, { ...attrs, isNormalized });
  }
  if (addend !== null && hasOwnKernels()) {
    return runKernel(tf.FusedConv2D, { x, filter, addend }, attrs);
  }
  const sum = tf.conv2d(x, filter, stride, 'same', 'NHWC', dilation);
  return addend === null ? sum : tf.add(sum, addend);
}

/** Gradient of a convolution with respect to its input, of shape `inputShape`. */
export function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, inputShape: Shape4D, config: ConvolutionConfig) {
  const { stride, dilation } = config;
  if (dilation === 1 || tf.getBackend() === 'wasm') {
    return runKernel(tf.Conv2DBackpropInput, { dy, filter }, { ...attributes(stride, 'same', dilation), inputShape });
  }
  // The gradient by the input is a convolution with the filter turned by 180° and its channels swapped.
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(dy, turned, 1, 'same', 'NHWC', dilation);
}

/** Gradient of a convolution with respect to its filter, of shape `filterShape`. */
export function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: Shape4D,
  config: ConvolutionConfig,
): tf.Tensor4D {
  const { stride, dilation } = config;
  if (dilation === 1 || tf.getBackend() === 'wasm') {
    return runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...attributes(stride, 'same', dilation), filterShape });
  }
  // The stock kernels know no dilation: pixels are dealt out to dilation² pictures in which the taps are neighbours.
  const [, height, width] = x.shape;
  const reach = ((filterShape[0] - 1) * dilation) / 2;
  const after = (side: number) => reach + ((dilation - ((side + 2 * reach) % dilation)) % dilation);
  const deal = (tensor: tf.Tensor4D, rows: [number, number], columns: [number, number]) =>
    tf.spaceToBatchND(tensor, [dilation, dilation], [rows, columns]);
  const dealtX = deal(x, [reach, after(height)], [reach, after(width)]);
  const missing = (side: number, dealtSide: number) => (dealtSide - filterShape[0] + 1) * dilation - side;
  const dealtDy = deal(dy, [0, missing(height, dealtX.shape[1])], [0, missing(width, dealtX.shape[2])]);
  return runKernel(tf.Conv2DBackpropFilter, { x: dealtX, dy: dealtDy }, { ...attributes(1, 'valid', 1), filterShape });
}

/** {@link filterGradient} and the gradient with respect to a bias, in one pass over `dy` where the backend has a kernel for it. */
export function filterAndBiasGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: [number, number, number, number],
  config: ConvolutionConfig,
): [tf.Tensor4D, tf.Tensor1D] {
  if (hasOwnKernels()) {
    const attrs = { ...attributes(config.stride, 'same', config.dilation), filterShape };
    return tf.engine().runKernel(CONV_2D_BACKPROP_FILTER_BIAS, { x, dy }, attrs as unknown as tf.NamedAttrMap) as [
      tf.Tensor4D,
      tf.Tensor1D,
    ];
  }
  return [filterGradient(x, dy, filterShape, config), tf.sum<tf.Tensor1D>(dy, [0, 1, 2])];
}

/**
 * A convolution with an activation, and with `addend`, of the result's shape, added before that: one kernel where the
 * backend has one. `attrs` are those of tfjs's fused kernel; with `addend`, the activation is `linear` or `relu`.
 */
export function fusedConvolution(
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: Readonly<Record<string, unknown>>,
  addend: tf.Tensor4D | null,
): tf.Tensor4D {
  if (addend === null) return runKernel(tf.FusedConv2D, inputs, attrs);
  if (hasOwnKernels()) return runKernel(tf.FusedConv2D, { ...inputs, addend }, attrs);
  const sum = tf.add<tf.Tensor4D>(runKernel(tf.FusedConv2D, inputs, { ...attrs, activation: 'linear' }), addend);
  return attrs['activation'] === 'relu' ? tf.relu(sum) : sum;
}

/** Whether the backend convolves with kernels of ours. */
export function hasOwnKernels(): boolean {
  return ['webgpu', 'wasm'].includes(tf.getBackend());
}

/** Attributes of tfjs's convolution kernels. */
export function attributes(stride: number, pad: 'same' | 'valid', dilation: number) {
  return { strides: [stride, stride], pad, dataFormat: 'NHWC', dilations: [dilation, dilation] };
}

/** Runs a kernel of one output. */
export function runKernel(kernel: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: object): tf.Tensor4D {
  return tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
}
