import type { TensorInfo } from '@tensorflow/tfjs-core';
import { isOnGraphicsProcessor } from '../webgpu/webgpuTiling.ts';

/**
 * An inverted residual block (Sandler et al. 2018, "MobileNetV2", figure 3d) in one kernel: a 1×1 convolution that widens
 * with ReLU6, a 3×3 convolution of every channel by itself with ReLU6, a linear 1×1 convolution that narrows; all with bias
 * and `same` padding. Inputs are {@link InvertedResidualInputs}, attributes {@link InvertedResidualAttributes}; the result is
 * `[B, ⌈H/stride⌉, ⌈W/stride⌉, Cout]`. WebGPU alone has it.
 */
export const INVERTED_RESIDUAL = 'InvertedResidual';

/** Of {@link INVERTED_RESIDUAL}. Without `expand` the block widens nothing, and `Cwide` is `Cin`. */
export interface InvertedResidualInputs<T = TensorInfo> {
  /** `[B, H, W, Cin]` */
  readonly x: T;
  /** `[1, 1, Cin, Cwide]` and `[Cwide]` */
  readonly expand?: T;
  readonly expandBias?: T;
  /** `[3, 3, Cwide, 1]` and `[Cwide]` */
  readonly depthwise: T;
  readonly depthwiseBias: T;
  /** `[1, 1, Cwide, Cout]` and `[Cout]` */
  readonly project: T;
  readonly projectBias: T;
}

/** Of {@link INVERTED_RESIDUAL}. */
export interface InvertedResidualAttributes {
  readonly stride: 1 | 2;
  /** Whether `x`, of the result's shape then, is added to it. */
  readonly isResidual: boolean;
}

/** Whether the backend in force runs a block of that many channels in one kernel: WebGPU on a graphics processor. */
export function fusesInvertedResidual(channels: readonly number[]): boolean {
  // To software, which waits for nothing between two kernels, halos that are widened twice would be work alone.
  return isOnGraphicsProcessor() && channels.every((count) => count % 4 === 0);
}
