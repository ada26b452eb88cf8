import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { Optimizer, type UpdateRates } from './optimizer.ts';
import { fixture } from './optimizerFixture.ts';
import { averageShare } from './weightAverage.ts';

const BACKENDS = ['cpu', 'wasm', 'webgpu', 'webgl'] as const;
type Backend = (typeof BACKENDS)[number];

beforeAll(async () => {
  for (const backend of ['cpu', 'wasm', 'webgpu'] as const) await startBackend(backend, WASM_PATHS);
  // Node has no WebGL. What matters here is that its tensors' numbers are out of reach, as tfjs's name for it says.
  tf.registerBackend('webgl', tf.findBackendFactory('cpu'));
  tf.copyRegisteredKernels('cpu', 'webgl');
});

const mask = Float32Array.from(fixture.decayed, (decayed) => (decayed ? 1 : 0));
const noDecay = (length: number) => new Float32Array(length);

async function parametersOf(optimizer: Optimizer): Promise<Float32Array> {
  return (await optimizer.read()).parameters;
}

function take(optimizer: Optimizer, gradient: ArrayLike<number>, rates: UpdateRates): void {
  const tensor = tf.tensor1d(Float32Array.from(gradient));
  optimizer.update(tensor, rates);
  tensor.dispose();
}

async function follow(optimizer: Optimizer, first: number, end: number): Promise<Float32Array[]> {
  const trace: Float32Array[] = [];
  for (let step = first; step < end; step++) {
    take(optimizer, fixture.gradients[step] ?? [], {
      learningRate: fixture.rates[step] ?? Number.NaN,
      weightDecay: fixture.weightDecay,
    });
    trace.push(await parametersOf(optimizer));
  }
  return trace;
}

const started = (kind: 'adamw' | 'sgd') => new Optimizer(kind, Float32Array.from(fixture.start), mask);

function averager(kind: 'adamw' | 'sgd', start: Float32Array<ArrayBuffer>): Optimizer {
  return new Optimizer(kind, start, noDecay(start.length), true);
}

async function predictingOf(optimizer: Optimizer): Promise<Float32Array> {
  const copy = tf.tidy(() => tf.mul(optimizer.predicting, tf.ones([optimizer.length])));
  const values = (await copy.data<'float32'>()).slice();
  copy.dispose();
  return values;
}

/** Parameters and gradients of a seeded run. */
function vectors(length: number, count: number): Float32Array<ArrayBuffer>[] {
  const random = Random.fromSeed(3);
  return Array.from({ length: count }, () => Float32Array.from({ length }, () => random.normal()));
}

/** What tfjs's own optimiser makes of `start` and the gradients. */
async function tfjsRun(rule: tf.Optimizer, start: Float32Array, gradients: Float32Array[]): Promise<Float32Array> {
  const initial = tf.tensor1d(start.slice());
  const variable = tf.variable(initial);
  for (const values of gradients) {
    const gradient = tf.tensor1d(values);
    rule.applyGradients({ [variable.name]: gradient });
    gradient.dispose();
  }
  const values = Float32Array.from(await variable.data());
  tf.dispose([initial, variable]);
  rule.dispose();
  return values;
}

describe.each(BACKENDS)('%s', (backend: Backend) => {
  let tensorsBefore = 0;

  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    tensorsBefore = tf.memory().numTensors;
  });

  // optimizerFixture.py writes the numbers with PyTorch, in double precision.
  test.each(['adamw', 'sgd'] as const)('%s follows PyTorch step by step', async (kind) => {
    const optimizer = started(kind);
    const trace = await follow(optimizer, 0, fixture.gradients.length);
    trace.forEach((values, step) => {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(fixture[kind][step]?.[i] ?? Number.NaN, 5);
      });
    });
    optimizer.dispose();
  });

  test('adamw without decay is tf.train.adam', async () => {
    const [start, ...gradients] = vectors(300, 6) as [Float32Array<ArrayBuffer>, ...Float32Array<ArrayBuffer>[]];
    const optimizer = new Optimizer('adamw', start, noDecay(300));
    for (const gradient of gradients) take(optimizer, gradient, { learningRate: 0.01, weightDecay: 0 });
    // tfjs adds its ε, too, to the root of the corrected second moment, but takes 1e-7 unless told.
    const expected = await tfjsRun(tf.train.adam(0.01, 0.9, 0.999, 1e-8), start, gradients);
    (await parametersOf(optimizer)).forEach((value, i) => {
      const truth = expected[i] as number;
      expect(Math.abs(value - truth)).toBeLessThan(1e-6 * Math.max(1, Math.abs(truth)));
    });
    optimizer.dispose();
  });

  test('sgd without momentum is tf.train.sgd', async () => {
    const [start, ...gradients] = vectors(300, 6) as [Float32Array<ArrayBuffer>, ...Float32Array<ArrayBuffer>[]];
    const optimizer = new Optimizer('sgd', start, noDecay(300));
    for (const gradient of gradients) take(optimizer, gradient, { learningRate: 0.05, weightDecay: 0, momentum: 0 });
    const expected = await tfjsRun(tf.train.sgd(0.05), start, gradients);
    const found = await parametersOf(optimizer);
    if (backend === 'webgpu') {
      // A graphics processor may fuse the product and the sum, which rounds once less.
      found.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-6);
      });
    } else {
      expect(found).toEqual(expected);
    }
    optimizer.dispose();
  });

  test.each(['adamw', 'sgd'] as const)('%s goes on exactly from what was read', async (kind) => {
    const whole = started(kind);
    const expected = await follow(whole, 0, 6);
    const first = started(kind);
    await follow(first, 0, 3);
    const state = await first.read();
    const second = started(kind);
    second.restore(state, first.updates);
    expect(await follow(second, 3, 6)).toEqual(expected.slice(3));
    for (const optimizer of [whole, first, second]) optimizer.dispose();
  });

  test('what is read is of the moment of the call', async () => {
    const optimizer = started('sgd');
    const before = optimizer.read();
    const gradient = tf.ones<tf.Rank.R1>([4]);
    optimizer.update(gradient, { learningRate: 0.1, weightDecay: 0 });
    expect([...(await before).parameters]).toEqual([...Float32Array.from(fixture.start)]);
    expect((await parametersOf(optimizer))[0]).toBeCloseTo((fixture.start[0] ?? 0) - 0.1, 6);
    gradient.dispose();
    optimizer.dispose();
  });

  test('another optimiser takes over parameters and moments', async () => {
    const old = started('adamw');
    await follow(old, 0, 2);
    const reversed = (vector: tf.Tensor1D) => tf.tidy(() => tf.reverse1d(vector));
    const { parameters, moments } = await old.read();
    const heir = new Optimizer('adamw', new Float32Array(4), mask);
    heir.adoptParameters(old, reversed);
    expect(heir.updates).toBe(0);
    heir.adoptMoments(old, reversed);
    expect(heir.updates).toBe(2);
    const taken = await heir.read();
    expect(taken.parameters).toEqual(parameters.toReversed());
    expect(taken.moments).toEqual(moments.map((moment) => moment.toReversed()));
    // The old one's are its own still.
    take(old, [1, 1, 1, 1], { learningRate: 0.1, weightDecay: 0 });
    expect(await heir.read()).toEqual(taken);
    for (const optimizer of [old, heir]) optimizer.dispose();
  });

  test.each(['adamw', 'sgd'] as const)(
    'an average follows %s as its definition says, and changes nothing',
    async (kind) => {
      const [start, ...gradients] = vectors(130, 6) as [Float32Array<ArrayBuffer>, ...Float32Array<ArrayBuffer>[]];
      const [averaging, plain] = [averager(kind, start), new Optimizer(kind, start, noDecay(130))];
      expect(await predictingOf(averaging)).toEqual(start);
      const decay = 0.7;
      const seen: Float32Array[] = [];
      for (const [i, gradient] of gradients.entries()) {
        const rates = { learningRate: 0.1, weightDecay: 0 };
        take(plain, gradient, rates);
        take(averaging, gradient, { ...rates, averageShare: averageShare(decay, i + 1) });
        seen.push(await parametersOf(plain));
        expect(await parametersOf(averaging)).toEqual(seen.at(-1));
        const average = (await averaging.read()).average as Float32Array;
        expect(await predictingOf(averaging)).toEqual(average);
        // The weighted mean of all parameters so far, summed up at once.
        const weights = seen.map((_, k) => decay ** (seen.length - 1 - k));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        average.forEach((value, j) => {
          const expected = seen.reduce((sum, own, k) => sum + (own[j] as number) * (weights[k] as number), 0) / total;
          expect(Math.abs(value - expected)).toBeLessThan(1e-6);
        });
      }
      expect(await predictingOf(plain)).toEqual(await parametersOf(plain));
      for (const optimizer of [averaging, plain]) optimizer.dispose();
    },
  );

  test('an average is taken over and read; where there was none it starts as the parameters', async () => {
    const start = Float32Array.of(1, 2, 3);
    const [old, plain] = [averager('adamw', start), new Optimizer('adamw', start, noDecay(3))];
    const rates = { learningRate: 0.5, weightDecay: 0, averageShare: 0.25 };
    for (const optimizer of [old, plain]) take(optimizer, [1, -1, 1], rates);
    const { parameters, average } = await old.read();
    expect(average).not.toEqual(parameters);
    expect((await plain.read()).average).toBeNull();
    const reversed = (vector: tf.Tensor1D) => tf.tidy(() => tf.reverse1d(vector));
    const heirs = [old, plain].map((parent) => {
      const heir = averager('adamw', new Float32Array(3));
      heir.adoptParameters(parent, reversed);
      return heir;
    });
    expect((await heirs[0]?.read())?.average).toEqual(average?.toReversed());
    expect((await heirs[1]?.read())?.average).toEqual(parameters.toReversed());
    const restored = averager('adamw', new Float32Array(3));
    restored.restore(await old.read(), 1);
    expect(await restored.read()).toEqual(await old.read());
    restored.restore(await plain.read(), 1);
    expect((await restored.read()).average).toEqual(parameters);
    for (const optimizer of [old, plain, restored, ...heirs]) optimizer.dispose();
  });

  test('the tensor of the parameters is fit for computing with after an update', async () => {
    const optimizer = new Optimizer('sgd', Float32Array.of(1, 2, 3), noDecay(3));
    take(optimizer, [1, 1, 1], { learningRate: 0.5, weightDecay: 0 });
    const doubled = tf.tidy(() => tf.mul(optimizer.parameters, tf.tensor1d([2, 2, 2])));
    expect([...(await doubled.data())]).toEqual([1, 3, 5]);
    doubled.dispose();
    optimizer.dispose();
  });

  test('vectors of another length are refused', () => {
    expect(() => new Optimizer('sgd', new Float32Array(3), mask)).toThrow(RangeError);
    const optimizer = started('adamw');
    const [four, three] = [new Float32Array(4), new Float32Array(3)];
    const given = { parameters: four, moments: [four, four], average: null };
    expect(() => optimizer.restore({ ...given, moments: [four] }, 1)).toThrow(RangeError);
    expect(() => optimizer.restore({ ...given, moments: [four, three] }, 1)).toThrow(RangeError);
    expect(() => optimizer.restore({ ...given, parameters: three }, 1)).toThrow(RangeError);
    const averaging = averager('adamw', four);
    expect(() => averaging.restore({ ...given, average: three }, 1)).toThrow(RangeError);
    expect([optimizer.updates, averaging.updates]).toEqual([0, 0]);
    for (const own of [optimizer, averaging]) own.dispose();
  });

  afterEach(() => {
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });
});
