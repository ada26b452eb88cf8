import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../../labels/planes.ts';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { viewInfo } from '../../recording/tensorViews.ts';
import { ITEM, ITEM_WORDS } from '../batch/sampleBatch.ts';
import { overChannels, summingProgram } from '../maskedLoss/webgpuMaskedLossParts.ts';
import { addKernel } from '../replaceKernel.ts';
import { runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import {
  GATED_SMOOTHNESS,
  GATED_SMOOTHNESS_GRADIENT,
  type SmoothnessAttributes,
  type SmoothnessOperands,
  type SmoothnessShape,
} from './smoothness.ts';
import { halfWindow, reachOf } from './smoothnessPairs.ts';

type Inputs = Readonly<Record<'logits' | keyof SmoothnessOperands, TensorInfo>> & { readonly dy?: TensorInfo };

/** Terms that are added up at a time. */
const TOGETHER = 4;

/** Gives the WebGPU backend the kernels behind `smoothness`. Idempotent. */
export function registerWebGpuSmoothness(): void {
  addKernel(GATED_SMOOTHNESS, 'webgpu', ({ inputs, attrs, backend }) => {
    const gpu = backend as WebGPUBackend;
    const given = inputs as unknown as Inputs;
    const shape = shapeOf(given);
    const result = gradientAndTerms(given, attrs as unknown as SmoothnessAttributes, gpu);
    const value = addUp(result, shape, gpu);
    const gradient = viewInfo(gpuInternals(gpu), result, 0, [...given.logits.shape]);
    gpu.disposeData(result.dataId);
    return [value, gradient];
  });
  addKernel(GATED_SMOOTHNESS_GRADIENT, 'webgpu', ({ inputs, attrs, backend }) => {
    const gpu = backend as WebGPUBackend;
    const given = inputs as unknown as Inputs;
    const result = gradientAndTerms(given, attrs as unknown as SmoothnessAttributes, gpu);
    const gradient = viewInfo(gpuInternals(gpu), result, 0, [...given.logits.shape]);
    gpu.disposeData(result.dataId);
    return gradient;
  });
}

function shapeOf({ logits }: Inputs): SmoothnessShape {
  const [batch = 0, height = 0, width = 0, channels = 0] = logits.shape;
  return { batch, height, width, channels };
}

/** What {@link pairPass} leaves; the caller disposes it. */
function gradientAndTerms(inputs: Inputs, attributes: SmoothnessAttributes, backend: WebGPUBackend): TensorInfo {
  const shape = shapeOf(inputs);
  const probabilities = softmaxPass(inputs.logits, shape, backend);
  const result = pairPass(probabilities, inputs, shape, attributes, backend);
  backend.disposeData(probabilities.dataId);
  return result;
}

function pixelsOf({ batch, height, width }: SmoothnessShape): number {
  return batch * height * width;
}

/** WGSL of `value` to three decimals more than single precision has. */
function literal(value: number): string {
  return value.toExponential(10);
}

function softmaxPass(logits: TensorInfo, shape: SmoothnessShape, backend: WebGPUBackend): TensorInfo {
  const { channels } = shape;
  const { each, sum } = overChannels(channels);
  return runFlatProgram(backend, {
    name: `smoothnessSoftmax_${channels}`,
    inputs: { logits: [logits, 1] },
    output: { shape: [pixelsOf(shape), channels], dtype: 'float32', components: 1 },
    invocations: pixelsOf(shape),
    uniforms: {},
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let at = index * ${channels};
        ${each((c) => `let z${c} = logits[at + ${c}];`)}
        var largest = z0;
        ${each((c) => (c === 0 ? '' : `largest = max(largest, z${c});`))}
        ${each((c) => `let e${c} = exp(z${c} - largest);`)}
        let total = ${sum((c) => `e${c}`)};
        ${each((c) => `result[at + ${c}] = e${c} / total;`)}
      }
    `,
  });
}

/**
 * `[N·C + N]`, the end filled up with zeros: the gradient, `dy` added to it, then each pixel's half of its pairs' terms.
 * Every pixel goes over its whole window, so that nothing is written by two invocations.
 */
function pairPass(
  probabilities: TensorInfo,
  { colors, labels, items, weight, dy }: Inputs,
  shape: SmoothnessShape,
  attributes: SmoothnessAttributes,
  backend: WebGPUBackend,
): TensorInfo {
  const { batch, height, width, channels } = shape;
  const { radiusPx, stepPx, colorWidth, spaceWidthPx, gated } = attributes;
  const reach = reachOf(attributes);
  const { each, sum } = overChannels(channels);
  const pixels = pixelsOf(shape);
  const invocations = TOGETHER * Math.ceil(pixels / TOGETHER);
  const vectorOf = (word: number) => `items[${ITEM_WORDS / 4} * item + ${word / 4}]`;
  return runFlatProgram(backend, {
    name: `smoothnessPairs_${[channels, radiusPx, stepPx, colorWidth, spaceWidthPx, gated, dy !== undefined].join('_')}`,
    inputs: {
      probabilities: [probabilities, 1],
      colors: [colors, 1],
      labels: [labels, 1],
      items: [items, 4],
      weight: [weight, 1],
      ...(dy === undefined ? {} : { given: [dy, 1] as const }),
    },
    output: { shape: [pixels * channels + invocations], dtype: 'float32', components: 1 },
    invocations,
    uniforms: { pixels, batch, height, width },
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let at = index * ${channels};
        let costAt = uniforms.pixels * ${channels} + index;
        if (index >= uniforms.pixels) {
          result[costAt] = 0.0;
          return;
        }
        let row = index / uniforms.width;
        let item = row / uniforms.height;
        let spot = vec2<i32>(index - row * uniforms.width, row - item * uniforms.height);
        let walk = ${vectorOf(ITEM.origin)};
        let place = ${vectorOf(ITEM.offsetX)};
        let first = max(place.xy, vec2<i32>(0));
        let end = min(place.xy + place.zw, vec2<i32>(uniforms.width, uniforms.height));
        let source = walk.x + (spot.x - place.x) * walk.y + (spot.y - place.y) * walk.z;
        ${each((c) => `let p${c} = probabilities[at + ${c}]; var d${c} = 0.0;`)}
        var cost = 0.0;
        if (all(spot >= first) && all(spot < end)) {
          let isLabeled = labels[index] != ${UNLABELED};
          let colour = unpack4x8unorm(bitcast<u32>(colors[source])).xyz;
          let size = end - first;
          for (var dy = -${reach}; dy <= ${reach}; dy += ${stepPx}) {
            for (var dx = -${reach}; dx <= ${reach}; dx += ${stepPx}) {
              let other = spot + vec2<i32>(dx, dy);
              if ((dx == 0 && dy == 0) || any(other < first) || any(other >= end)) {
                continue;
              }
              let neighbour = index + dy * uniforms.width + dx;
              ${gated ? `if (isLabeled && labels[neighbour] != ${UNLABELED}) { continue; }` : ''}
              let theirs = colors[source + dx * walk.y + dy * walk.z];
              let difference = unpack4x8unorm(bitcast<u32>(theirs)).xyz - colour;
              let pairs = f32(size.x - abs(dx)) * f32(size.y - abs(dy));
              let like = exp(
                -dot(difference, difference) * ${literal(1 / (2 * colorWidth * colorWidth))}
                - f32(dx * dx + dy * dy) * ${literal(1 / (2 * spaceWidthPx * spaceWidthPx))})
                * weight[0] * ${literal(1 / halfWindow(attributes).length)} / (pairs * f32(uniforms.batch));
              let theirAt = neighbour * ${channels};
              ${each((c) => `let q${c} = probabilities[theirAt + ${c}]; d${c} -= like * q${c};`)}
              cost += like * (1.0 - (${sum((c) => `p${c} * q${c}`)}));
            }
          }
        }
        let mean = ${sum((c) => `p${c} * d${c}`)};
        ${each((c) => `result[at + ${c}] = p${c} * (d${c} - mean)${dy === undefined ? '' : ` + given[at + ${c}]`};`)}
        result[costAt] = 0.5 * cost;
      }
    `,
  });
}

function addUp(result: TensorInfo, shape: SmoothnessShape, backend: WebGPUBackend): TensorInfo {
  const pixels = pixelsOf(shape);
  const main = `
    fn main(index : i32) {
      let total = sumOfParts(uniforms.first, ${TOGETHER}, uniforms.parts);
      if (index == 0) {
        result[0] = total.x + total.y + total.z + total.w;
      }
    }
  `;
  const program = summingProgram(1, main, {
    variableNames: ['terms'],
    outputShape: [1],
    uniforms: 'first : i32, parts : i32,',
    shaderKey: 'smoothnessSum',
  });
  const value = backend.runWebGPUProgram(program, [result], 'float32', [
    { type: 'int32', data: [pixels * shape.channels] },
    { type: 'int32', data: [Math.ceil(pixels / TOGETHER)] },
  ]);
  return { ...value, shape: [] };
}
