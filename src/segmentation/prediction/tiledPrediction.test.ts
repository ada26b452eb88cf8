import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NetworkSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { givenStatisticsOps, type NetworkStatistics } from '../models/groupStatistics.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import { haloPx } from '../models/receptiveField.ts';
import { networkFor } from '../models/registry.ts';
import { applyNetwork, tensorOps } from '../models/tensorOps.ts';
import { normFreeLogits, randomParameters } from '../normFreeTestTools.ts';
import type { StandardizedPicture } from '../picture.ts';
import { Random } from '../random.ts';
import { measureStatistics, predictTiled } from './tiledPrediction.ts';
import { planTiles, type TilePlan } from './tiles.ts';

const OUTPUTS = 3;
const NETWORKS: readonly NetworkSettings[] = [
  { kind: 'unet', width: 4, depth: 3, stride: 1 },
  { kind: 'unet', width: 4, depth: 2, stride: 2 },
  { kind: 'context', width: 4, depth: 4, stride: 1 },
  { kind: 'pretrained', width: 4, depth: 2, stride: 1 },
];

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
});

/** Noise whose contrast and brightness change over the picture, so that no part has the statistics of the whole. */
function patchy(width: number, height: number): StandardizedPicture {
  const random = Random.fromSeed(4);
  const values = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    return (0.3 + x / width) * random.normal() + Math.sin(x / 20);
  });
  return { width, height, values };
}

function tilesOf(network: NetworkDescription, { width, height }: StandardizedPicture, rampPx: number): TilePlan {
  const { sizeMultiple } = network;
  const plan = planTiles(width, height, { sizeMultiple, haloPx: haloPx(network), rampPx, maxPixels: 80 * 80 });
  expect(plan.columns.length * plan.rows.length).toBeGreaterThan(3);
  return plan;
}

/** Logits `[H, W, outputs]` of one pass, by class and probability too. */
async function onePass(picture: StandardizedPicture, logitsOf: (input: tf.Tensor4D) => tf.Tensor4D) {
  const { width, height, values } = picture;
  const [logits, channels, largest] = tf.tidy(() => {
    const all = logitsOf(tf.tensor4d(values, [1, height, width, 3]));
    return [all, tf.argMax(all, 3), tf.max(tf.softmax(all), 3)] as const;
  });
  const result = {
    logits: (await logits.data()) as Float32Array,
    channels: await channels.data(),
    largest: await largest.data(),
  };
  tf.dispose([logits, channels, largest]);
  return result;
}

/** A picture filled up with zeros to whole strides, as `applyNetwork` does. */
function filledUp(picture: StandardizedPicture, { sizeMultiple }: NetworkDescription): StandardizedPicture {
  const padded = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple;
  const [width, height] = [padded(picture.width), padded(picture.height)];
  const values = new Float32Array(3 * width * height);
  for (let y = 0; y < picture.height; y++) {
    const row = picture.values.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
    values.set(row, 3 * y * width);
  }
  return { width, height, values };
}

const noWait = async () => undefined;

describe.each(NETWORKS)('$kind, depth $depth, stride $stride', (settings) => {
  const network = networkFor(settings);

  test.each([0, 8])('without normalisation, ramps of %i px: tiles say what one pass says', async (rampPx) => {
    const picture = patchy(131, 118);
    const parameters = randomParameters(network, OUTPUTS, 1);
    const before = tf.memory().numTensors;
    const plan = tilesOf(network, picture, rampPx);
    const padded = filledUp(picture, network);
    const whole = await onePass(padded, (input) => normFreeLogits(network, parameters, input, OUTPUTS));
    const tiles: tf.Tensor4D[] = [];
    const predictLogits = (input: tf.Tensor4D) => {
      const logits = normFreeLogits(network, parameters, input, OUTPUTS);
      tiles.push(tf.keep(tf.clone(logits)));
      return logits;
    };
    const predicted = await predictTiled(picture, plan, predictLogits, OUTPUTS, noWait);
    const scale = whole.logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    const spans = plan.rows.flatMap((row) => plan.columns.map((column) => ({ row, column })));
    expect(tiles.length).toBe(spans.length);
    let worst = 0;
    for (const [i, { row, column }] of spans.entries()) {
      const logits = (await tiles[i]?.data()) ?? new Float32Array();
      for (let y = row.saidStart; y < row.saidEnd; y++) {
        for (let x = column.saidStart; x < column.saidEnd; x++) {
          const inTile = ((y - row.start) * plan.tileWidth + x - column.start) * OUTPUTS;
          const inWhole = (y * padded.width + x) * OUTPUTS;
          for (let c = 0; c < OUTPUTS; c++) {
            const error = Math.abs((logits[inTile + c] ?? Number.NaN) - (whole.logits[inWhole + c] ?? Number.NaN));
            worst = Math.max(worst, error);
          }
        }
      }
    }
    expect(worst / scale).toBeLessThan(1e-5);
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < picture.width; x++) {
        const pixel = y * picture.width + x;
        const inWhole = y * padded.width + x;
        expect(predicted.channelMap[pixel]).toBe(whole.channels[inWhole]);
        expect(
          Math.abs((predicted.confidence[pixel] ?? Number.NaN) - 255 * (whole.largest[inWhole] ?? 0)),
        ).toBeLessThan(0.51);
      }
    }
    tf.dispose(tiles);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([...parameters.values()]);
  });

  test('with group normalisation and the whole picture’s statistics, too', async () => {
    const picture = patchy(131, 118);
    const parameters = randomParameters(network, OUTPUTS, 2);
    const before = tf.memory().numTensors;
    const plan = tilesOf(network, picture, 0);
    const whole = await onePass(picture, (input) => applyNetwork(network, parameters, input, OUTPUTS));
    const statistics = await measureStatistics(picture, plan, network, parameters, noWait);
    const share = async (given: NetworkStatistics) => {
      const logitsOf = (input: tf.Tensor4D) => network.describe(givenStatisticsOps(parameters, given), input, OUTPUTS);
      const { channelMap } = await predictTiled(picture, plan, logitsOf, OUTPUTS, noWait);
      return channelMap.filter((channel, i) => channel !== whole.channels[i]).length / channelMap.length;
    };
    // Only near-ties may fall otherwise; with every tile's own statistics far more pixels do.
    expect(await share(statistics)).toBeLessThan(5e-4);
    expect(await share(new Map())).toBeGreaterThan(5e-3);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([...parameters.values()]);
  });

  test('measures what one pass normalises by', async () => {
    const picture = patchy(131, 118);
    const parameters = randomParameters(network, OUTPUTS, 3);
    const maps = new Map<string, tf.Tensor4D>();
    tf.tidy(() => {
      const { width, height, values } = filledUp(picture, network);
      const ops = tensorOps(parameters, null);
      const watched: typeof ops = {
        ...ops,
        normRelu(x, name, channels) {
          maps.set(name, tf.keep(tf.clone(x)));
          return ops.normRelu(x, name, channels);
        },
      };
      network.describe(watched, tf.tensor4d(values, [1, height, width, 3]), OUTPUTS);
    });
    const plan = tilesOf(network, picture, 0);
    const statistics = await measureStatistics(picture, plan, network, parameters, noWait);
    expect([...statistics.keys()]).toEqual([...maps.keys()]);
    for (const [name, map] of maps) {
      const values = (await map.data()) as Float32Array;
      const channels = map.shape[3];
      // Maps of four and eight channels have groups of two.
      for (let first = 0; first < channels; first += 2) {
        const group = values.filter((_, i) => i % channels === first || i % channels === first + 1);
        const mean = group.reduce((sum, v) => sum + v, 0) / group.length;
        const variance = group.reduce((sum, v) => sum + (v - mean) ** 2, 0) / group.length;
        const measured = statistics.get(name);
        for (const channel of [first, first + 1]) {
          expect(Math.abs((measured?.mean[channel] ?? Number.NaN) - mean) / Math.sqrt(variance)).toBeLessThan(1e-4);
          expect(Math.abs((measured?.variance[channel] ?? Number.NaN) / variance - 1)).toBeLessThan(1e-4);
        }
      }
    }
    tf.dispose([...maps.values(), ...parameters.values()]);
  });
});

test('WebGPU measures and predicts as WebAssembly does', async () => {
  const network = networkFor({ kind: 'unet', width: 4, depth: 2, stride: 1 });
  const picture = patchy(70, 61);
  const { sizeMultiple } = network;
  const plan = planTiles(70, 61, { sizeMultiple, haloPx: haloPx(network), rampPx: 4, maxPixels: 48 * 48 });
  expect(plan.columns.length * plan.rows.length).toBeGreaterThan(1);
  const run = async (backend: string) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const parameters = randomParameters(network, OUTPUTS, 1);
    const statistics = await measureStatistics(picture, plan, network, parameters, noWait);
    const logitsOf = (input: tf.Tensor4D) =>
      network.describe(givenStatisticsOps(parameters, statistics), input, OUTPUTS);
    const { confidence } = await predictTiled(picture, plan, logitsOf, OUTPUTS, noWait);
    tf.dispose([...parameters.values()]);
    return { statistics, confidence };
  };
  try {
    const gpu = await run('webgpu');
    const wasm = await run('wasm');
    for (const [name, { mean, variance }] of wasm.statistics) {
      const other = gpu.statistics.get(name);
      for (const [i, value] of mean.entries()) expect(other?.mean[i]).toBeCloseTo(value, 4);
      for (const [i, value] of variance.entries()) expect((other?.variance[i] ?? Number.NaN) / value).toBeCloseTo(1, 4);
    }
    const differences = wasm.confidence.map((value, i) => Math.abs(value - (gpu.confidence[i] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  } finally {
    await tf.setBackend('wasm');
  }
});

test('ends when giving way rejects, and leaves nothing behind', async () => {
  const network = networkFor({ kind: 'unet', width: 4, depth: 2, stride: 1 });
  const parameters = randomParameters(network, OUTPUTS, 1);
  const picture = patchy(131, 118);
  const plan = tilesOf(network, picture, 8);
  const before = tf.memory().numTensors;
  let tiles = 0;
  const cancelAtSecond = async () => {
    tiles++;
    if (tiles === 2) throw new Error('cancelled');
  };
  const logitsOf = (input: tf.Tensor4D) => applyNetwork(network, parameters, input, OUTPUTS);
  await expect(predictTiled(picture, plan, logitsOf, OUTPUTS, cancelAtSecond)).rejects.toThrow('cancelled');
  tiles = 0;
  await expect(measureStatistics(picture, plan, network, parameters, cancelAtSecond)).rejects.toThrow('cancelled');
  expect(tiles).toBe(2);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([...parameters.values()]);
});
