import { isOnGraphicsProcessor } from '../webgpu/webgpuTiling.ts';

/**
 * The sum of two 2-D convolutions with `same` padding, as a convolution of both maps laid side by side gives it: inputs
 * `x [B, H, W, Cin]`, `filter [k, k, Cin, Cout]` and `other`, `otherFilter` alike, whose result is of the same shape;
 * attributes {@link JoinedConvolutionAttributes}. WebGPU alone has it.
 */
export const JOINED_CONV_2D = 'JoinedConv2D';

/**
 * Its gradients by both filters, where these have equal taps and strides: inputs `x`, `other` and `dy [B, H', W', Cout]`,
 * attributes {@link JoinedFilterGradientAttributes}, results of the filters' shapes.
 */
export const JOINED_CONV_2D_BACKPROP_FILTER = 'JoinedConv2DBackpropFilter';

/** Of {@link JOINED_CONV_2D}. */
export interface JoinedConvolutionAttributes {
  /** Of `x` and of `other`. */
  readonly strides: readonly [number, number];
  /** Whether a normalisation comes next. */
  readonly isNormalized: boolean;
}

type Shape4D = [number, number, number, number];

/** Of {@link JOINED_CONV_2D_BACKPROP_FILTER}. */
export interface JoinedFilterGradientAttributes extends Pick<JoinedConvolutionAttributes, 'strides'> {
  readonly filterShapes: readonly [Shape4D, Shape4D];
}

/** Whether the backend in force adds up two convolutions in one kernel: WebGPU on a graphics processor. */
export function joinsConvolutions(): boolean {
  // To software, which waits for nothing between two kernels, a longer text takes longer to compile and no less to run.
  return isOnGraphicsProcessor();
}

/** Whether filters of these shapes get their gradients in one kernel, too. */
export function joinsFilterGradients(
  [own, other]: readonly [readonly number[], readonly number[]],
  [stride, otherStride]: readonly [number, number],
): boolean {
  const hasEqualTaps = own[0] === other[0] && own[1] === other[1] && stride === otherStride;
  return hasEqualTaps && [own[2], other[2]].every((channels = 0) => channels % 4 === 0);
}
