import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../../labels/planes.ts';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { viewInfo, viewStart } from '../../recording/tensorViews.ts';
import { addKernel } from '../replaceKernel.ts';
import { runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { type BatchShape, ITEM, ITEM_WORDS, SAMPLE_BATCH, SAMPLE_WEIGHTS } from './sampleBatch.ts';

const vectorOf = (word: number) => `items[${ITEM_WORDS / 4} * item + ${word / 4}]`;

/** `main` of a program with one invocation for each pixel of the batch; `body` sees `isInside` and the `source` pixel. */
function overFrame(body: string): string {
  return `
    fn main(index : i32) {
      if (index >= uniforms.invocations) {
        return;
      }
      let row = index / uniforms.width;
      let item = row / uniforms.height;
      let spot = vec2<i32>(index - row * uniforms.width, row - item * uniforms.height);
      let walk = ${vectorOf(ITEM.origin)};
      let place = ${vectorOf(ITEM.offsetX)};
      let turned = spot - place.xy;
      let isInside = all(turned >= vec2<i32>(0)) && all(turned < place.zw);
      let source = select(0, walk.x + turned.x * walk.y + turned.y * walk.z, isInside);
      ${body}
    }
  `;
}

/** WGSL of whether a pixel lies in the picture, and in the part of the frame whose labels count. */
const COUNTS = `
      let core = ${vectorOf(ITEM.coreLeft)};
      let counts = isInside && all(spot >= core.xy) && all(spot < core.zw);`;

/**
 * `picture [B, H, W, 3]` and `labels [B, H, W]` in one buffer of whole numbers: a float's bits pass through as such, while a
 * small whole number's would be a denormal float, which some devices take for 0.
 */
function samplePicturesAndLabels(
  { pictures, labels, items }: Readonly<Record<'pictures' | 'labels' | 'items', TensorInfo>>,
  { batch, height, width }: BatchShape,
  backend: WebGPUBackend,
): TensorInfo[] {
  const pixels = batch * height * width;
  const labelsAt = viewStart(3 * pixels);
  const both = runFlatProgram(backend, {
    name: 'sampleBatch',
    inputs: { pictures: [pictures, 1], labels: [labels, 1], items: [items, 4] },
    output: { shape: [labelsAt + pixels], dtype: 'int32', components: 1 },
    invocations: pixels,
    uniforms: { height, width, labelsAt },
    code: () =>
      overFrame(`
        let gain = bitcast<vec4<f32>>(${vectorOf(ITEM.gain)});
        let shift = bitcast<vec4<f32>>(${vectorOf(ITEM.shift)});
        let colour = vec3<f32>(pictures[3 * source], pictures[3 * source + 1], pictures[3 * source + 2]);
        let value = bitcast<vec3<i32>>(select(vec3<f32>(0.0), gain.xyz * colour + shift.xyz, isInside));
        result[3 * index] = value.x;
        result[3 * index + 1] = value.y;
        result[3 * index + 2] = value.z;
        ${COUNTS}
        result[uniforms.labelsAt + index] = select(${UNLABELED}, labels[source], counts);`),
  });
  const gpu = gpuInternals(backend);
  const picture = viewInfo(gpu, { ...both, dtype: 'float32' }, 0, [batch, height, width, 3]);
  const sampled = viewInfo(gpu, both, labelsAt, [batch, height, width]);
  backend.disposeData(both.dataId);
  return [picture, sampled];
}

/** A weight for every pixel of the frames: the picture's inside the core, 1 outside. */
function sampleWeights(
  { weights, items }: Readonly<Record<'weights' | 'items', TensorInfo>>,
  { batch, height, width }: BatchShape,
  backend: WebGPUBackend,
): TensorInfo {
  return runFlatProgram(backend, {
    name: 'sampleBatchWeights',
    inputs: { weights: [weights, 1], items: [items, 4] },
    output: { shape: [batch, height, width], dtype: 'float32', components: 1 },
    invocations: batch * height * width,
    uniforms: { height, width },
    code: () =>
      overFrame(`
        ${COUNTS}
        result[index] = select(1.0, weights[source], counts);`),
  });
}

/** Gives the WebGPU backend the kernels behind `sampleBatch`. Idempotent. */
export function registerWebGpuSampleBatch(): void {
  addKernel(SAMPLE_BATCH, 'webgpu', ({ inputs, attrs, backend }) =>
    samplePicturesAndLabels(
      inputs as Readonly<Record<'pictures' | 'labels' | 'items', TensorInfo>>,
      attrs as unknown as BatchShape,
      backend as WebGPUBackend,
    ),
  );
  addKernel(SAMPLE_WEIGHTS, 'webgpu', ({ inputs, attrs, backend }) =>
    sampleWeights(
      inputs as Readonly<Record<'weights' | 'items', TensorInfo>>,
      attrs as unknown as BatchShape,
      backend as WebGPUBackend,
    ),
  );
}
