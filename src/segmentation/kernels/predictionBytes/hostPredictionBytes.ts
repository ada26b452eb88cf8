import { type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { HOST_MEMORY, type HostMemory } from '../wasm/hostMemory.ts';
import { PREDICTION_BYTES } from './predictionBytes.ts';

function run(logits: TensorInfo, memory: HostMemory, backend: KernelBackend): TensorInfo {
  const channels = logits.shape[3] as number;
  const pixels = util.sizeFromShape(logits.shape) / channels;
  const result = memory.allocate([pixels], 'int32', backend);
  const values = memory.valuesOf(logits, backend) as Float32Array;
  const words = memory.valuesOf(result, backend) as Int32Array;
  for (let pixel = 0; pixel < pixels; pixel++) words[pixel] = pixelBytes(values, pixel * channels, channels);
  return result;
}

/** `channel | confidence << 8 | margin << 16` of the pixel whose logits begin at `first`. */
function pixelBytes(logits: Float32Array, first: number, channels: number): number {
  let channel = 0;
  let largest = logits[first] as number;
  let second = Number.NEGATIVE_INFINITY;
  for (let c = 1; c < channels; c++) {
    const logit = logits[first + c] as number;
    if (logit > largest) {
      second = largest;
      largest = logit;
      channel = c;
    } else if (logit > second) second = logit;
  }
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += Math.exp((logits[first + c] as number) - largest);
  return channel | (Math.round(255 / sum) << 8) | (Math.round((255 * (1 - Math.exp(second - largest))) / sum) << 16);
}

/** Gives a backend the kernel behind `predictionBytes`. Idempotent. */
export function registerHostPredictionBytes(backendName: 'cpu' | 'wasm'): void {
  addKernel(PREDICTION_BYTES, backendName, ({ inputs, backend }) =>
    run(inputs.logits as TensorInfo, HOST_MEMORY[backendName], backend as KernelBackend),
  );
}
