import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import type { NetworkSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { type BatchShape, ITEM_WORDS, sampleBatch } from '../kernels/batch/sampleBatch.ts';
import { crossEntropy } from '../losses/crossEntropy.ts';
import { haloPx } from '../models/receptiveField.ts';
import { networkFor } from '../models/registry.ts';
import { normFreeLogits, randomParameters } from '../normFreeTestTools.ts';
import { Random } from '../random.ts';
import { IDENTITY } from './augmentation.ts';
import { sampleAugmented } from './augmentationTestTools.ts';
import { batchSizeFor, type CropPlan, type CropRequest, planCrops, writeCropItems } from './crops.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
});

/** Blobs of random labels: at most `blobs` rectangles of up to 12 × 12 pixels in each of at most two neighbourhoods. */
function randomLabels(width: number, height: number, blobs: number, seed: number, classes = 3): Uint8Array {
  const random = Random.fromSeed(seed);
  const classIds = new Uint8Array(width * height).fill(UNLABELED);
  const centres = Array.from({ length: 2 }, () => [random.integer(0, width - 1), random.integer(0, height - 1)]);
  for (let blob = 0; blob < blobs; blob++) {
    const [centreX = 0, centreY = 0] = centres[blob % 2] ?? [];
    const x = Math.min(width - 1, Math.max(0, centreX + random.integer(-10, 10)));
    const y = Math.min(height - 1, Math.max(0, centreY + random.integer(-10, 10)));
    const id = random.integer(0, classes - 1);
    for (let row = y; row < Math.min(height, y + random.integer(1, 12)); row++) {
      classIds.fill(id, row * width + x, row * width + Math.min(width, x + random.integer(1, 12)));
    }
  }
  return classIds;
}

const scenes = fc.record({
  width: fc.integer({ min: 9, max: 200 }),
  height: fc.integer({ min: 9, max: 200 }),
  blobs: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
  sizeMultiple: fc.constantFrom(1, 4, 8, 16),
  halos: fc.integer({ min: 0, max: 3 }),
  square: fc.boolean(),
});

describe('a plan', () => {
  test('keeps its promises, or there is none', () => {
    fc.assert(
      fc.property(scenes, ({ width, height, blobs, seed, sizeMultiple, halos, square }) => {
        const classIds = randomLabels(width, height, blobs, seed);
        const halo = halos * sizeMultiple;
        const plan = planCrops(classIds, width, height, { sizeMultiple, haloPx: halo, square });
        fc.pre(plan !== null);
        const padded = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple;
        const [paddedWidth, paddedHeight] = [padded(width), padded(height)];
        expect([plan.width % sizeMultiple, plan.height % sizeMultiple]).toEqual([0, 0]);
        if (square) expect(plan.width).toBe(plan.height);
        expect(plan.batchSize).toBe(batchSizeFor(plan.crops.length));
        expect(3 * plan.batchSize * plan.width * plan.height).toBeLessThanOrEqual(2 * paddedWidth * paddedHeight);
        const cores = new Uint8Array(width * height);
        for (const { x, y, core } of plan.crops) {
          expect([x % sizeMultiple, y % sizeMultiple]).toEqual([0, 0]);
          expect(x >= 0 && y >= 0 && x + plan.width <= paddedWidth && y + plan.height <= paddedHeight).toBe(true);
          // On every side the window ends with the picture, or at least a halo beyond the core.
          const right = core.x + core.width;
          const bottom = core.y + core.height;
          expect(x === 0 || core.x - x >= halo).toBe(true);
          expect(y === 0 || core.y - y >= halo).toBe(true);
          expect(x + plan.width === paddedWidth || x + plan.width - right >= halo).toBe(true);
          expect(y + plan.height === paddedHeight || y + plan.height - bottom >= halo).toBe(true);
          expect(right <= width && bottom <= height).toBe(true);
          for (let row = core.y; row < bottom; row++) {
            for (let i = row * width + core.x; i < row * width + right; i++) cores[i] = (cores[i] ?? 0) + 1;
          }
        }
        expect(Math.max(...cores)).toBe(1);
        expect(classIds.every((id, i) => id === UNLABELED || cores[i] === 1)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  const request: CropRequest = { sizeMultiple: 8, haloPx: 32, square: false };
  const dab = (width: number, height: number, x: number, y: number, sidePx: number, onto?: Uint8Array) => {
    const classIds = onto?.slice() ?? new Uint8Array(width * height).fill(UNLABELED);
    for (let row = y; row < y + sidePx; row++) classIds.fill(1, row * width + x, row * width + x + sidePx);
    return classIds;
  };

  test('of one dab is one window: the dab and two halos', () => {
    const plan = planCrops(dab(512, 512, 240, 240, 16), 512, 512, request);
    expect(plan).toMatchObject({ width: 80, height: 80, batchSize: 1 });
    expect(plan?.crops).toMatchObject([{ x: 208, y: 208, core: { x: 240, y: 240, width: 16, height: 16 } }]);
  });

  test('in the corner needs no halo there', () => {
    expect(planCrops(dab(512, 512, 0, 0, 16), 512, 512, request)).toMatchObject({ width: 48, height: 48 });
    expect(planCrops(dab(512, 512, 496, 496, 16), 512, 512, request)).toMatchObject({ width: 48, height: 48 });
  });

  test('is none for labels all over, for none at all, and for a picture no larger than a window', () => {
    expect(planCrops(new Uint8Array(256 * 256), 256, 256, request)).toBeNull();
    expect(planCrops(new Uint8Array(256 * 256).fill(UNLABELED), 256, 256, request)).toBeNull();
    expect(planCrops(dab(64, 64, 30, 30, 4), 64, 64, request)).toBeNull();
  });

  test('stays while new labels fit it, and gives way to one a fifth smaller', () => {
    const first = dab(512, 512, 240, 240, 24);
    const plan = planCrops(first, 512, 512, request);
    expect(plan).toMatchObject({ width: 88, height: 88, batchSize: 1 });
    const small = dab(512, 512, 240, 240, 8);
    expect(planCrops(small, 512, 512, request)).toMatchObject({ width: 72, height: 72 });
    expect(planCrops(small, 512, 512, { ...request, previous: plan })).toMatchObject({ width: 72, height: 72 });
    const other = dab(512, 512, 100, 100, 16);
    expect(planCrops(other, 512, 512, { ...request, previous: plan })).toMatchObject({ width: 88, height: 88 });
    const outgrown = planCrops(dab(512, 512, 20, 400, 24, first), 512, 512, { ...request, previous: plan });
    expect(outgrown?.batchSize).toBeGreaterThan(1);
  });

  test('refuses a plane of another size', () => {
    expect(() => planCrops(new Uint8Array(10), 3, 4, request)).toThrow(RangeError);
  });
});

test('batches come in few sizes', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17, 24, 25].map(batchSizeFor)).toEqual([
    1, 2, 3, 4, 6, 6, 8, 8, 12, 12, 16, 16, 24, 24, 32,
  ]);
});

/** A picture of noise and its labels. */
interface Scene {
  readonly width: number;
  readonly height: number;
  readonly firstPixel: number;
  readonly values: Float32Array<ArrayBuffer>;
  readonly classIds: Uint8Array;
}

function sceneOf(width: number, height: number, classIds: Uint8Array, seed: number): Scene {
  const random = Random.fromSeed(seed);
  const values = Float32Array.from({ length: 3 * width * height }, () => random.normal());
  return { width, height, firstPixel: 0, values, classIds };
}

function sampled({ values, classIds }: Scene, items: Int32Array, shape: BatchShape) {
  return sampleBatch(
    tf.tensor2d(values, [classIds.length, 3]),
    tf.tensor1d(Int32Array.from(classIds), 'int32'),
    tf.tensor2d(items, [shape.batch, ITEM_WORDS], 'int32'),
    shape,
  );
}

describe('items of a plan', () => {
  const augmentations = fc.record({
    flipX: fc.boolean(),
    flipY: fc.boolean(),
    quarterTurns: fc.integer({ min: 0, max: 3 }),
    offsetX: fc.constant(0),
    offsetY: fc.constant(0),
    gain: fc.constant([1.5, 0.5, 2] as const),
    shift: fc.constant([0.25, -1, 0.5] as const),
  });

  test('are the windows, each augmented by itself, with the labels of its core', async () => {
    const [width, height] = [96, 80];
    const classIds = randomLabels(width, height, 4, 3);
    const scene = sceneOf(width, height, classIds, 1);
    const plan: CropPlan = {
      width: 32,
      height: 32,
      batchSize: 3,
      crops: [
        { x: 0, y: 48, core: { x: 0, y: 56, width: 20, height: 24 } },
        { x: 40, y: 16, core: { x: 48, y: 20, width: 17, height: 23 } },
      ],
    };
    const channelOfId = Uint8Array.from({ length: 256 }, (_, id) => id);
    await fc.assert(
      fc.asyncProperty(augmentations, async (augmentation) => {
        const items = new Int32Array(plan.batchSize * ITEM_WORDS);
        writeCropItems(items, plan, scene, () => augmentation);
        const batch = tf.tidy(() => sampled(scene, items, { batch: 3, width: 32, height: 32 }));
        const [pictures, labels] = await Promise.all([batch.picture.data(), batch.labels.data()]);
        plan.crops.forEach(({ x, y, core }, item) => {
          // The window cut out by hand, then augmented as a picture of its own.
          const window = { width: 32, height: 32, values: new Float32Array(3 * 32 * 32) };
          const own = new Uint8Array(32 * 32).fill(UNLABELED);
          for (let i = 0; i < 32 * 32; i++) {
            const [imageX, imageY] = [x + (i % 32), y + Math.floor(i / 32)];
            const pixel = imageY * width + imageX;
            window.values.set(scene.values.subarray(3 * pixel, 3 * pixel + 3), 3 * i);
            const across = imageX >= core.x && imageX < core.x + core.width;
            const down = imageY >= core.y && imageY < core.y + core.height;
            if (across && down) own[i] = classIds[pixel] ?? UNLABELED;
          }
          const expected = { picture: new Float32Array(3 * 32 * 32), labels: new Int32Array(32 * 32) };
          const source = { picture: window, classIds: own, channelOfId };
          sampleAugmented(source, augmentation, expected.picture, expected.labels);
          expect(pictures.slice(item * 3072, (item + 1) * 3072)).toEqual(expected.picture);
          expect(labels.slice(item * 1024, (item + 1) * 1024)).toEqual(expected.labels);
        });
        expect(new Set(pictures.slice(2 * 3072))).toEqual(new Set([0]));
        expect(new Set(labels.slice(2 * 1024))).toEqual(new Set([UNLABELED]));
        tf.dispose([batch.picture, batch.labels]);
      }),
      { numRuns: 20 },
    );
  });

  test('cannot be turned when they are not square', () => {
    const core = { x: 0, y: 0, width: 8, height: 8 };
    const plan: CropPlan = { width: 16, height: 8, batchSize: 1, crops: [{ x: 0, y: 0, core }] };
    const source = { width: 16, height: 8, firstPixel: 0 };
    const items = new Int32Array(ITEM_WORDS);
    expect(() => writeCropItems(items, plan, source, () => ({ ...IDENTITY, quarterTurns: 1 }))).toThrow('quarter');
  });
});

const NETWORKS: readonly NetworkSettings[] = [
  { kind: 'unet', width: 4, depth: 3, stride: 1 },
  { kind: 'unet', width: 4, depth: 2, stride: 2 },
  { kind: 'context', width: 4, depth: 4, stride: 1 },
  { kind: 'plainUnet', width: 4, depth: 3, stride: 1 },
];

describe.each(NETWORKS)('training a norm-free $kind of stride $stride on windows', (settings) => {
  const OUTPUTS = 3;
  const WEIGHT = [0.4, 1.1, 1.5];
  const network = networkFor(settings);
  const { sizeMultiple } = network;

  /** Loss and flat gradient of `Σ v·w·CE / denominator`, summed over batches of `itemsAtOnce` windows. */
  async function gradientOf(plan: CropPlan, scene: Scene, itemsAtOnce: number): Promise<number[]> {
    const { width, height, batchSize } = plan;
    const denominator = scene.classIds.reduce((sum, id) => sum + (WEIGHT[id] ?? 0), 0);
    const items = new Int32Array(batchSize * ITEM_WORDS);
    writeCropItems(items, plan, scene, () => IDENTITY);
    let total: number[] = [];
    for (let item = 0; item < batchSize; item += itemsAtOnce) {
      const part = tf.tidy(() => {
        const own = items.slice(item * ITEM_WORDS, (item + itemsAtOnce) * ITEM_WORDS);
        const sample = sampled(scene, own, { batch: itemsAtOnce, width, height });
        const parameters = randomParameters(network, OUTPUTS, 7);
        const names = [...parameters.keys()];
        const { value, grads } = tf.valueAndGrads((...tensors) => {
          const byName = new Map(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
          const logits = normFreeLogits(network, byName, sample.picture, OUTPUTS);
          const sum = crossEntropy(logits, sample.labels, { weight: WEIGHT, reduction: 'sum' });
          return tf.div<tf.Scalar>(sum, denominator);
        })([...parameters.values()]);
        return tf.concat([value, ...grads].map((tensor) => tf.reshape<tf.Rank.R1>(tensor, [-1])));
      });
      const values = [...(await part.data())];
      part.dispose();
      total = values.map((value, i) => value + (total[i] ?? 0));
    }
    return total;
  }

  function wholePicture(width: number, height: number): CropPlan {
    const padded = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple;
    const core = { x: 0, y: 0, width, height };
    return { width: padded(width), height: padded(height), batchSize: 1, crops: [{ x: 0, y: 0, core }] };
  }

  const relativeDistance = (a: readonly number[], b: readonly number[]) =>
    Math.hypot(...a.map((value, i) => value - (b[i] ?? Number.NaN))) / Math.hypot(...b);

  test('gives the loss and the gradients of the whole picture, in one batch and one by one', async () => {
    const scene = fc.record({
      width: fc.integer({ min: 70, max: 100 }),
      height: fc.integer({ min: 70, max: 100 }),
      blobs: fc.integer({ min: 1, max: 4 }),
      seed: fc.nat(),
      square: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ width, height, blobs, seed, square }) => {
        const classIds = randomLabels(width, height, blobs, seed);
        const plan = planCrops(classIds, width, height, { sizeMultiple, haloPx: haloPx(network), square });
        fc.pre(plan !== null);
        const source = sceneOf(width, height, classIds, seed);
        const whole = await gradientOf(wholePicture(width, height), source, 1);
        expect(relativeDistance(await gradientOf(plan, source, plan.batchSize), whole)).toBeLessThan(1e-5);
        expect(relativeDistance(await gradientOf(plan, source, 1), whole)).toBeLessThan(1e-5);
      }),
      { numRuns: 8 },
    );
  });

  test('with too small a halo gives others', async () => {
    const [width, height] = [96, 96];
    const classIds = new Uint8Array(width * height).fill(UNLABELED);
    classIds.fill(1, 48 * width + 48, 48 * width + 52);
    const plan = planCrops(classIds, width, height, { sizeMultiple, haloPx: haloPx(network) / 2, square: false });
    const source = sceneOf(width, height, classIds, 3);
    expect(plan).not.toBeNull();
    if (plan === null) return;
    const whole = await gradientOf(wholePicture(width, height), source, 1);
    expect(relativeDistance(await gradientOf(plan, source, 1), whole)).toBeGreaterThan(1e-4);
  });
});
