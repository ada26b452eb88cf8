import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../../labels/planes.ts';
import { type Augmentation, drawAugmentation } from '../../augmentation/augmentation.ts';
import { sampleAugmented } from '../../augmentation/augmentationTestTools.ts';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { Random } from '../../random.ts';
import { ITEM_WORDS, type ItemCrop, sampleBatch, sampleWeights, writeItem } from './sampleBatch.ts';

beforeAll(async () => {
  await startBackend('cpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const side = fc.integer({ min: 1, max: 9 });
const CHANNEL_OF_ID = Uint8Array.from({ length: 256 }, (_, id) => (id < 7 ? 6 - id : UNLABELED));

/** A picture of its own size with labels, and how it is augmented. */
interface Item {
  readonly picture: { width: number; height: number; values: Float32Array<ArrayBuffer> };
  readonly classIds: Uint8Array;
  readonly augmentation: Augmentation;
}

const itemOf = (width: number, height: number, seed: number): Item => {
  const random = Random.fromSeed(seed);
  const drawn = drawAugmentation({ flip: true, quarterTurns: true, color: 0.3 }, width, height, random);
  // Items hold gain and shift in single precision.
  const single = ([r, g, b]: Augmentation['gain']) => [Math.fround(r), Math.fround(g), Math.fround(b)] as const;
  return {
    picture: {
      width,
      height,
      values: Float32Array.from({ length: 3 * width * height }, () => random.uniform(-3, 3)),
    },
    classIds: Uint8Array.from({ length: width * height }, () => (random.coin() ? UNLABELED : random.integer(0, 8))),
    augmentation: { ...drawn, gain: single(drawn.gain), shift: single(drawn.shift) },
  };
};

/** What `sampleAugmented` makes of an item. */
function augmented({ picture, classIds, augmentation }: Item) {
  const values = new Float32Array(picture.values.length);
  const labels = new Int32Array(classIds.length);
  sampleAugmented({ picture, classIds, channelOfId: CHANNEL_OF_ID }, augmentation, values, labels);
  return { values, labels };
}

/** The batch of all items, one picture after another, each cropped to `height × width` as its crop says. */
async function sampleOf(items: readonly Item[], crops: readonly (ItemCrop | null)[], height: number, width: number) {
  const words = new Int32Array(items.length * ITEM_WORDS);
  let firstPixel = 0;
  items.forEach(({ picture, augmentation }, i) => {
    writeItem(words, i, augmentation, { ...picture, firstPixel }, crops[i] ?? null);
    firstPixel += picture.width * picture.height;
  });
  const before = tf.memory().numTensors;
  const inputs = [
    tf.tensor2d(Float32Array.from(items.flatMap(({ picture }) => [...picture.values])), [firstPixel, 3]),
    tf.tensor1d(
      Int32Array.from(items.flatMap(({ classIds }) => [...classIds].map((id) => CHANNEL_OF_ID[id] ?? 0))),
      'int32',
    ),
    tf.tensor2d(words, [items.length, ITEM_WORDS], 'int32'),
  ] as const;
  const result = sampleBatch(...inputs, { batch: items.length, height, width });
  expect(result.picture.shape).toEqual([items.length, height, width, 3]);
  expect([result.labels.shape, result.labels.dtype]).toEqual([[items.length, height, width], 'int32']);
  const [values, labels] = await Promise.all([result.picture.data(), result.labels.data()]);
  tf.dispose([...inputs, result.picture, result.labels]);
  expect(tf.memory().numTensors).toBe(before);
  return { values: values as Float32Array, labels: labels as Int32Array };
}

/**
 * Bit for bit, or on a graphics processor, which rounds the product and the sum where the loops round once, within a last
 * place of numbers from 4 to 8.
 */
function expectValues(backend: string, actual: Float32Array, expected: Float32Array): void {
  if (backend !== 'webgpu') {
    expect(actual).toEqual(expected);
    return;
  }
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(2 ** -21);
  });
}

const concatenated = (parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('whole frames are those of sampleAugmented', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    await fc.assert(
      fc.asyncProperty(side, side, fc.integer(), fc.integer({ min: 1, max: 4 }), async (width, height, seed, batch) => {
        const items = Array.from({ length: batch }, (_, i) => itemOf(width, height, seed + i));
        const { values, labels } = await sampleOf(items, [], height, width);
        const expected = items.map(augmented);
        expectValues(backend, values, concatenated(expected.map((e) => e.values)));
        expect([...labels]).toEqual(expected.flatMap((e) => [...e.labels]));
      }),
      { numRuns: 60 },
    );
  });

  test('crops are pieces of the frame, 0 and unlabeled beyond it, and unlabeled outside the core', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const between = (low: number, high: number) => fc.integer({ min: low, max: high });
    const crop = fc.record({
      frameX: between(-3, 8),
      frameY: between(-3, 8),
      core: fc.record({ left: between(-3, 5), top: between(-3, 5), right: between(4, 12), bottom: between(4, 12) }),
    });
    const one = fc.record({ width: side, height: side, seed: fc.integer(), crop });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 3 }), side, side, async (specs, height, width) => {
        const items = specs.map((spec) => itemOf(spec.width, spec.height, spec.seed));
        const { values, labels } = await sampleOf(
          items,
          specs.map((spec) => spec.crop),
          height,
          width,
        );
        const expected = specs.flatMap(({ crop: { frameX, frameY, core } }, i) => {
          const item = items[i] as Item;
          const frame = augmented(item);
          return Array.from({ length: height * width }, (_, pixel) => {
            const [x, y] = [frameX + (pixel % width), frameY + Math.floor(pixel / width)];
            const { turnedWidth, turnedHeight } = turnedSides(item);
            const { offsetX, offsetY } = item.augmentation;
            // Beyond the frame a picture that sticks out goes on; only what the frame holds is known here.
            const inFrame = x >= 0 && y >= 0 && x < item.picture.width && y < item.picture.height;
            const inTurned = x >= offsetX && y >= offsetY && x < offsetX + turnedWidth && y < offsetY + turnedHeight;
            const inCore = x >= core.left && y >= core.top && x < core.right && y < core.bottom;
            const at = y * item.picture.width + x;
            if (inTurned && !inFrame) return null;
            const label = inFrame && inCore ? (frame.labels[at] ?? Number.NaN) : UNLABELED;
            const colour = inFrame ? frame.values.slice(3 * at, 3 * at + 3) : new Float32Array(3);
            return { label, colour };
          });
        });
        expected.forEach((pixel, i) => {
          if (pixel === null) return;
          expect(labels[i]).toBe(pixel.label);
          expectValues(backend, values.slice(3 * i, 3 * i + 3), pixel.colour);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('weights are those of the pixels whose labels a batch has, and 1 where it has none', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const core = { left: 1, top: -2, right: 5, bottom: 4 };
    await fc.assert(
      fc.asyncProperty(side, side, fc.integer(), fc.boolean(), async (width, height, seed, cropped) => {
        const items = [itemOf(width, height, seed), itemOf(5, 7, seed + 1)];
        const words = new Int32Array(items.length * ITEM_WORDS);
        let pixels = 0;
        items.forEach(({ picture, augmentation }, i) => {
          const crop = cropped ? { frameX: i, frameY: 1, core } : null;
          writeItem(words, i, augmentation, { ...picture, firstPixel: pixels }, crop);
          pixels += picture.width * picture.height;
        });
        // Labels that tell which pixel they are of; none is 255.
        const numbered = Int32Array.from({ length: pixels }, (_, i) => 1000 + i);
        const weightOf = (pixel: number) => 0.25 + pixel;
        const batch = { batch: items.length, height, width };
        const [labels, weights] = tf.tidy(() => {
          const chosen = tf.tensor2d(words, [items.length, ITEM_WORDS], 'int32');
          const { labels: sampled } = sampleBatch(tf.zeros([pixels, 3]), tf.tensor1d(numbered, 'int32'), chosen, batch);
          const plane = tf.tensor1d(Float32Array.from(numbered, (_, i) => weightOf(i)));
          return [sampled, sampleWeights(plane, chosen, batch)] as const;
        });
        expect([weights.shape, weights.dtype]).toEqual([[items.length, height, width], 'float32']);
        const expected = [...(await labels.data())].map((label) => (label === UNLABELED ? 1 : weightOf(label - 1000)));
        expect([...(await weights.data())]).toEqual(expected);
        tf.dispose([labels, weights]);
      }),
      { numRuns: 40 },
    );
  });
});

function turnedSides({ picture: { width, height }, augmentation }: Item) {
  const sideways = augmentation.quarterTurns % 2 === 1;
  return { turnedWidth: sideways ? height : width, turnedHeight: sideways ? width : height };
}

test('pixel indices beyond 2²⁴ are exact', async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  const words = new Int32Array(ITEM_WORDS);
  const { augmentation } = itemOf(5, 4, 1);
  writeItem(
    words,
    0,
    { ...augmentation, flipX: false, flipY: false, quarterTurns: 0 },
    { width: 5, height: 4, firstPixel: 2 ** 24 + 1 },
  );
  expect(words[0]).toBe(2 ** 24 + 1);
});

test('inputs that do not fit each other are refused', () => {
  const pictures = tf.zeros<tf.Rank.R2>([6, 3]);
  const labels = tf.zeros<tf.Rank.R1>([6], 'int32');
  const items = tf.zeros<tf.Rank.R2>([2, ITEM_WORDS], 'int32');
  const shape = { batch: 2, height: 2, width: 3 };
  expect(() => sampleBatch(tf.zeros([6, 4]), labels, items, shape)).toThrow(RangeError);
  expect(() => sampleBatch(pictures, tf.zeros([5], 'int32'), items, shape)).toThrow(RangeError);
  expect(() => sampleBatch(pictures, labels, items, { ...shape, batch: 3 })).toThrow(RangeError);
  expect(() => sampleBatch(pictures, labels, tf.zeros([2, 16], 'int32'), shape)).toThrow(RangeError);
  expect(() => sampleWeights(tf.ones([6]), items, { ...shape, batch: 3 })).toThrow(RangeError);
  tf.dispose([pictures, labels, items]);
});
