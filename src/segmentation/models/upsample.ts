import * as tf from '@tensorflow/tfjs-core';
import { UPSAMPLE, UPSAMPLE_GRADIENT } from '../kernels/upsample/upsampleKernels.ts';
import { withGradient } from '../withGradient.ts';

/** Weight of one input pixel in each of the four output pixels around it, along an axis. */
const TAPS = [0.25, 0.75, 0.75, 0.25];

/**
 * Twice as high and wide, bilinear with pixel centres at ½ and edges repeated: `[B, H, W, C]` → `[B, 2H, 2W, C]`.
 * The same as PyTorch's `interpolate(scale_factor=2, mode="bilinear", align_corners=False)`.
 */
export function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return withGradient([x], () => ({
    value: hasKernel(UPSAMPLE)
      ? tf.engine().runKernel<tf.Tensor4D>(UPSAMPLE, { x })
      : tf.image.resizeBilinear(x, [2 * height, 2 * width], false, true),
    saved: [],
    gradient: (dy) => [
      hasKernel(UPSAMPLE_GRADIENT) ? tf.engine().runKernel<tf.Tensor4D>(UPSAMPLE_GRADIENT, { dy }) : adjoint(dy),
    ],
  }));
}

const hasKernel = (name: string) => tf.getKernel(name, tf.getBackend()) !== undefined;

/**
 * A 4×4 depthwise convolution of stride 2 over the gradient with its edge pixels doubled; tfjs's own gradient ignores
 * `halfPixelCenters`.
 */
function adjoint(dy: tf.Tensor4D): tf.Tensor4D {
  const padded = tf.mirrorPad(
    dy,
    [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    'symmetric',
  );
  const square = tf.tensor4d(
    TAPS.flatMap((a) => TAPS.map((b) => a * b)),
    [4, 4, 1, 1],
  );
  return tf.depthwiseConv2d(padded, tf.tile(square, [1, 1, dy.shape[3], 1]), 2, 'valid');
}
