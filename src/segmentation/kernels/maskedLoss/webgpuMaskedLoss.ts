import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { getKernel, type KernelConfig, registerKernel, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { MASKED_LOSS, MASKED_LOSS_GRADIENT, type MaskedLossAttributes } from './maskedLoss.ts';
import { diceConfig, diceGradientConfig } from './webgpuMaskedLossDice.ts';
import { invocationsFor, pixelProgram, pixelUniforms, summingProgram } from './webgpuMaskedLossParts.ts';
import { pixelCostShader } from './webgpuMaskedLossShader.ts';

const WORKGROUP_SIZE = 64;
/** Total cost, total weight, correct and labeled pixels. */
const SUMS = 4;

const lossConfig: KernelConfig = {
  kernelName: MASKED_LOSS,
  backendName: 'webgpu',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { logits, labels, weight, pixelWeight, denominator } = inputs;
    const attributes = attrs as unknown as MaskedLossAttributes;
    const gpu = backend as WebGPUBackend;
    const weights = { weight, pixelWeight };
    const unscaled = pixelPass(logits as TensorInfo, labels as TensorInfo, weights, attributes, gpu);
    const stats = addUp(unscaled, logits as TensorInfo, denominator, attributes, gpu);
    return [unscaled, stats];
  },
};

/** `[N·C + SUMS·invocations]`: the gradient but for its factor, then every invocation's sums. */
function pixelPass(
  logits: TensorInfo,
  labels: TensorInfo,
  { weight, pixelWeight }: Readonly<Record<'weight' | 'pixelWeight', TensorInfo | undefined>>,
  attributes: MaskedLossAttributes,
  backend: WebGPUBackend,
): TensorInfo {
  const { pixels, channels } = sizesOf(logits);
  const { unlabeledAs, labelSmoothing } = attributes;
  const given = { weighted: weight !== undefined, pixelWeighted: pixelWeight !== undefined };
  const { key, before, body } = pixelCostShader(channels, given, attributes);
  const code = {
    before: `
      ${before}
      var totalCost = 0.0;
      var totalWeight = 0.0;
      var correct = 0.0;
      var labeled = 0.0;
    `,
    body,
    after: `
      let sums = uniforms.pixels * ${channels} + index * ${SUMS};
      result[sums] = totalCost;
      result[sums + 1] = totalWeight;
      result[sums + 2] = correct;
      result[sums + 3] = labeled;
    `,
  };
  const inputs: [name: string, tensor: TensorInfo][] = [
    ['logits', logits],
    ['labels', labels],
  ];
  if (weight !== undefined) inputs.push(['weight', weight]);
  if (pixelWeight !== undefined) inputs.push(['pixelWeight', pixelWeight]);
  const program = pixelProgram(pixels, code, {
    variableNames: inputs.map(([name]) => name),
    outputShape: [pixels * channels + SUMS * invocationsFor(pixels)],
    uniforms: 'unlabeledChannel : i32, labelSmoothing : f32,',
    shaderKey: `maskedLossPixels_${key}`,
  });
  const tensors = inputs.map(([, tensor]) => tensor);
  return backend.runWebGPUProgram(program, tensors, 'float32', [
    ...pixelUniforms(pixels),
    { type: 'int32', data: [typeof unlabeledAs === 'number' ? unlabeledAs : 0] },
    { type: 'float32', data: [labelSmoothing] },
  ]);
}

/** `[loss, denominator, correct, labeled]` from the sums that the pass over the pixels left behind the gradient. */
function addUp(
  unscaled: TensorInfo,
  logits: TensorInfo,
  denominator: TensorInfo | undefined,
  { cost, meanOver }: MaskedLossAttributes,
  backend: WebGPUBackend,
): TensorInfo {
  const { pixels, channels } = sizesOf(logits);
  const computed = meanOver === 'counted' ? 'total.y' : 'f32(uniforms.terms)';
  const main = `
    fn main(index : i32) {
      let total = sumOfParts(uniforms.first, ${SUMS}, uniforms.parts);
      if (index == 0) {
        let divisor = ${denominator === undefined ? computed : 'denominator[0]'};
        let positive = divisor > 0.0;
        result[0] = select(0.0, total.x / select(1.0, divisor, positive), positive);
        result[1] = divisor;
        result[2] = total.z;
        result[3] = total.w;
      }
    }
  `;
  const program = summingProgram(1, main, {
    variableNames: denominator === undefined ? ['unscaled'] : ['unscaled', 'denominator'],
    outputShape: [4],
    uniforms: 'first : i32, parts : i32, terms : i32,',
    shaderKey: `maskedLossStats_${denominator === undefined ? meanOver : 'given'}`,
  });
  const inputs = denominator === undefined ? [unscaled] : [unscaled, denominator];
  return backend.runWebGPUProgram(program, inputs, 'float32', [
    { type: 'int32', data: [pixels * channels] },
    { type: 'int32', data: [invocationsFor(pixels)] },
    { type: 'int32', data: [cost === 'squaredError' ? pixels * channels : pixels] },
  ]);
}

function sizesOf({ shape }: TensorInfo): { pixels: number; channels: number } {
  return { pixels: util.sizeFromShape(shape.slice(0, -1)), channels: shape[shape.length - 1] ?? 0 };
}

const gradientConfig: KernelConfig = {
  kernelName: MASKED_LOSS_GRADIENT,
  backendName: 'webgpu',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { shape } = attrs as { shape: number[] };
    const size = util.sizeFromShape(shape);
    const components = size % 4 === 0 ? 4 : 1;
    const program: WebGPUProgram = {
      variableNames: ['unscaled', 'stats', 'dy'],
      variableComponents: [components, 1, 1],
      outputComponent: components,
      outputShape: shape,
      size: true,
      shaderKey: `maskedLossGradient_${components}`,
      dispatchLayout: { x: shape.map((_, axis) => axis) },
      dispatch: [Math.ceil(size / components / WORKGROUP_SIZE), 1, 1],
      workgroupSize: [WORKGROUP_SIZE, 1, 1],
      getUserCode: () => `
        fn main(index : i32) {
          if (index < uniforms.size) {
            let positive = stats[1] > 0.0;
            let scale = select(0.0, dy[0] / select(1.0, stats[1], positive), positive);
            result[index] = unscaled[index] * scale;
          }
        }
      `,
    };
    const given = [inputs.unscaled, inputs.stats, inputs.dy] as TensorInfo[];
    return (backend as WebGPUBackend).runWebGPUProgram(program, given, 'float32');
  },
};

/** Gives the WebGPU backend the masked losses. Idempotent. */
export function registerWebGpuMaskedLoss(): void {
  if (getKernel(MASKED_LOSS, 'webgpu') !== undefined) return;
  for (const config of [lossConfig, gradientConfig, diceConfig, diceGradientConfig]) registerKernel(config);
}
