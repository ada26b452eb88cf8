import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { NetworkSettings } from '../../settings/learner.ts';
import type { BatchShape } from '../kernels/batch/sampleBatch.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import { numbersPerPixel, passCost } from '../models/passCost.ts';
import { networkFor } from '../models/registry.ts';

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
 * Throws a {@link StepTooLargeError} where a training step of this network, as the settings ask for it, on one of these
 * batches has a feature map that is larger than the device can bind: it would be left out in silence.
 */
export function assertStepsFit(
  network: NetworkDescription,
  settings: NetworkSettings,
  outputs: number,
  batches: Iterable<BatchShape>,
): void {
  const most = mostBindingBytes();
  if (most === null) return;
  const numbers = numbersPerPixel(network, outputs);
  for (const { batch, width, height } of batches) {
    if (4 * numbers * batch * width * height > most) throw tooLarge(settings, outputs, { batch, width, height }, most);
  }
}

function tooLarge(settings: NetworkSettings, outputs: number, batch: BatchShape, most: number): StepTooLargeError {
  const costOf = (network: NetworkSettings) => passCost(networkFor(network), outputs, batch);
  const { largestBytes, totalBytes } = costOf(settings);
  const strides = ([2, 4] as const).filter((stride) => stride > settings.stride);
  const fitting = strides.find((stride) => costOf({ ...settings, stride }).largestBytes <= most);
  const advice = fitting === undefined ? 'choose a smaller network' : `it fits at a reduction of ${fitting}`;
  return new StepTooLargeError(
    `One map of this network on ${batch.width} × ${batch.height} pixels takes ${megabytes(largestBytes)} of ` +
      `${megabytes(totalBytes)} in all, and this graphics processor takes ${megabytes(most)} at once: ${advice}.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}
