import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { PREDICTION_BYTES } from './predictionBytes.ts';
import { addKernel } from './replaceKernel.ts';
import { runFlatProgram } from './webgpuFlatProgram.ts';

function run(logits: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const channels = logits.shape[3] as number;
  const pixels = util.sizeFromShape(logits.shape) / channels;
  const words = Math.ceil(pixels / 2);
  return runFlatProgram(backend, {
    name: 'predictionBytes',
    inputs: { logits: [logits, 1] },
    output: { shape: [words], dtype: 'int32', components: 1 },
    invocations: words,
    uniforms: { pixels, channels },
    code: () => `
      fn pixelBytes(pixel : i32) -> i32 {
        let first = pixel * uniforms.channels;
        var channel = 0;
        var largest = logits[first];
        for (var c = 1; c < uniforms.channels; c++) {
          let logit = logits[first + c];
          channel = select(channel, c, logit > largest);
          largest = select(largest, logit, logit > largest);
        }
        var sum = 0.0;
        for (var c = 0; c < uniforms.channels; c++) {
          sum += exp(logits[first + c] - largest);
        }
        // The largest term alone is 1: less, or no number at all, comes of logits that are none.
        let confidence = select(0.0, floor(255.0 / sum + 0.5), sum >= 1.0);
        return channel | (i32(confidence) << 8u);
      }

      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let second = 2 * index + 1;
        let bytes = pixelBytes(min(second, uniforms.pixels - 1));
        result[index] = pixelBytes(2 * index) | select(0, bytes << 16u, second < uniforms.pixels);
      }
    `,
  });
}

/** Gives the WebGPU backend the kernel behind `predictionBytes`. Idempotent. */
export function registerWebGpuPredictionBytes(): void {
  addKernel(PREDICTION_BYTES, 'webgpu', ({ inputs, backend }) =>
    run(inputs.logits as TensorInfo, backend as WebGPUBackend),
  );
}
