import type { InvertedResidualShape, NetworkOps } from '../models/networkOps.ts';

/** MobileNetV2, width 1 (Sandler et al. 2018, table 2), as far as it is used: blocks 0 to 12. */
const BLOCKS: readonly InvertedResidualShape[] = [
  { inputs: 32, wide: 32, outputs: 16, stride: 1 },
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
  let x = ops.pretrainedConvolution(input, 'conv1', {
    inputs: 3,
    outputs: 32,
    kernel: 3,
    stride: 2,
    activation: 'relu6',
    ofPicture: true,
  });
  const outputs = BLOCKS.slice(0, last + 1).map((shape, i) => {
    x = ops.invertedResidual(x, `block${i}`, shape);
    return x;
  });
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
