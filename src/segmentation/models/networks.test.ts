import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NetworkSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { pretrainedLayers } from '../pretrained/pretrainedLayers.ts';
import { PretrainedTensors } from '../pretrained/pretrainedTensors.ts';
import { groupsFor, layerByLayer, type NetworkOps, oneAfterAnother, type PretrainedShape } from './networkOps.ts';
import { collectParameters, decayMask, flatLength, initialParameters, parameterCount } from './parameters.ts';
import { receptiveFieldPx } from './receptiveField.ts';
import { networkFor } from './registry.ts';
import { applyNetwork, splitParameters, tensorOps } from './tensorOps.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
  expect(await tf.setBackend('cpu')).toBe(true);
});

const SETTINGS: readonly NetworkSettings[] = [
  { kind: 'unet', width: 4, depth: 1, stride: 1 },
  { kind: 'unet', width: 4, depth: 3, stride: 1 },
  { kind: 'unet', width: 5, depth: 2, stride: 2 },
  { kind: 'unet', width: 4, depth: 2, stride: 4 },
  { kind: 'plainUnet', width: 4, depth: 3, stride: 1 },
  { kind: 'plainUnet', width: 6, depth: 2, stride: 2 },
  { kind: 'context', width: 4, depth: 3, stride: 1 },
  { kind: 'context', width: 6, depth: 5, stride: 2 },
  { kind: 'pretrained', width: 4, depth: 1, stride: 4 },
  { kind: 'pretrained', width: 4, depth: 2, stride: 1 },
  { kind: 'pretrained', width: 4, depth: 2, stride: 2 },
];

/** Deeper than a receptive field can be looked for in a second. */
const DEEP: readonly NetworkSettings[] = [
  { kind: 'pretrained', width: 4, depth: 4, stride: 1 },
  { kind: 'pretrained', width: 4, depth: 5, stride: 1 },
];

describe('parameters', () => {
  test('lie one after another in the flat vector, each where a graphics processor can bind it', () => {
    for (const settings of SETTINGS) {
      const specs = collectParameters(networkFor(settings), 3);
      let end = 0;
      for (const spec of specs) {
        expect(spec.start).toBe(Math.ceil(end / 64) * 64);
        end = spec.start + spec.size;
      }
      expect(flatLength(specs)).toBe(end);
      expect(specs.reduce((sum, spec) => sum + spec.size, 0)).toBe(parameterCount(specs));
      expect(specs.slice(-2).map((spec) => spec.kind)).toEqual(['headKernel', 'headBias']);
    }
  });

  test('are as many as a sum by hand says', () => {
    // Stem 3·3·3·8 + 2·8; down 3·3·8·16 + 2·16; narrow 16·8; two joined 3·3·8·8, + 2·8; head 8·3 + 3.
    const specs = collectParameters(networkFor({ kind: 'unet', width: 8, depth: 2, stride: 1 }), 3);
    expect(parameterCount(specs)).toBe(232 + 1184 + 128 + 1168 + 27);
  });

  test('start with the variance of He et al., ones and zeros; only kernels decay', () => {
    const specs = collectParameters(networkFor({ kind: 'unet', width: 16, depth: 3, stride: 1 }), 2);
    const values = initialParameters(specs, 1, [0, 1]);
    const mask = decayMask(specs);
    for (const { kind, shape, start, size, name } of specs) {
      const own = values.subarray(start, start + size);
      expect(new Set(mask.subarray(start, start + size)), name).toEqual(new Set([name.endsWith('kernel') ? 1 : 0]));
      if (kind === 'gain') expect(new Set(own)).toEqual(new Set([1]));
      if (kind === 'offset' || kind === 'headBias') expect(new Set(own)).toEqual(new Set([0]));
      if (kind !== 'kernel') continue;
      const fanIn = size / (shape[3] ?? 0);
      const variance = own.reduce((sum, v) => sum + v * v, 0) / size;
      // The standard error of a normal sample's variance is √(2/n) of it.
      expect(Math.abs((variance * fanIn) / 2 - 1), name).toBeLessThan(4 * Math.sqrt(2 / size));
    }
  });

  test("a class's output starts alike whatever its place", () => {
    const network = networkFor({ kind: 'unet', width: 4, depth: 1, stride: 1 });
    const column = (keys: readonly number[], of: number) => {
      const specs = collectParameters(network, keys.length);
      const head = specs.find((spec) => spec.kind === 'headKernel');
      const start = head?.start ?? Number.NaN;
      const values = initialParameters(specs, 5, keys);
      return Array.from({ length: 4 }, (_, i) => values[start + i * keys.length + keys.indexOf(of)]);
    };
    expect(column([7, 3], 3)).toEqual(column([3, 9, 7], 3));
    expect(column([7, 3], 3)).not.toEqual(column([7, 3], 7));
  });
});

test.each([4, 5, 6, 7, 12, 16, 24, 32, 62, 64])('%i channels have groups that divide them', (channels) => {
  const groups = groupsFor(channels);
  expect(channels % groups).toBe(0);
  expect(groups).toBeLessThanOrEqual(8);
  expect(channels / groups).toBeGreaterThanOrEqual(2);
});

/** In place of a pretrained convolution: all weights positive and alike, and a gradient. */
function evenConvolution(x: tf.Tensor4D, _name: string, { kernel, stride = 1, outputs, depthwise }: PretrainedShape) {
  const inputs = x.shape[3];
  if (depthwise) return tf.depthwiseConv2d(x, tf.ones([kernel, kernel, inputs, 1]), stride, 'same');
  return tf.conv2d(x, tf.fill<tf.Rank.R4>([kernel, kernel, inputs, outputs], 1 / inputs), stride, 'same');
}

describe('receptive field', () => {
  test.each(SETTINGS)('$kind, depth $depth, stride $stride: the support of a gradient', async (settings) => {
    const network = networkFor(settings);
    const specs = collectParameters(network, 1);
    const side = receptiveFieldPx(network);
    // Room for the whole field on either side of a full period of positions.
    const period = network.sizeMultiple;
    const size = Math.ceil((2 * side + period) / period) * period;
    const origin = Math.floor(size / 2 / period) * period;
    let widest = 0;
    for (let position = origin; position < origin + period; position++) {
      const gradient = tf.tidy(() => {
        // All weights positive, no normalisation, means for maxima: nothing can cancel or be passed over.
        const parameters = splitParameters(tf.ones([flatLength(specs)]), specs);
        const computing = tensorOps(parameters, null);
        const ops: NetworkOps<tf.Tensor4D> = {
          ...computing,
          // What learns or not makes no difference to what a logit depends on.
          convolution: (x, name, shape, addend) =>
            computing.convolution(x, name, { ...shape, pretrainedInput: false }, addend),
          normRelu: (x: tf.Tensor4D) => x,
          maxPool: (x: tf.Tensor4D) => tf.avgPool(x, 2, 2, 'valid'),
          pretrainedConvolution: evenConvolution,
          joinedConvolution: (first, second) => oneAfterAnother(ops, first, second),
          invertedResidual: (x, name, shape) => layerByLayer(ops, x, name, shape),
        };
        const logit = (picture: tf.Tensor) => {
          const logits = network.describe(ops, picture as tf.Tensor4D, 1);
          return tf.sum(tf.slice4d(logits, [0, position, position, 0], [1, 1, 1, 1]));
        };
        const byPicture = tf.grad(logit)(tf.ones<tf.Rank.R4>([1, size, size, 3]));
        return tf.greater(tf.sum(byPicture, [0, 1, 3]), 0);
      });
      const support = [...(await gradient.data())];
      widest = Math.max(widest, support.lastIndexOf(1) - support.indexOf(1) + 1);
      gradient.dispose();
    }
    expect(widest).toBe(side);
  });
});

const withPretrained = (learned: Iterable<[string, tf.Tensor]>, { byName }: PretrainedTensors) =>
  new Map<string, tf.Tensor>([...learned, ...byName]);

describe('any size of picture', () => {
  test.each([
    [1, 1],
    [7, 9],
    [8, 5],
  ])('%i×%i has logits of its own size', async (height, width) => {
    expect(await tf.setBackend('wasm')).toBe(true);
    for (const settings of [...SETTINGS, ...DEEP]) {
      const network = networkFor(settings);
      const specs = collectParameters(network, 3);
      const pretrained = new PretrainedTensors(pretrainedLayers(network));
      const shape = tf.tidy(() => {
        const parameters = splitParameters(tf.tensor1d(initialParameters(specs, 1, [0, 1, 2])), specs);
        return applyNetwork(network, withPretrained(parameters, pretrained), tf.zeros([2, height, width, 3]), 3).shape;
      });
      pretrained.dispose();
      expect(shape).toEqual([2, height, width, 3]);
    }
  });
});

describe('every backend agrees with cpu', () => {
  const run = async (backend: string, settings: NetworkSettings) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const network = networkFor(settings);
    const specs = collectParameters(network, 2);
    const before = tf.memory().numTensors;
    const pretrained = new PretrainedTensors(pretrainedLayers(network));
    const [logits, gradient] = tf.tidy(() => {
      const flat = tf.tensor1d(initialParameters(specs, 3, [0, 1]));
      const picture = tf.randomNormal<tf.Rank.R4>([1, 10, 12, 3], 0, 1, 'float32', 9);
      const weight = tf.randomNormal<tf.Rank.R4>([1, 10, 12, 2], 0, 1, 'float32', 10);
      const parameters = splitParameters(flat, specs);
      const names = [...parameters.keys()];
      const logitsOf = (...tensors: tf.Tensor[]) => {
        const byName = withPretrained(
          names.map((name, i) => [name, tensors[i] as tf.Tensor]),
          pretrained,
        );
        return applyNetwork(network, byName, picture, 2);
      };
      const loss = (...tensors: tf.Tensor[]) => tf.sum(tf.mul(logitsOf(...tensors), weight));
      const gradients = tf.grads(loss)([...parameters.values()]);
      const flatGradient = tf.concat(gradients.map((one) => tf.reshape(one, [-1])));
      return [logitsOf(...parameters.values()), flatGradient] as const;
    });
    const values = { logits: [...(await logits.data())], gradient: [...(await gradient.data())] };
    tf.dispose([logits, gradient]);
    pretrained.dispose();
    expect(tf.memory().numTensors).toBe(before);
    return values;
  };

  /** Of each kind one, and the deepest: each has programs of its own to compile. */
  const few = SETTINGS.filter(({ kind }, i) => SETTINGS.findIndex((other) => other.kind === kind) === i);
  const ofBackend = (backend: string) =>
    backend === 'webgpu' && !IS_LONG ? [...few, ...DEEP.slice(-1)] : [...SETTINGS, ...DEEP];

  test.each(
    [...SETTINGS, ...DEEP].map((settings) => ({
      ...settings,
      backends: ['wasm', 'webgpu'].filter((backend) => ofBackend(backend).includes(settings)),
    })),
  )('$kind, depth $depth, stride $stride on $backends', async ({ backends, ...settings }) => {
    const expected = await run('cpu', settings);
    for (const backend of backends) {
      const actual = await run(backend, settings);
      for (const key of ['logits', 'gradient'] as const) {
        const scale = Math.max(...expected[key].map(Math.abs));
        expect(actual[key].length).toBe(expected[key].length);
        actual[key].forEach((value, i) => {
          expect(Math.abs(value - (expected[key][i] ?? Number.NaN)) / scale, backend).toBeLessThan(1e-4);
        });
      }
    }
  });
});
