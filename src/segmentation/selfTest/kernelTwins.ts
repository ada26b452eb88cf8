import * as tf from '@tensorflow/tfjs-core';
import { CONV_2D_BACKPROP_FILTER_BIAS } from '../kernels/convolution/conv2DBackpropFilterBias.ts';
import {
  JOINED_CONV_2D,
  JOINED_CONV_2D_BACKPROP_FILTER,
  type JoinedConvolutionAttributes,
  type JoinedFilterGradientAttributes,
} from '../kernels/convolution/joinedConvolution.ts';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from '../kernels/depthwise/depthwiseBackpropFilterBias.ts';
import { GROUP_NORM_RELU, GROUP_NORM_RELU_GRADIENT } from '../kernels/groupNorm/groupNormKernels.ts';
import {
  type GroupedMap,
  groupNormReluGradientOnHost,
  groupNormReluOnHost,
} from '../kernels/groupNorm/hostGroupNorm.ts';
import {
  INVERTED_RESIDUAL,
  type InvertedResidualAttributes,
  type InvertedResidualInputs,
} from '../kernels/invertedResidual/invertedResidual.ts';
import { RELU_GRADIENT, RELU6_GRADIENT, relu6Gradient, reluGradient } from '../kernels/relu/reluGradient.ts';
import { GATED_SMOOTHNESS, GATED_SMOOTHNESS_GRADIENT } from '../kernels/smoothness/smoothness.ts';
import { UPSAMPLE, UPSAMPLE_GRADIENT } from '../kernels/upsample/upsampleKernels.ts';
import { HOST_MEMORY } from '../kernels/wasm/hostMemory.ts';
import {
  filterAndBiasGradient,
  filterGradient,
  fusedConvolution,
  inputGradient,
  runKernel,
} from '../models/convolution.ts';
import { layerByLayer } from '../models/networkOps.ts';
import { tensorOps } from '../models/tensorOps.ts';
import { upsample } from '../models/upsample.ts';

/** A kernel's operands on the CPU backend, and its attributes. */
export interface TwinCall {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** What a kernel should have given, output by output; further ones are no concern. `null`: this cannot be told. */
export type Twin = (call: TwinCall) => (tf.Tensor | Float32Array)[] | null;

type Shape4D = [number, number, number, number];

/** A tensor's numbers, on the CPU backend. */
export function numbersOf(tensor: tf.Tensor): Float32Array | Int32Array {
  return HOST_MEMORY.cpu.valuesOf(tensor, tf.backend());
}

/** The operand of this name, which the kernel always has. */
const operand = <T extends tf.Tensor>({ inputs }: TwinCall, name: string): T => inputs[name] as T;

/** Stride and dilation of a square convolution. */
function configOf({ attrs }: TwinCall) {
  const first = (value: unknown) => (Array.isArray(value) ? Number(value[0]) : Number(value ?? 1));
  return { stride: first(attrs['strides']), dilation: first(attrs['dilations']), inputGradient: true };
}

function groupedMap(call: TwinCall): GroupedMap {
  const x = operand<tf.Tensor4D>(call, 'x');
  const [batch, height, width, channels] = x.shape;
  const values = numbersOf(x) as Float32Array;
  return { values, batch, pixels: height * width, channels, groups: Number(call.attrs['groups']) };
}

/** On the processor there are no kernels of these names, or they know less. */
const TWINS: Readonly<Record<string, Twin>> = {
  [tf.FusedConv2D]: ({ inputs: { addend, ...inputs }, attrs }) => [
    fusedConvolution(inputs as tf.NamedTensorMap, attrs, (addend as tf.Tensor4D | undefined) ?? null),
  ],
  [tf.Conv2DBackpropInput]: (call) => {
    const config = configOf(call);
    const { dy, filter } = call.inputs;
    if (config.dilation === 1) return [runKernel(tf.Conv2DBackpropInput, call.inputs as tf.NamedTensorMap, call.attrs)];
    return [inputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D, call.attrs['inputShape'] as Shape4D, config)];
  },
  [CONV_2D_BACKPROP_FILTER_BIAS]: (call) => {
    const [x, dy] = [operand<tf.Tensor4D>(call, 'x'), operand<tf.Tensor4D>(call, 'dy')];
    return filterAndBiasGradient(x, dy, call.attrs['filterShape'] as Shape4D, configOf(call));
  },
  [JOINED_CONV_2D]: (call) => {
    const { strides } = call.attrs as unknown as JoinedConvolutionAttributes;
    const map = (x: string, filter: string, stride: number) =>
      tf.conv2d(operand<tf.Tensor4D>(call, x), operand<tf.Tensor4D>(call, filter), stride, 'same');
    return [tf.add(map('x', 'filter', strides[0]), map('other', 'otherFilter', strides[1]))];
  },
  [JOINED_CONV_2D_BACKPROP_FILTER]: (call) => {
    const { filterShapes, strides } = call.attrs as unknown as JoinedFilterGradientAttributes;
    return filterShapes.map((shape, i) => {
      const config = { stride: strides[i] as number, dilation: 1, inputGradient: false };
      return filterGradient(operand(call, i === 0 ? 'x' : 'other'), operand(call, 'dy'), shape, config);
    });
  },
  [DEPTHWISE_BACKPROP_FILTER_BIAS]: (call) => [
    runKernel(tf.DepthwiseConv2dNativeBackpropFilter, call.inputs as tf.NamedTensorMap, call.attrs),
    tf.sum(operand(call, 'dy'), [0, 1, 2]),
  ],
  [INVERTED_RESIDUAL]: (call) => {
    const { x, ...weights } = call.inputs as unknown as InvertedResidualInputs<tf.Tensor4D>;
    const { stride } = call.attrs as unknown as InvertedResidualAttributes;
    const named = Object.entries(weights).map(([name, tensor]) => {
      const [, layer = '', bias] = /^(.*?)(Bias)?$/.exec(name) ?? [];
      return [`block/${layer}/${bias === undefined ? 'kernel' : 'bias'}`, tensor] as const;
    });
    const shape = { inputs: x.shape[3], wide: weights.depthwise.shape[2], outputs: weights.project.shape[3], stride };
    return [layerByLayer(tensorOps(new Map(named), null), x, 'block', shape)];
  },
  [GROUP_NORM_RELU]: (call) => {
    const [gain, offset] = [numbersOf(operand(call, 'gain')), numbersOf(operand(call, 'offset'))];
    return [groupNormReluOnHost(groupedMap(call), gain as Float32Array, offset as Float32Array)];
  },
  [GROUP_NORM_RELU_GRADIENT]: (call) => {
    const [dy, statistics] = [numbersOf(operand(call, 'dy')), numbersOf(operand(call, 'statistics'))];
    const gradients = groupNormReluGradientOnHost(groupedMap(call), dy as Float32Array, statistics as Float32Array);
    return gradients.isDoubtful ? null : [gradients.dx, gradients.dGain, gradients.dOffset];
  },
  [UPSAMPLE]: (call) => [upsample(operand(call, 'x'))],
  [UPSAMPLE_GRADIENT]: (call) => {
    const dy = operand<tf.Tensor4D>(call, 'dy');
    const [batch, height, width, channels] = dy.shape;
    const x: tf.Tensor4D = tf.zeros([batch, height / 2, width / 2, channels]);
    return [tf.grad((map: tf.Tensor) => upsample(map as tf.Tensor4D))(x, dy)];
  },
  [GATED_SMOOTHNESS_GRADIENT]: (call) => {
    const { dy, ...inputs } = call.inputs as { readonly dy: tf.Tensor } & Readonly<Record<string, tf.Tensor>>;
    const [, gradient] = tf
      .engine()
      .runKernel<tf.Tensor[]>(GATED_SMOOTHNESS, inputs, call.attrs as unknown as tf.NamedAttrMap) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return [tf.add(gradient, dy)];
  },
  [RELU_GRADIENT]: (call) => [reluGradient(operand(call, 'dy'), operand(call, 'y'))],
  [RELU6_GRADIENT]: (call) => [relu6Gradient(operand(call, 'dy'), operand(call, 'y'))],
};

/** What a kernel gives on the CPU backend, which must be in force; `null` where that backend has no such kernel. */
export function twinOf(kernelName: string): Twin | null {
  const own = TWINS[kernelName];
  if (own !== undefined) return own;
  if (tf.getKernel(kernelName, 'cpu') === undefined) return null;
  return ({ inputs, attrs }) => {
    const outputs: tf.Tensor | tf.Tensor[] = tf
      .engine()
      .runKernel(kernelName, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap);
    return Array.isArray(outputs) ? outputs : [outputs];
  };
}
