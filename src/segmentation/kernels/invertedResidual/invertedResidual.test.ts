import '@tensorflow/tfjs-backend-cpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { IS_LONG } from '../../effortTestTools.ts';
import { type InvertedResidualShape, isExpanded, isResidual } from '../../models/networkOps.ts';
import { Random } from '../../random.ts';
import { tilingLimits } from '../webgpu/webgpuTiling.ts';
import { pretendHardware } from '../webgpu/webgpuTilingTestTools.ts';
import { BLOCKS } from './blocksTestTools.ts';
import { fusesInvertedResidual, type InvertedResidualInputs } from './invertedResidual.ts';
import { plannedInvertedResiduals, runInvertedResidual } from './webgpuInvertedResidual.ts';
import { type InvertedResidualPlan, invertedResidualPlan, windowSides } from './webgpuInvertedResidualPlan.ts';

beforeAll(async () => {
  await startBackend('cpu', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
  pretendHardware(true);
});
afterEach(async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  pretendHardware(true);
});

/** Shares of whole numbers, so small that all sums are exact in single precision; some lie between ReLU6's kinks. */
function operand(shape: number[], share: number, random: Random): { values: Float32Array; shape: number[] } {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.integer(-3, 3) / share);
  return { values, shape };
}

type Operands = Readonly<Record<keyof InvertedResidualInputs, ReturnType<typeof operand>>>;

function operandsOf(block: InvertedResidualShape, size: readonly number[], seed: number): Partial<Operands> {
  const { inputs, wide, outputs } = block;
  const random = Random.fromSeed(seed);
  return {
    x: operand([...size, inputs], 4, random),
    ...(isExpanded(block)
      ? { expand: operand([1, 1, inputs, wide], 16, random), expandBias: operand([wide], 1, random) }
      : {}),
    depthwise: operand([3, 3, wide, 1], 4, random),
    depthwiseBias: operand([wide], 2, random),
    project: operand([1, 1, wide, outputs], 4, random),
    projectBias: operand([outputs], 2, random),
  };
}

function tensorsOf(operands: Partial<Operands>): InvertedResidualInputs<tf.Tensor> {
  const tensors = Object.entries(operands).map(([name, { values, shape }]) => [name, tf.tensor(values, shape)]);
  return Object.fromEntries(tensors) as unknown as InvertedResidualInputs<tf.Tensor>;
}

/** From tfjs's plain operations, on the processor. */
async function expected(block: InvertedResidualShape, operands: Partial<Operands>): Promise<Float32Array> {
  expect(await tf.setBackend('cpu')).toBe(true);
  const result = tf.tidy(() => {
    const { x, expand, expandBias, depthwise, depthwiseBias, project, projectBias } = tensorsOf(operands);
    const relu6 = (sum: tf.Tensor) => tf.clipByValue(sum, 0, 6);
    const wide =
      expand === undefined || expandBias === undefined
        ? x
        : relu6(tf.add(tf.conv2d(x as tf.Tensor4D, expand as tf.Tensor4D, 1, 'same'), expandBias));
    const filtered = tf.depthwiseConv2d(wide as tf.Tensor4D, depthwise as tf.Tensor4D, block.stride, 'same');
    const deep = relu6(tf.add(filtered, depthwiseBias)) as tf.Tensor4D;
    const narrow = tf.add(tf.conv2d(deep, project as tf.Tensor4D, 1, 'same'), projectBias);
    return isResidual(block) ? tf.add(narrow, x) : narrow;
  });
  const values = (await result.data()) as Float32Array;
  result.dispose();
  expect(await tf.setBackend('webgpu')).toBe(true);
  return values;
}

async function found(block: InvertedResidualShape, operands: Partial<Operands>, plan?: InvertedResidualPlan) {
  const backend = tf.backend() as WebGPUBackend;
  const tensors = tensorsOf(operands);
  const attrs = { stride: block.stride, isResidual: isResidual(block) };
  const result = tf.engine().makeTensorFromTensorInfo(runInvertedResidual(backend, tensors, attrs, plan));
  const values = (await result.data()) as Float32Array;
  tf.dispose([...Object.values(tensors), result]);
  return values;
}

/** The plan for a large map of such a block, of a graphics processor with that many invocations. */
function largePlan(block: InvertedResidualShape, wantedInvocations: number): InvertedResidualPlan {
  const sizes = { ...block, isExpanded: isExpanded(block) };
  return invertedResidualPlan(sizes, [1, 256, 256, block.outputs], { wantedInvocations });
}

// Every block's shader takes a second to compile. The first are without a first layer, of stride 2, and added to their input.
describe.each(IS_LONG ? BLOCKS : BLOCKS.slice(0, 3))(
  '$inputs channels to $wide to $outputs, stride $stride',
  (block) => {
    it('is what the plain operations make, bit for bit, in the middle and at every edge', {
      timeout: 120_000,
    }, async () => {
      for (const [i, size] of [
        [2, 9, 6],
        [1, 8, 11],
      ].entries()) {
        const operands = operandsOf(block, size, i);
        expect(await found(block, operands)).toEqual(await expected(block, operands));
      }
    });

    it('is the same by the plan of a large map', { timeout: 120_000 }, async () => {
      const operands = operandsOf(block, [2, 17, 13], 3);
      expect(await found(block, operands, largePlan(block, 1 << 13))).toEqual(await expected(block, operands));
    });
  },
);

test('a pixel alone, and a row', async () => {
  const block: InvertedResidualShape = { inputs: 4, wide: 12, outputs: 8, stride: 2 };
  for (const size of [
    [1, 1, 1],
    [3, 1, 7],
    [1, 6, 1],
  ]) {
    const operands = operandsOf(block, size, 4);
    expect(await found(block, operands)).toEqual(await expected(block, operands));
  }
});

test('what is no number stays none, where taps meet it alone', async () => {
  const block: InvertedResidualShape = { inputs: 4, wide: 8, outputs: 4, stride: 1 };
  const operands = operandsOf(block, [1, 9, 9], 5);
  (operands.x as Operands['x']).values[0] = Number.NaN;
  const values = await found(block, operands);
  const pixels = Array.from({ length: 81 }, (_, pixel) => values.subarray(4 * pixel, 4 * pixel + 4));
  expect(pixels.flatMap((pixel, i) => (pixel.some(Number.isNaN) ? [i] : []))).toEqual([0, 1, 9, 10]);
});

test('every plan keeps to what all devices have, and large maps get larger tiles', () => {
  const { wantedInvocations } = tilingLimits(tf.backend() as WebGPUBackend);
  for (const block of BLOCKS) {
    const plan = largePlan(block, wantedInvocations);
    const [height, width] = windowSides(plan);
    expect(16 * plan.vectors * (height * width + plan.height * plan.width)).toBeLessThanOrEqual(16_384);
    expect(plan.workgroupSize).toBeLessThanOrEqual(256);
    const small = invertedResidualPlan(plan, [1, 8, 8, block.outputs], { wantedInvocations });
    expect(small.height * small.width).toBeLessThanOrEqual(plan.height * plan.width);
  }
});

test('every block that runs is noted with its plan, once', async () => {
  const block: InvertedResidualShape = { inputs: 8, wide: 16, outputs: 8, stride: 1 };
  const noted = () =>
    plannedInvertedResiduals(tf.backend() as WebGPUBackend).filter(({ plan }) => plan.inputs === 8 && plan.wide === 16);
  for (const side of [5, 6]) await found(block, operandsOf(block, [1, side, side], 7));
  expect(noted()).toHaveLength(1);
  expect(noted()[0]).toMatchObject({ plan: { outputs: 8, stride: 1, isExpanded: true }, isResidual: true });
});

test('what does not fit is refused', () => {
  const backend = tf.backend() as WebGPUBackend;
  const run = (block: InvertedResidualShape, adds: boolean) => {
    const tensors = tensorsOf(operandsOf(block, [1, 4, 4], 6));
    try {
      runInvertedResidual(backend, tensors, { stride: block.stride, isResidual: adds });
    } finally {
      tf.dispose(Object.values(tensors));
    }
  };
  expect(() => run({ inputs: 3, wide: 12, outputs: 8, stride: 1 }, false)).toThrow(RangeError);
  expect(() => run({ inputs: 4, wide: 12, outputs: 8, stride: 1 }, true)).toThrow(RangeError);
  expect(() => run({ inputs: 4, wide: 12, outputs: 4, stride: 2 }, true)).toThrow(RangeError);
});

test('graphics processors alone have it, and channels in fours', () => {
  expect(fusesInvertedResidual([4, 24, 8])).toBe(true);
  expect(fusesInvertedResidual([4, 25, 8])).toBe(false);
  pretendHardware(false);
  expect(fusesInvertedResidual([4, 24, 8])).toBe(false);
});
