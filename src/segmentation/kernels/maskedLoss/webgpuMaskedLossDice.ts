import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { DICE_SMOOTH, MASKED_DICE, MASKED_DICE_GRADIENT, type MaskedDiceAttributes } from './maskedLossDice.ts';
import {
  COUNT_PIXEL,
  ifCounted,
  ifTrained,
  invocationsFor,
  overChannels,
  pixelProgram,
  pixelUniforms,
  readPixel,
  roleOf,
  summingProgram,
  type Uniforms,
} from './webgpuMaskedLossParts.ts';

/** `pixelWeight` is absent for weights of 1. */
interface DiceTensors {
  readonly logits: TensorInfo;
  readonly labels: TensorInfo;
  readonly pixelWeight?: TensorInfo;
}

/** Vectors of four that an invocation's sums fill: C overlaps, C sizes and C counts, correct and labeled pixels. */
function vectorsOf(channels: number): number {
  return Math.ceil((3 * channels + 2) / 4);
}

export const diceConfig: KernelConfig = {
  kernelName: MASKED_DICE,
  backendName: 'webgpu',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { logits } = inputs as { logits: TensorInfo };
    const gpu = backend as WebGPUBackend;
    const channels = channelsOf(logits);
    const partialSums = pixelPass(inputs as unknown as DiceTensors, attrs as unknown as MaskedDiceAttributes, gpu);
    const totals = addUp(partialSums, vectorsOf(channels), gpu);
    const sums = finish(totals, channels, gpu);
    for (const { dataId } of [partialSums, totals]) gpu.disposeData(dataId);
    return sums;
  },
};

/** `[invocations, 4·vectors]`: every invocation's sums. */
function pixelPass(
  { logits, labels, pixelWeight }: DiceTensors,
  attributes: MaskedDiceAttributes,
  backend: WebGPUBackend,
): TensorInfo {
  const pixels = util.sizeFromShape(labels.shape);
  const channels = channelsOf(logits);
  const role = roleOf(attributes.unlabeledAs);
  const vectors = vectorsOf(channels);
  const { each } = overChannels(channels);
  const weighedName = pixelWeight === undefined ? [] : ['pixelWeight'];
  const code = {
    before: `
      ${each((c) => `var overlap${c} = 0.0; var size${c} = 0.0; var count${c} = 0.0;`)}
      var correct = 0.0;
      var labeled = 0.0;
    `,
    body: `
      ${readPixel(channels, role)}
      ${COUNT_PIXEL}
      let v = ${ifCounted(role, pixelWeight === undefined ? '1.0' : 'pixelWeight[pixel]')};
      ${each(
        (c) => `
      let t${c} = select(0.0, v, wanted == ${c});
      overlap${c} += t${c} * p${c};
      size${c} += v * p${c};
      count${c} += t${c};`,
      )}
    `,
    after: `
      let sums = index * ${4 * vectors};
      ${each(
        (c) => `
      result[sums + ${c}] = overlap${c};
      result[sums + ${channels + c}] = size${c};
      result[sums + ${2 * channels + c}] = count${c};`,
      )}
      result[sums + ${3 * channels}] = correct;
      result[sums + ${3 * channels + 1}] = labeled;
    `,
  };
  const program = pixelProgram(pixels, code, {
    variableNames: ['logits', 'labels', ...weighedName],
    outputShape: [invocationsFor(pixels), 4 * vectors],
    uniforms: 'unlabeledChannel : i32,',
    shaderKey: ['maskedDicePixels', channels, role, ...weighedName].join('_'),
  });
  const given = [logits, labels, ...(pixelWeight === undefined ? [] : [pixelWeight])];
  return backend.runWebGPUProgram(program, given, 'float32', uniformsOf(pixels, attributes));
}

/** `[4·vectors]`: the sums of all invocations, a workgroup for every four. */
function addUp(partialSums: TensorInfo, vectors: number, backend: WebGPUBackend): TensorInfo {
  const main = `
    fn main(index : i32) {
      let first = 4 * i32(workgroupId.x);
      let total = sumOfParts(first, uniforms.partialSumsShape.y, uniforms.partialSumsShape.x);
      if (localIndex == 0u) {
        result[first] = total.x;
        result[first + 1] = total.y;
        result[first + 2] = total.z;
        result[first + 3] = total.w;
      }
    }
  `;
  const program = summingProgram(vectors, main, {
    variableNames: ['partialSums'],
    outputShape: [4 * vectors],
    uniforms: '',
    shaderKey: 'maskedDiceTotals',
  });
  return backend.runWebGPUProgram(program, [partialSums], 'float32');
}

/** The stats, then the derivatives of the loss by each class's overlap and by its size. */
function finish(totals: TensorInfo, channels: number, backend: WebGPUBackend): TensorInfo {
  const program: WebGPUProgram = {
    variableNames: ['totals'],
    outputShape: [4 + 2 * channels],
    uniforms: 'channels : i32,',
    shaderKey: 'maskedDiceSums',
    dispatchLayout: { x: [0] },
    dispatch: [1, 1, 1],
    workgroupSize: [1, 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        let channels = uniforms.channels;
        var present = 0.0;
        for (var c = 0; c < channels; c++) {
          present += select(0.0, 1.0, totals[2 * channels + c] > 0.0);
        }
        let divisor = max(present, 1.0);
        var missed = 0.0;
        for (var c = 0; c < channels; c++) {
          let count = totals[2 * channels + c];
          let extent = totals[channels + c] + count + ${DICE_SMOOTH};
          let score = (2.0 * totals[c] + ${DICE_SMOOTH}) / extent;
          missed += select(0.0, 1.0 - score, count > 0.0);
          result[4 + c] = select(0.0, -2.0 / (extent * divisor), count > 0.0);
          result[4 + channels + c] = select(0.0, score / (extent * divisor), count > 0.0);
        }
        result[0] = missed / divisor;
        result[1] = 0.0;
        result[2] = totals[3 * channels];
        result[3] = totals[3 * channels + 1];
      }
    `,
  };
  return backend.runWebGPUProgram(program, [totals], 'float32', [{ type: 'int32', data: [channels] }]);
}

export const diceGradientConfig: KernelConfig = {
  kernelName: MASKED_DICE_GRADIENT,
  backendName: 'webgpu',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { logits, labels, pixelWeight, sums, dy } = inputs as unknown as DiceTensors &
      Readonly<Record<'sums' | 'dy', TensorInfo>>;
    const attributes = attrs as unknown as MaskedDiceAttributes;
    const pixels = util.sizeFromShape(labels.shape);
    const channels = channelsOf(logits);
    const role = roleOf(attributes.unlabeledAs);
    const { each, sum } = overChannels(channels);
    const weighedName = pixelWeight === undefined ? [] : ['pixelWeight'];
    const times = pixelWeight === undefined ? '' : 'pixelWeight[pixel] * ';
    const code = {
      before: each((c) => `let a${c} = dy[0] * sums[${4 + c}]; let b${c} = dy[0] * sums[${4 + channels + c}];`),
      body: `
        ${readPixel(channels, role)}
        ${each((c) => `let u${c} = b${c} + select(0.0, a${c}, wanted == ${c});`)}
        let mean = ${sum((c) => `u${c} * p${c}`)};
        ${each((c) => `result[at + ${c}] = ${ifTrained(role, `${times}p${c} * (u${c} - mean)`)};`)}
      `,
      after: '',
    };
    const program = pixelProgram(pixels, code, {
      variableNames: ['logits', 'labels', 'sums', 'dy', ...weighedName],
      outputShape: logits.shape,
      uniforms: 'unlabeledChannel : i32,',
      shaderKey: ['maskedDiceGradient', channels, role, ...weighedName].join('_'),
    });
    const given = [logits, labels, sums, dy, ...(pixelWeight === undefined ? [] : [pixelWeight])];
    return (backend as WebGPUBackend).runWebGPUProgram(program, given, 'float32', uniformsOf(pixels, attributes));
  },
};

function uniformsOf(pixels: number, { unlabeledAs }: MaskedDiceAttributes): Uniforms {
  return [...pixelUniforms(pixels), { type: 'int32', data: [unlabeledAs === 'ignored' ? 0 : unlabeledAs] }];
}

function channelsOf({ shape }: TensorInfo): number {
  return shape[shape.length - 1] ?? 0;
}
