import type { NetworkOps, PretrainedShape } from '../models/networkOps.ts';

/** An inverted residual block: channels that come in, that it widens them to, and that go out; and its stride. */
interface Block {
  readonly inputs: number;
  readonly wide: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
}

/** MobileNetV2, width 1 (Sandler et al. 2018, table 2), as far as it is used: blocks 1 to 12; block 0 widens nothing. */
const BLOCKS: readonly Block[] = [
  { inputs: 16, wide: 96, outputs: 24, stride: 2 },
  { inputs: 24, wide: 144, outputs: 24, stride: 1 },
  { inputs: 24, wide: 144, outputs: 32, stride: 2 },
  { inputs: 32, wide: 192, outputs: 32, stride: 1 },
  { inputs: 32, wide: 192, outputs: 32, stride: 1 },
  { inputs: 32, wide: 192, outputs: 64, stride: 2 },
  { inputs: 64, wide: 384, outputs: 64, stride: 1 },
  { inputs: 64, wide: 384, outputs: 64, stride: 1 },
  { inputs: 64, wide: 384, outputs: 64, stride: 1 },
  { inputs: 64, wide: 384, outputs: 96, stride: 1 },
  { inputs: 96, wide: 576, outputs: 96, stride: 1 },
  { inputs: 96, wide: 576, outputs: 96, stride: 1 },
];

/** A feature map that is handed on: the output of a block. */
interface Tap {
  readonly block: number;
  readonly channels: number;
}

/** What is handed on of every size: 1/2, 1/4, 1/8 and 1/16 of the input's. */
export const TAPS: readonly (readonly Tap[])[] = [
  [{ block: 0, channels: 16 }],
  [{ block: 2, channels: 24 }],
  [{ block: 5, channels: 32 }],
  [
    { block: 9, channels: 64 },
    { block: 12, channels: 96 },
  ],
];

/** The layer that {@link halved} asks for; its weights are all ¼. */
export const HALVING = 'halve';

/**
 * The feature maps of {@link TAPS} of the first `sizes` sizes, the largest first, of `input [B, H, W, 3]`: standardised
 * colours. Its sides must be multiples of the reduction that is asked for.
 */
export function mobileNet<T>(ops: NetworkOps<T>, input: T, sizes: number): T[][] {
  const taps = TAPS.slice(0, sizes);
  const last = taps.flat().at(-1)?.block ?? 0;
  const convolution: typeof ops.pretrainedConvolution = (x, name, shape, addend) =>
    ops.pretrainedConvolution(x, name, shape, addend);
  let x = convolution(input, 'conv1', {
    inputs: 3,
    outputs: 32,
    kernel: 3,
    stride: 2,
    activation: 'relu6',
    ofPicture: true,
  });
  x = convolution(x, 'block0/depthwise', depthwise(32, 1));
  x = convolution(x, 'block0/project', pointwise(32, 16, 'linear'));
  const outputs = [x];
  for (const [i, { inputs, wide, outputs: narrow, stride }] of BLOCKS.slice(0, last).entries()) {
    const name = `block${i + 1}`;
    let y = convolution(x, `${name}/expand`, pointwise(inputs, wide, 'relu6'));
    y = convolution(y, `${name}/depthwise`, depthwise(wide, stride));
    const isResidual = stride === 1 && inputs === narrow;
    x = convolution(y, `${name}/project`, pointwise(wide, narrow, 'linear'), isResidual ? x : undefined);
    outputs.push(x);
  }
  return taps.map((own) => own.map(({ block }) => outputs[block] as T));
}

/** The picture at half its size, every pixel the mean of four. */
export function halved<T>(ops: NetworkOps<T>, picture: T): T {
  return ops.pretrainedConvolution(picture, HALVING, {
    inputs: 3,
    outputs: 3,
    kernel: 2,
    stride: 2,
    depthwise: true,
    activation: 'linear',
    ofPicture: true,
    fixed: true,
  });
}

function pointwise(inputs: number, outputs: number, activation: 'relu6' | 'linear'): PretrainedShape {
  return { inputs, outputs, kernel: 1, activation };
}

function depthwise(channels: number, stride: number): PretrainedShape {
  return { inputs: channels, outputs: channels, kernel: 3, stride, depthwise: true, activation: 'relu6' };
}
