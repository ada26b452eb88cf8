import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { NetworkSettings } from '../settings/learner.ts';
import type { BatchShape } from './kernels/sampleBatch.ts';
import { passCost } from './models/passCost.ts';
import { networkFor } from './models/registry.ts';

/** A step is larger than the device can take; the message is a sentence that says what would fit. */
export class StepTooLargeError extends Error {
  override readonly name = 'StepTooLargeError';
}

/** Bytes that a shader of the backend in force can bind at once; `null`: it knows no such limit. */
export function mostBindingBytes(): number | null {
  return tf.getBackend() === 'webgpu'
    ? (tf.backend() as WebGPUBackend).device.limits.maxStorageBufferBindingSize
    : null;
}

/**
 * Throws a {@link StepTooLargeError} where a training step of this network has a feature map that is larger than the device
 * can bind: it would be left out in silence.
 */
export function assertStepFits(settings: NetworkSettings, outputs: number, batch: BatchShape): void {
  const most = mostBindingBytes();
  if (most === null) return;
  const sizesOf = (network: NetworkSettings) => passCost(networkFor(network), outputs, batch);
  const { largestBytes, totalBytes } = sizesOf(settings);
  if (largestBytes <= most) return;
  const strides = ([2, 4] as const).filter((stride) => stride > settings.stride);
  const fitting = strides.find((stride) => sizesOf({ ...settings, stride }).largestBytes <= most);
  throw new StepTooLargeError(
    `One map of this network on ${batch.width} × ${batch.height} pixels takes ${megabytes(largestBytes)} of ` +
      `${megabytes(totalBytes)} in all, and this graphics processor takes ${megabytes(most)} at once: ${
        fitting === undefined ? 'choose a smaller network' : `it fits at a reduction of ${fitting}`
      }.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}
