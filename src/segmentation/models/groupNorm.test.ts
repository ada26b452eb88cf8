import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { pretendHardware } from '../kernels/webgpu/webgpuTilingTestTools.ts';
import { largestShareOfBound, roundingFactor } from '../roundingTestTools.ts';
import { groupNormRelu } from './groupNorm.ts';

interface Case {
  readonly shape: [batch: number, height: number, width: number, channels: number];
  readonly groups: number;
  readonly x: readonly number[];
  readonly gain: readonly number[];
  readonly offset: readonly number[];
}

interface Gradients {
  readonly x: ArrayLike<number>;
  readonly gain: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
}

/** Numbers as single precision holds them. */
const wave = (n: number, seed: number) =>
  Array.from({ length: n }, (_, i) => Math.fround(Math.sin(seed + 2.3 * i) + 0.2 * Math.sin(seed)));

function caseOf(shape: Case['shape'], groups: number, seed: number, mean = 0): Case {
  const x = wave(tf.util.sizeFromShape(shape), seed).map((value) => Math.fround(mean + value));
  return { shape, groups, x, gain: wave(shape[3], seed + 3), offset: wave(shape[3], seed + 4) };
}

const SMALL = caseOf([2, 3, 4, 6], 3, 1);

/** What becomes of every number of `x`, in double precision: Wu & He 2018, equations 1 to 5, before the ReLU. */
function normalized({ shape, groups, x, gain, offset }: Case) {
  const [, height, width, channels] = shape;
  const groupOf = (i: number) => {
    const picture = Math.floor(i / (height * width * channels));
    return picture * groups + Math.floor(((i % channels) * groups) / channels);
  };
  const members: number[][] = Array.from({ length: shape[0] * groups }, () => []);
  x.forEach((_, i) => {
    members[groupOf(i)]?.push(i);
  });
  const inputAt = (i: number) => x[i] ?? Number.NaN;
  const hat = new Float64Array(x.length);
  const deviation = new Float64Array(x.length);
  for (const group of members) {
    const mean = group.reduce((sum, i) => sum + inputAt(i), 0) / group.length;
    const variance = group.reduce((sum, i) => sum + (inputAt(i) - mean) ** 2, 0) / group.length;
    for (const i of group) {
      deviation[i] = Math.sqrt(variance + 1e-5);
      hat[i] = (inputAt(i) - mean) / (deviation[i] as number);
    }
  }
  const out = Array.from(hat, (value, i) => value * (gain[i % channels] ?? 0) + (offset[i % channels] ?? 0));
  return { out, hat, deviation, members };
}

const reference = (c: Case) => normalized(c).out.map((value) => Math.max(0, value));

/** The chain rule through `∂x̂ⱼ/∂xᵢ = (δᵢⱼ − 1/N − x̂ᵢ·x̂ⱼ/N)/σ` of a group of N, in double precision. */
function referenceGradients(c: Case, dy: readonly number[]): Gradients {
  const channels = c.shape[3];
  const { out, hat, deviation, members } = normalized(c);
  const passed = dy.map((value, i) => ((out[i] ?? 0) > 0 ? value : 0));
  const x = new Float64Array(hat.length);
  const gain = new Float64Array(channels);
  const offset = new Float64Array(channels);
  const byHat = passed.map((value, i) => value * (c.gain[i % channels] ?? 0));
  for (const group of members) {
    const mean = group.reduce((sum, j) => sum + (byHat[j] ?? 0), 0) / group.length;
    const aligned = group.reduce((sum, j) => sum + (byHat[j] ?? 0) * (hat[j] ?? 0), 0) / group.length;
    for (const i of group) x[i] = ((byHat[i] ?? 0) - mean - (hat[i] ?? 0) * aligned) / (deviation[i] ?? 0);
  }
  passed.forEach((value, i) => {
    gain[i % channels] = (gain[i % channels] ?? 0) + value * (hat[i] ?? 0);
    offset[i % channels] = (offset[i % channels] ?? 0) + value;
  });
  return { x, gain, offset };
}

/**
 * What single precision may make of the gain's gradients, sums of `dy·x̂`: the sum's rounding (Higham 2002, section 4.2),
 * and in each product the error of `x̂`, as much as the normalised map is allowed.
 */
function gainBounds(c: Case, dy: readonly number[]): Float64Array {
  const channels = c.shape[3];
  const { out, hat } = normalized(c);
  const bounds = new Float64Array(channels);
  // Of a product three roundings are in the scaling by the deviation and in the multiplication.
  const factor = roundingFactor(c.x.length / channels + 3);
  dy.forEach((value, i) => {
    const passed = (out[i] ?? 0) > 0 ? Math.abs(value) : 0;
    bounds[i % channels] = (bounds[i % channels] ?? 0) + passed * (factor * Math.abs(hat[i] ?? 0) + 2e-5);
  });
  return bounds;
}

/** Central differences of `Σ dy·reference` in double precision. */
function differences(c: Case, input: 'x' | 'gain' | 'offset', dy: readonly number[]): number[] {
  const h = 1e-5;
  const loss = (moved: number[]) =>
    reference({ ...c, [input]: moved }).reduce((sum, value, i) => sum + value * (dy[i] ?? 0), 0);
  return c[input].map((value, i) => {
    const at = (moved: number) => loss(c[input].map((v, j) => (j === i ? moved : v)));
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}

/** A gradient from above that is 0 near the ReLU's kink, where rounding decides on which side a number falls. */
function gradientFromAbove(c: Case, seed: number): number[] {
  const { out } = normalized(c);
  return wave(c.x.length, seed).map((value, i) => (Math.abs(out[i] ?? 0) < 2e-3 ? 0 : value));
}

async function run(c: Case, dy: readonly number[]) {
  const { value, grads } = tf.tidy(() =>
    tf.valueAndGrads((x, gain, offset) =>
      groupNormRelu(x as tf.Tensor4D, gain as tf.Tensor1D, offset as tf.Tensor1D, c.groups),
    )(
      [tf.tensor4d([...c.x], c.shape), tf.tensor1d([...c.gain]), tf.tensor1d([...c.offset])],
      tf.tensor4d([...dy], c.shape),
    ),
  );
  const [values, x, gain, offset] = (await Promise.all([value, ...grads].map((t) => t.data()))) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  tf.dispose([value, ...grads]);
  return { values, gradients: { x, gain, offset } };
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? NaN))), 0);
}

function expectClose(actual: Gradients, expected: Gradients, tolerance: Record<'x' | 'gain' | 'offset', number>): void {
  for (const input of ['x', 'gain', 'offset'] as const) {
    expect(largestDifference(actual[input], expected[input])).toBeLessThan(tolerance[input]);
  }
}

afterEach(() => {
  if (tf.getBackend() === 'webgpu') pretendHardware(false);
});

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('value and gradients are those of the definition, and no tensor is left', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const before = tf.memory().numTensors;
    const dy = gradientFromAbove(SMALL, 2);
    const { values, gradients } = await run(SMALL, dy);
    expect(largestDifference(values, reference(SMALL))).toBeLessThan(1e-5);
    const expected = {
      x: differences(SMALL, 'x', dy),
      gain: differences(SMALL, 'gain', dy),
      offset: differences(SMALL, 'offset', dy),
    };
    expectClose(gradients, expected, { x: 2e-5, gain: 2e-5, offset: 2e-5 });
    expectClose(referenceGradients(SMALL, dy), expected, { x: 1e-6, gain: 1e-6, offset: 1e-6 });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a blank map gives the offset, and finite gradients', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const blank: Case = { shape: [1, 4, 4, 2], groups: 1, x: Array(32).fill(3), gain: [1, 1], offset: [0.5, 2] };
    const { values, gradients } = await run(blank, wave(32, 1));
    expect(new Set(values)).toEqual(new Set([0.5, 2]));
    expect(gradients.x.every(Number.isFinite)).toBe(true);
  });

  test('a mean of a thousand deviations leaves the normalised map right', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const far = caseOf([1, 9, 11, 8], 2, 5, 1000);
    const dy = gradientFromAbove(far, 6);
    const { values, gradients } = await run(far, dy);
    // A number near 1000 has a last place of 6e-5, and so has the mean that is taken from it.
    expect(largestDifference(values, reference(far))).toBeLessThan(3e-4);
    expectClose(gradients, referenceGradients(far, dy), { x: 2e-3, gain: 3e-3, offset: 1e-5 });
  });
});

test.each(['cpu', 'wasm', 'webgpu'])('a map that has diverged stays visible on %s', async (backend) => {
  expect(await tf.setBackend(backend)).toBe(true);
  const diverged = { ...SMALL, x: SMALL.x.map((value, i) => (i === 5 ? Number.NaN : value)) };
  const { values } = await run(diverged, wave(SMALL.x.length, 1));
  expect(values.some(Number.isNaN)).toBe(true);
});

// Any number of channels to a group, one picture or several, maps of one block and of many.
const cases = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    split: fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
      fc.constantFrom<[number, number][]>([1, 70], [2, 35], [1, 67], [8, 2]),
    ),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  // A group of one or two numbers has next to no deviation, and nothing to compare.
  .filter(({ height, width, split }) => height * width * split[1] > 8)
  .map(({ batch, height, width, split: [groups, perGroup], seed }) =>
    caseOf([batch, height, width, groups * perGroup], groups, seed),
  );

test('WebGPU follows the definition for every shape, as software tiles it and as hardware does', async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  await fc.assert(
    fc.asyncProperty(cases, fc.boolean(), async (c, hardware) => {
      pretendHardware(hardware);
      // Of sixteenths, so that the sum over a channel, the offset's gradient, is exact in whatever order.
      const dy = gradientFromAbove(c, 2).map((value) => Math.round(16 * value) / 16);
      const { values, gradients } = await run(c, dy);
      const expected = referenceGradients(c, dy);
      expect(largestDifference(values, reference(c))).toBeLessThan(2e-5);
      expect(largestDifference(gradients.x, expected.x)).toBeLessThan(5e-5);
      expect(largestDifference(gradients.offset, expected.offset)).toBe(0);
      expect(largestShareOfBound(gradients.gain, expected.gain, gainBounds(c, dy))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

test('WebGPU: blocks that grow with the map, the last one short, and equal bits for equal inputs', async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  const large = caseOf([2, 83, 79, 4], 2, 3);
  const dy = gradientFromAbove(large, 4);
  for (const hardware of [false, true]) {
    pretendHardware(hardware);
    const first = await run(large, dy);
    expect(largestDifference(first.values, reference(large))).toBeLessThan(2e-5);
    expectClose(first.gradients, referenceGradients(large, dy), { x: 5e-5, gain: 5e-3, offset: 5e-3 });
    expect(await run(large, dy)).toEqual(first);
  }
});

test('WebGPU: the kernels leave no memory behind', async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  const dy = gradientFromAbove(SMALL, 2);
  await run(SMALL, dy);
  const before = tf.backend().numDataIds();
  for (let i = 0; i < 3; i++) await run(SMALL, dy);
  expect(tf.backend().numDataIds()).toBe(before);
});
