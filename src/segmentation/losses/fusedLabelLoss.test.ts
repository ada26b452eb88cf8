import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { maskedSoftmaxLoss } from '../kernels/maskedLoss/maskedLoss.ts';
import { composedLabelLoss } from './composedLabelLoss.ts';
import { focal } from './focal.ts';
import { labelLoss } from './labelLoss.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';
import { configOf, greatestError, PAIRS, selectBackend, spread } from './lossTestTools.ts';

const U = UNLABELED;
type Shape3D = [number, number, number];

interface Case {
  readonly pair: (typeof PAIRS)[number];
  readonly shape: Shape3D;
  readonly classCount: number;
  readonly labels: readonly number[];
  readonly weight: readonly number[] | null;
  readonly residentWeight: boolean;
  readonly labelSmoothing: number;
  readonly backgroundChannel: number;
  readonly denominator: number | null;
  readonly dy: number;
  readonly seed: number;
}

const side = fc.integer({ min: 1, max: 5 });
const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.tuple(side, side, side), fc.integer({ min: 1, max: 32 }), fc.constantFrom('some', 'none', 'all'))
  .chain(([shape, classCount, labeled]) => {
    const pixels = shape[0] * shape[1] * shape[2];
    const channel = fc.integer({ min: 0, max: classCount - 1 });
    const label = { some: fc.oneof(channel, fc.constant(U)), none: fc.constant(U), all: channel }[labeled];
    const weight = fc.constantFrom(0, 0.25, 1, 3);
    return fc.record({
      pair: fc.constantFrom(...PAIRS),
      shape: fc.constant(shape),
      classCount: fc.constant(classCount),
      labels: fc.array(label as fc.Arbitrary<number>, { minLength: pixels, maxLength: pixels }),
      weight: fc.option(fc.array(weight, { minLength: classCount, maxLength: classCount })),
      residentWeight: fc.boolean(),
      labelSmoothing: fc.constantFrom(0, 0.1, 0.5),
      backgroundChannel: channel,
      denominator: fc.option(fc.constantFrom(0, 0.5, 7)),
      dy: fc.constantFrom(1, -0.5, 3),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
  });

interface Outcome {
  readonly loss: number[];
  readonly gradient: number[];
  readonly stats: number[];
}

const channelsOf = (c: Case) => c.classCount + (c.pair[1] === 'extraClass' ? 1 : 0);
const logitsOf = (c: Case) => spread(c.labels.length * channelsOf(c), c.seed);

/** The weight of every channel, the extra one's included. */
function weightsOf({ weight, classCount }: Case): number[] {
  return [...(weight ?? Array<number>(classCount).fill(1)), 1];
}

async function outcome(loss: typeof labelLoss, c: Case): Promise<Outcome> {
  const [kind, treatment] = c.pair;
  const stats: tf.Tensor1D[] = [];
  const { value, grad } = tf.tidy(() => {
    const resident = () => tf.tensor1d(weightsOf(c).slice(0, channelsOf(c)));
    const config: LabelLossConfig = {
      loss: kind,
      treatment,
      classCount: c.classCount,
      weight: c.weight !== null && c.residentWeight ? resident() : c.weight,
      labelSmoothing: c.labelSmoothing,
      backgroundChannel: c.backgroundChannel,
      ...(c.denominator !== null && { denominator: tf.scalar(c.denominator) }),
      onStats: (given) => stats.push(given),
    };
    const labels = tf.tensor3d([...c.labels], c.shape, 'int32');
    const logits = tf.tensor4d(logitsOf(c), [...c.shape, channelsOf(c)]);
    return tf.valueAndGrad((z: tf.Tensor) => loss(z as tf.Tensor4D, labels, config))(logits, tf.scalar(c.dy));
  });
  expect(stats).toHaveLength(1);
  const [lossValues, gradient, statValues] = await Promise.all(
    [value, grad, stats[0] as tf.Tensor1D].map(async (tensor) => [...(await tensor.data())]),
  );
  tf.dispose([value, grad, stats]);
  return { loss: lossValues as number[], gradient: gradient as number[], stats: statValues as number[] };
}

/** Denominator, correct and labeled pixels as the definitions have them, one pixel after the other. */
function counted(c: Case): number[] {
  const [kind, treatment] = c.pair;
  const channels = channelsOf(c);
  const logits = logitsOf(c);
  const weights = weightsOf(c);
  const trainedAs = { ignore: null, allPixelMean: null, zeroedInput: 0, asBackground: c.backgroundChannel };
  const unlabeled = treatment === 'extraClass' ? c.classCount : trainedAs[treatment];
  let denominator = 0;
  let correct = 0;
  let labeled = 0;
  c.labels.forEach((y, i) => {
    const trained = y === U ? unlabeled : y;
    if (treatment === 'allPixelMean') denominator += kind === 'mse' ? channels : 1;
    else if (trained !== null) denominator += kind === 'mse' ? channels : (weights[trained] as number);
    if (y === U) return;
    labeled++;
    const row = logits.slice(i * channels, (i + 1) * channels);
    if (row.indexOf(Math.max(...row)) === y) correct++;
  });
  return [kind === 'dice' ? 0 : (c.denominator ?? denominator), correct, labeled];
}

// The composition of stock operations on the CPU, which pytorch.test.ts holds against PyTorch.
describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s the kernel is the composition', (backend) => {
  test('in value, gradient and counts', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        await selectBackend('cpu');
        const composed = await outcome(composedLabelLoss, c);
        await selectBackend(backend);
        const fused = await outcome(labelLoss, c);
        expect(greatestError(fused.loss, composed.loss)).toBeLessThan(2e-6);
        // Terms of order 1 are rounded before they are multiplied by this.
        const [denominator = 0] = counted(c);
        const factor = denominator > 0 ? Math.max(1, Math.abs(c.dy) / denominator) : 1;
        expect(greatestError(fused.gradient, composed.gradient)).toBeLessThan(2e-6 * factor);
        expect(fused.stats).toEqual([...fused.loss, ...counted(c)]);
        const given = c.pair[0] === 'dice' ? 0 : (c.denominator ?? 0);
        expect(composed.stats).toEqual([...composed.loss, given, ...counted(c).slice(1)]);
      }),
      { numRuns: (backend === 'webgpu' ? 25 : 300) * (IS_LONG ? 10 : 1) },
    );
  });

  test.each([0, 0.5, 1, 2, 3.5])('for γ = %f, where p is 1, too', async (gamma) => {
    const logits = [...spread(12, 4), 300, 0, -300];
    const labels = [0, U, 2, 1, 0];
    const run = async (loss: (z: tf.Tensor, y: tf.Tensor, w: tf.Tensor1D) => tf.Scalar) => {
      const { value, grad } = tf.tidy(() => {
        const [y, w] = [tf.tensor1d(labels, 'int32'), tf.tensor1d([0.5, 2, 1])];
        return tf.valueAndGrad((z: tf.Tensor) => loss(z, y, w))(tf.tensor2d(logits, [5, 3]));
      });
      const values = [...(await value.data()), ...(await grad.data())];
      tf.dispose([value, grad]);
      return values;
    };
    await selectBackend('cpu');
    const composed = await run((z, y, weight) => focal(z, y, { gamma, weight, labelSmoothing: 0.1 }));
    await selectBackend(backend);
    const fused = await run((z, y, weight) =>
      maskedSoftmaxLoss(z, y, {
        cost: 'logarithmic',
        gamma,
        labelSmoothing: 0.1,
        unlabeledAs: 'ignored',
        meanOver: 'counted',
        weight,
        pixelWeight: null,
        denominator: null,
        onStats: null,
      }),
    );
    expect(greatestError(fused, composed)).toBeLessThan(2e-6);
  });
});

/** Makes a label loss and its gradient, and lets go of both. */
function evaluate(config: LabelLossConfig, labels: tf.Tensor3D, logits: tf.Tensor4D, dy?: tf.Scalar): void {
  const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => labelLoss(z as tf.Tensor4D, labels, config))(logits, dy);
  tf.dispose([value, grad]);
}

describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(() => selectBackend(backend));

  test('among equal logits the lowest channel is the prediction', async () => {
    for (const loss of ['crossEntropy', 'dice'] as const) {
      const logits = tf.tensor4d([1, 1, 0, 0, 2, 2, 3, 3, 3, 5, 5, 5], [1, 1, 4, 3]);
      const labels = tf.tensor3d([0, 2, 0, U], [1, 1, 4], 'int32');
      const stats: tf.Tensor1D[] = [];
      labelLoss(logits, labels, configOf(loss, 'ignore', { onStats: (given) => stats.push(given) })).dispose();
      const [, , correct, labeled] = await (stats[0] as tf.Tensor1D).data();
      expect([correct, labeled]).toEqual([2, 3]);
      tf.dispose([logits, labels, stats]);
    }
  });

  test('a million pixels are added up as they would be in double precision, and counted exactly', async () => {
    const sidePx = 1024;
    const margins = Float32Array.from({ length: sidePx * sidePx }, (_, i) => ((i * 7919) % 1000) / 250);
    const labels = Int32Array.from(margins, (_, i) => (i % 5 === 0 ? 1 : 0));
    // Two logits, m and 0: −log p is log(1 + e^−m) for label 0 and log(1 + e^m) for label 1.
    const truth = margins.reduce((sum, m, i) => sum + Math.log1p(Math.exp(labels[i] === 0 ? -m : m)), 0);
    const correct = margins.filter((m, i) => labels[i] === (m >= 0 ? 0 : 1)).length;
    const logits = new Float32Array(2 * margins.length);
    margins.forEach((m, i) => {
      logits[2 * i] = m;
    });
    const stats: tf.Tensor1D[] = [];
    const config = configOf('crossEntropy', 'ignore', { classCount: 2, onStats: (given) => stats.push(given) });
    const z = tf.tensor4d(logits, [1, sidePx, sidePx, 2]);
    const y = tf.tensor3d(labels, [1, sidePx, sidePx], 'int32');
    evaluate(config, y, z);
    const [loss = Number.NaN, ...counts] = await (stats[0] as tf.Tensor1D).data();
    expect(counts).toEqual([margins.length, correct, margins.length]);
    expect(Math.abs(loss / (truth / margins.length) - 1)).toBeLessThan(5e-7);
    tf.dispose([z, y, stats]);
  });

  test.each(PAIRS)('%s under %s leaves nothing behind, step after step', (...pair) => {
    const channels = pair[1] === 'extraClass' ? 4 : 3;
    const labels = tf.tensor3d([0, U, 1, 2, U, U], [1, 2, 3], 'int32');
    const logits = tf.tensor4d(spread(6 * channels, 3), [1, 2, 3, channels]);
    const weight = tf.tensor1d(spread(channels, 4).map(Math.abs));
    const denominator = tf.scalar(4);
    // Some callees take the stats at once, some when the step is over.
    const late: tf.Tensor1D[] = [];
    let calls = 0;
    const onStats = (stats: tf.Tensor1D) => {
      if (calls++ % 2 === 0) stats.dispose();
      else late.push(stats);
    };
    const step = () => {
      evaluate(configOf(...pair, { weight, denominator, labelSmoothing: 0.1, onStats }), labels, logits);
      tf.dispose(late.splice(0));
    };
    step();
    const before = { tensors: tf.memory().numTensors, buffers: tf.backend().numDataIds() };
    for (let i = 0; i < 4; i++) step();
    expect(calls).toBe(5);
    expect({ tensors: tf.memory().numTensors, buffers: tf.backend().numDataIds() }).toEqual(before);
    tf.dispose([labels, logits, weight, denominator]);
  });
});

describe('on webgpu', () => {
  beforeAll(() => selectBackend('webgpu'));

  /** How many buffers are made during `run` that a processor fills: tfjs's uploads. */
  function uploadsDuring(run: () => void): number {
    const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
    const createBuffer = device.createBuffer;
    let uploads = 0;
    device.createBuffer = (descriptor) => {
      if (descriptor.mappedAtCreation === true) uploads++;
      return createBuffer.call(device, descriptor);
    };
    try {
      run();
    } finally {
      device.createBuffer = createBuffer;
    }
    return uploads;
  }

  test.each(PAIRS)('%s under %s uploads nothing when all it needs is resident', async (...pair) => {
    const channels = pair[1] === 'extraClass' ? 4 : 3;
    const labels = tf.tensor3d([0, U, 1, 2, U, U], [1, 2, 3], 'int32');
    const logits = tf.tensor4d(spread(6 * channels, 3), [1, 2, 3, channels]);
    const weight = tf.tensor1d(spread(channels, 4).map(Math.abs));
    const [denominator, dy] = [tf.scalar(4), tf.scalar(1)];
    const onStats = (stats: tf.Tensor1D) => stats.dispose();
    const config = configOf(...pair, { weight, denominator, labelSmoothing: 0.1, onStats });
    const step = () => evaluate(config, labels, logits, dy);
    // The first step uploads the tensors above, and shows that an upload is seen.
    expect(uploadsDuring(step)).toBeGreaterThan(0);
    expect(uploadsDuring(step)).toBe(0);
    tf.dispose([labels, logits, weight, denominator, dy]);
  });

  test('equal inputs give equal bits', async () => {
    const labels = tf.tensor3d(
      spread(4096, 5, 4).map((x) => (x < 0 ? U : Math.floor(x))),
      [1, 64, 64],
      'int32',
    );
    const logits = tf.tensor4d(spread(4096 * 4, 6), [1, 64, 64, 4]);
    for (const loss of ['crossEntropy', 'dice'] as const) {
      const config = configOf(loss, 'ignore', { classCount: 4 });
      const run = async () => {
        const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => labelLoss(z as tf.Tensor4D, labels, config))(logits);
        const values = [...(await value.data()), ...(await grad.data())];
        tf.dispose([value, grad]);
        return values;
      };
      expect(await run()).toEqual(await run());
    }
    tf.dispose([labels, logits]);
  });
});
