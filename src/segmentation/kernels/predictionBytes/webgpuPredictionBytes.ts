import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { EXPONENT_BITS } from '../webgpu/webgpuFloats.ts';
import { PREDICTION_BYTES } from './predictionBytes.ts';

function run(logits: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const channels = logits.shape[3] as number;
  const pixels = util.sizeFromShape(logits.shape) / channels;
  return runFlatProgram(backend, {
    name: 'predictionBytes',
    inputs: { logits: [logits, 1] },
    output: { shape: [pixels], dtype: 'int32', components: 1 },
    invocations: pixels,
    uniforms: { channels },
    code: () => `
      fn pixelBytes(pixel : i32) -> i32 {
        let first = pixel * uniforms.channels;
        var channel = 0;
        var largest = logits[first];
        var second = largest;
        for (var c = 1; c < uniforms.channels; c++) {
          let logit = logits[first + c];
          // The first rival takes the place of what stood in for one.
          let rival = select(max(second, min(logit, largest)), min(logit, largest), c == 1);
          second = rival;
          channel = select(channel, c, logit > largest);
          largest = select(largest, logit, logit > largest);
        }
        var sum = 0.0;
        for (var c = 0; c < uniforms.channels; c++) {
          sum += exp(logits[first + c] - largest);
        }
        // The largest term alone is about 1, for exp(0) need not be exact: less, or no number at all, comes of logits that are
        // none. The exponent's bits say so where a compiler takes every float for a number.
        let isNumber = (sum >= 0.5) & ((bitcast<u32>(sum) & ${EXPONENT_BITS}) != ${EXPONENT_BITS});
        let lead = select(1.0, 1.0 - exp(second - largest), uniforms.channels > 1);
        let confidence = select(0.0, min(floor(255.0 / sum + 0.5), 255.0), isNumber);
        let margin = select(0.0, min(floor(255.0 * lead / sum + 0.5), 255.0), isNumber);
        return channel | (i32(confidence) << 8u) | (i32(margin) << 16u);
      }

      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        result[index] = pixelBytes(index);
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
