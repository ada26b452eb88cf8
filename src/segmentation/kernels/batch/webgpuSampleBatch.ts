import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../../labels/planes.ts';
import { addKernel } from '../replaceKernel.ts';
import { runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { type BatchShape, ITEM, ITEM_WORDS, SAMPLE_LABELS, SAMPLE_PICTURES, SAMPLE_WEIGHTS } from './sampleBatch.ts';

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

function samplePictures(
  { pictures, items }: { pictures: TensorInfo; items: TensorInfo },
  { batch, height, width }: BatchShape,
  backend: WebGPUBackend,
): TensorInfo {
  return runFlatProgram(backend, {
    name: 'sampleBatchPictures',
    inputs: { pictures: [pictures, 1], items: [items, 4] },
    output: { shape: [batch, height, width, 3], dtype: 'float32', components: 1 },
    invocations: batch * height * width,
    uniforms: { height, width },
    code: () =>
      overFrame(`
        let gain = bitcast<vec4<f32>>(${vectorOf(ITEM.gain)});
        let shift = bitcast<vec4<f32>>(${vectorOf(ITEM.shift)});
        let colour = vec3<f32>(pictures[3 * source], pictures[3 * source + 1], pictures[3 * source + 2]);
        let value = select(vec3<f32>(0.0), gain.xyz * colour + shift.xyz, isInside);
        result[3 * index] = value.x;
        result[3 * index + 1] = value.y;
        result[3 * index + 2] = value.z;`),
  });
}

/** A number for every pixel of the frames: the picture's inside the core, `elsewhere` outside, both as WGSL has them. */
function sampleCore(
  { plane, items }: { plane: TensorInfo; items: TensorInfo },
  { batch, height, width }: BatchShape,
  { dtype, elsewhere }: { readonly dtype: 'int32' | 'float32'; readonly elsewhere: string },
  backend: WebGPUBackend,
): TensorInfo {
  return runFlatProgram(backend, {
    name: `sampleBatchCore_${dtype}_${elsewhere}`,
    inputs: { plane: [plane, 1], items: [items, 4] },
    output: { shape: [batch, height, width], dtype, components: 1 },
    invocations: batch * height * width,
    uniforms: { height, width },
    code: () =>
      overFrame(`
        let core = ${vectorOf(ITEM.coreLeft)};
        let counts = isInside && all(spot >= core.xy) && all(spot < core.zw);
        result[index] = select(${elsewhere}, plane[source], counts);`),
  });
}

/** Gives the WebGPU backend the kernels behind `sampleBatch`. Idempotent. */
export function registerWebGpuSampleBatch(): void {
  addKernel(SAMPLE_PICTURES, 'webgpu', ({ inputs, attrs, backend }) =>
    samplePictures(
      inputs as { pictures: TensorInfo; items: TensorInfo },
      attrs as unknown as BatchShape,
      backend as WebGPUBackend,
    ),
  );
  const addPlane = (name: string, input: 'labels' | 'weights', kind: Parameters<typeof sampleCore>[2]) =>
    addKernel(name, 'webgpu', ({ inputs, attrs, backend }) => {
      const given = { plane: inputs[input] as TensorInfo, items: inputs.items as TensorInfo };
      return sampleCore(given, attrs as unknown as BatchShape, kind, backend as WebGPUBackend);
    });
  addPlane(SAMPLE_LABELS, 'labels', { dtype: 'int32', elsewhere: String(UNLABELED) });
  addPlane(SAMPLE_WEIGHTS, 'weights', { dtype: 'float32', elsewhere: '1.0' });
}
