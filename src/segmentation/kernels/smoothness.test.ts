import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { drawAugmentation } from '../augmentation.ts';
import { startBackend } from '../backend.ts';
import { Random } from '../random.ts';
import { WASM_PATHS } from '../testBackends.ts';
import { registerHostSmoothness } from './hostSmoothness.ts';
import { ITEM_WORDS, writeItem } from './sampleBatch.ts';
import { type SmoothnessAttributes, smoothness } from './smoothness.ts';
import { registerWebGpuSmoothness } from './webgpuSmoothness.ts';

interface Scene {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly logits: readonly number[];
  /** RGB bytes of the source picture, `[P][3]`. */
  readonly colors: readonly (readonly [number, number, number])[];
  readonly labels: readonly number[];
  readonly items: Int32Array<ArrayBuffer>;
  /** Source pixel of every frame pixel, −1 where the frame shows none; the test's own walk. */
  readonly sources: readonly number[];
  readonly attributes: SmoothnessAttributes;
}

const TURNED = { flip: true, quarterTurns: true, color: 0.1, scale: 0 };

/** A random frame of a random picture, flipped and turned. */
function sceneOf(seed: number, attributes: SmoothnessAttributes, size: readonly [number, number] = [7, 5]): Scene {
  const random = Random.fromSeed(seed);
  const [width, height] = size;
  const channels = random.integer(2, 5);
  const pixels = width * height;
  const byte = () => random.integer(0, 255);
  const augmentation = drawAugmentation(TURNED, width, height, random);
  const items = new Int32Array(ITEM_WORDS);
  writeItem(items, 0, augmentation, { width, height });
  // The picture as a grid of source indices, flipped, then turned clockwise, then laid into the frame.
  let grid = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => y * width + x));
  if (augmentation.flipX) grid = grid.map((row) => row.toReversed());
  if (augmentation.flipY) grid = grid.toReversed();
  for (let turn = 0; turn < augmentation.quarterTurns; turn++) {
    const turned = grid;
    grid = Array.from({ length: turned[0]?.length ?? 0 }, (_, y) => turned.map((row) => row[y] as number).toReversed());
  }
  const sources = Array.from({ length: pixels }, (_, i) => {
    const [x, y] = [(i % width) - augmentation.offsetX, Math.floor(i / width) - augmentation.offsetY];
    return grid[y]?.[x] ?? -1;
  });
  return {
    width,
    height,
    channels,
    logits: Array.from({ length: pixels * channels }, () => random.uniform(-2, 2)),
    colors: Array.from({ length: pixels }, () => [byte(), byte(), byte()] as const),
    labels: sources.map((source) => (source < 0 || random.coin() ? UNLABELED : random.integer(0, channels - 1))),
    items,
    sources,
    attributes,
  };
}

/** The definition, pair by pair in double precision. */
function definition(scene: Scene, logits: readonly number[]): number {
  const { channels, attributes, width, height } = scene;
  const { weight, radiusPx, stepPx } = attributes;
  const probabilities = Array.from({ length: width * height }, (_, i) => {
    const exponentials = logits.slice(i * channels, (i + 1) * channels).map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b, 0);
    return exponentials.map((e) => e / sum);
  });
  const side = Array.from({ length: 2 * radiusPx + 1 }, (_, k) => k - radiusPx).filter((k) => k % stepPx === 0);
  const offsets = side
    .flatMap((dy) => side.map((dx) => ({ dx, dy })))
    .filter(({ dx, dy }) => dy > 0 || (dy === 0 && dx > 0));
  const means = offsets.map(({ dx, dy }) => {
    const terms = pairsAt(scene, dx, dy).map(({ i, j, like }) => {
      const [a = [], b = []] = [probabilities[i], probabilities[j]];
      return like * (1 - a.reduce((sum, p, c) => sum + p * (b[c] as number), 0));
    });
    return terms.length === 0 ? 0 : terms.reduce((a, b) => a + b, 0) / terms.length;
  });
  return (weight * means.reduce((a, b) => a + b, 0)) / offsets.length;
}

/** Pairs of frame pixels that both show the picture, with their kernel, gate included. */
function pairsAt({ width, height, colors, labels, sources, attributes }: Scene, dx: number, dy: number) {
  const { colorWidth, spaceWidthPx, gated } = attributes;
  return sources.flatMap((source, i) => {
    const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
    const j = y * width + x;
    const [a, b] = [colors[source], colors[sources[j] ?? -1]];
    if (x < 0 || x >= width || y >= height || a === undefined || b === undefined) return [];
    const square = a.reduce((sum, value, c) => sum + ((value - (b[c] as number)) / 255) ** 2, 0);
    const like = Math.exp(-square / (2 * colorWidth ** 2) - (dx ** 2 + dy ** 2) / (2 * spaceWidthPx ** 2));
    const isOpen = !gated || labels[i] === UNLABELED || labels[j] === UNLABELED;
    return [{ i, j, like: isOpen ? like : 0 }];
  });
}

const STEP = 1e-4;

/** Central differences of the definition. */
function definedGradient(scene: Scene): number[] {
  return scene.logits.map((_, k) => {
    const moved = (by: number) => scene.logits.map((z, i) => (i === k ? z + by : z));
    return (definition(scene, moved(STEP)) - definition(scene, moved(-STEP))) / (2 * STEP);
  });
}

async function computed(scene: Scene): Promise<{ value: number; gradient: number[] }> {
  const { width, height, channels, logits, colors, labels, items, attributes } = scene;
  const before = tf.memory().numTensors;
  const { value, grad } = tf.tidy(() => {
    const operands = {
      colors: tf.tensor1d(
        colors.map(([red, green, blue]) => red | (green << 8) | (blue << 16)),
        'int32',
      ),
      labels: tf.tensor3d([...labels], [1, height, width], 'int32'),
      items: tf.tensor2d(items, [1, ITEM_WORDS], 'int32'),
    };
    return tf.valueAndGrad((z) => smoothness(z as tf.Tensor4D, operands, attributes))(
      tf.tensor4d([...logits], [1, height, width, channels]),
    );
  });
  const result = { value: (await value.data())[0] as number, gradient: [...(await grad.data())] };
  tf.dispose([value, grad]);
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const ATTRIBUTES: SmoothnessAttributes = {
  weight: 0.5,
  radiusPx: 2,
  stepPx: 1,
  // Wide enough for random bytes to matter.
  colorWidth: 0.6,
  spaceWidthPx: 3,
  gated: true,
};

const BACKENDS = {
  cpu: async () => {
    expect(await tf.setBackend('cpu')).toBe(true);
    registerHostSmoothness('cpu');
  },
  wasm: async () => {
    await startBackend('wasm', WASM_PATHS);
    registerHostSmoothness('wasm');
  },
  webgpu: async () => {
    expect(await tf.setBackend('webgpu')).toBe(true);
    registerWebGpuSmoothness();
  },
};

describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s', (name) => {
  test('value and gradient are the definition’s, whatever the picture’s flips and turns', {
    timeout: 120_000,
  }, async () => {
    await BACKENDS[name]();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.boolean(),
        fc.constantFrom([1, 1], [2, 1], [3, 1], [3, 2], [3, 3]),
        async (seed, gated, [radiusPx = 1, stepPx = 1]) => {
          const scene = sceneOf(seed, { ...ATTRIBUTES, gated, radiusPx, stepPx });
          const { value, gradient } = await computed(scene);
          // The term is below weight 0.5; a few hundred pairs of single precision numbers, and central differences of h².
          expect(Math.abs(value - definition(scene, scene.logits))).toBeLessThan(2e-6);
          const expected = definedGradient(scene);
          expect(Math.max(...gradient.map((g, i) => Math.abs(g - (expected[i] as number))))).toBeLessThan(2e-6);
        },
      ),
      { numRuns: name === 'webgpu' ? 8 : 25 },
    );
  });

  test('where everything is labeled the gated term is exactly 0, and so is its gradient', async () => {
    await BACKENDS[name]();
    const scene = { ...sceneOf(3, ATTRIBUTES), labels: Array.from({ length: 35 }, () => 1) };
    const { value, gradient } = await computed(scene);
    expect(value).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
    const open = await computed({ ...scene, attributes: { ...ATTRIBUTES, gated: false } });
    expect(open.value).toBeGreaterThan(1e-3);
    expect(open.gradient.some((g) => Math.abs(g) > 1e-4)).toBe(true);
  });

  test('equal inputs give equal bits', async () => {
    await BACKENDS[name]();
    const scene = sceneOf(4, { ...ATTRIBUTES, radiusPx: 3, colorWidth: 0.15 }, [33, 29]);
    expect(await computed(scene)).toEqual(await computed(scene));
  });
});

test('a picture narrower than the window is no division by nothing', async () => {
  await BACKENDS.cpu();
  const scene = sceneOf(5, { ...ATTRIBUTES, radiusPx: 3 }, [2, 9]);
  const { value } = await computed(scene);
  expect(value).toBeCloseTo(definition(scene, scene.logits), 6);
});
