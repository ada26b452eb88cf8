import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../../labels/planes.ts';
import { drawAugmentation } from '../../augmentation/augmentation.ts';
import { Random } from '../../random.ts';
import { ITEM_WORDS, writeItem } from '../batch/sampleBatch.ts';
import { type SmoothnessAttributes, type SmoothnessShape, smoothness, withSmoothness } from './smoothness.ts';

/** A batch of frames, each of a picture of its own. Pixels are counted through all frames. */
export interface Scene extends SmoothnessShape {
  /** `[B·H·W·C]`. */
  readonly logits: readonly number[];
  /** RGB bytes of the pictures, one after another. */
  readonly colors: readonly (readonly [number, number, number])[];
  readonly labels: readonly number[];
  readonly items: Int32Array<ArrayBuffer>;
  /** Picture pixel of every frame pixel, −1 where the frame shows none; the tests' own walk. */
  readonly sources: readonly number[];
  readonly attributes: SmoothnessAttributes;
  readonly weight: number;
}

export const ATTRIBUTES: SmoothnessAttributes = {
  radiusPx: 2,
  stepPx: 1,
  // Wide enough for random bytes to matter.
  colorWidth: 0.6,
  spaceWidthPx: 3,
  gated: true,
};

const WEIGHT = 0.5;

export const SMALL: SmoothnessShape = { batch: 1, height: 5, width: 7, channels: 3 };

const TURNED = { flip: true, quarterTurns: true, color: 0.1 };

interface SceneOptions {
  /** How far logits are from 0 at most. */
  readonly spread?: number;
  /** As large as the frames unless given. */
  readonly picture?: { readonly width: number; readonly height: number };
}

/** Random frames of random pictures, flipped and turned. */
export function sceneOf(
  seed: number,
  attributes: SmoothnessAttributes,
  shape = SMALL,
  { spread = 2, picture = shape }: SceneOptions = {},
): Scene {
  const random = Random.fromSeed(seed);
  const { batch, height, width, channels } = shape;
  const [pixels, picturePixels] = [width * height, picture.width * picture.height];
  const byte = () => random.integer(0, 255);
  const items = new Int32Array(batch * ITEM_WORDS);
  const sources = Array.from({ length: batch }, (_, item) => {
    const augmentation = drawAugmentation(TURNED, width, height, random, picture);
    const firstPixel = item * picturePixels;
    writeItem(items, item, augmentation, { width: picture.width, height: picture.height, firstPixel });
    // The picture as a grid of its pixels, flipped, then turned clockwise, then laid into the frame.
    let grid = Array.from({ length: picture.height }, (_, y) =>
      Array.from({ length: picture.width }, (_, x) => y * picture.width + x),
    );
    if (augmentation.flipX) grid = grid.map((row) => row.toReversed());
    if (augmentation.flipY) grid = grid.toReversed();
    for (let turn = 0; turn < augmentation.quarterTurns; turn++) {
      const turned = grid;
      grid = Array.from({ length: turned[0]?.length ?? 0 }, (_, y) =>
        turned.map((row) => row[y] as number).toReversed(),
      );
    }
    return Array.from({ length: pixels }, (_, i) => {
      const [x, y] = [(i % width) - augmentation.offsetX, Math.floor(i / width) - augmentation.offsetY];
      const source = grid[y]?.[x];
      return source === undefined ? -1 : firstPixel + source;
    });
  }).flat();
  return {
    ...shape,
    logits: Array.from({ length: batch * pixels * channels }, () => random.uniform(-spread, spread)),
    colors: Array.from({ length: batch * picturePixels }, () => [byte(), byte(), byte()] as const),
    labels: sources.map((source) => (source < 0 || random.coin() ? UNLABELED : random.integer(0, channels - 1))),
    items,
    sources,
    attributes,
    weight: WEIGHT,
  };
}

/** The term as it is defined, pair by pair in double precision. */
export function definition(scene: Scene, logits: readonly number[]): number {
  const { batch, height, width, channels, attributes, weight, labels, sources } = scene;
  const { radiusPx, stepPx } = attributes;
  const probabilities = sources.map((_, i) => {
    const own = logits.slice(i * channels, (i + 1) * channels);
    const exponentials = own.map((z) => Math.exp(z - Math.max(...own)));
    const sum = exponentials.reduce((a, b) => a + b, 0);
    return exponentials.map((e) => e / sum);
  });
  const side = Array.from({ length: 2 * radiusPx + 1 }, (_, k) => k - radiusPx).filter((k) => k % stepPx === 0);
  const offsets = side
    .flatMap((dy) => side.map((dx) => ({ dx, dy })))
    .filter(({ dx, dy }) => dy > 0 || (dy === 0 && dx > 0));
  const frames = Array.from({ length: batch }, (_, item) => item * width * height);
  const means = frames.flatMap((first) =>
    offsets.map(({ dx, dy }) => {
      const terms = pairsAt(scene, first, dx, dy).map(({ i, j, like }) => {
        if (attributes.gated && labels[i] !== UNLABELED && labels[j] !== UNLABELED) return 0;
        const [a = [], b = []] = [probabilities[i], probabilities[j]];
        return like * (1 - a.reduce((sum, p, c) => sum + p * (b[c] as number), 0));
      });
      return terms.length === 0 ? 0 : terms.reduce((a, b) => a + b, 0) / terms.length;
    }),
  );
  return (weight * means.reduce((a, b) => a + b, 0)) / (batch * offsets.length);
}

/** Pairs of a frame's pixels that both show the picture, with their kernel. */
function pairsAt({ width, height, colors, sources, attributes }: Scene, first: number, dx: number, dy: number) {
  const { colorWidth, spaceWidthPx } = attributes;
  return Array.from({ length: width * height }, (_, pixel) => pixel).flatMap((pixel) => {
    const [x, y] = [(pixel % width) + dx, Math.floor(pixel / width) + dy];
    const [i, j] = [first + pixel, first + y * width + x];
    const [a, b] = [colors[sources[i] ?? -1], colors[sources[j] ?? -1]];
    if (x < 0 || x >= width || y >= height || a === undefined || b === undefined) return [];
    const square = a.reduce((sum, value, c) => sum + ((value - (b[c] as number)) / 255) ** 2, 0);
    const like = Math.exp(-square / (2 * colorWidth ** 2) - (dx ** 2 + dy ** 2) / (2 * spaceWidthPx ** 2));
    return [{ i, j, like }];
  });
}

const STEP = 1e-4;

/** Central differences of the definition. */
export function definedGradient(scene: Scene, logit: number): number {
  const moved = (by: number) => scene.logits.map((z, i) => (i === logit ? z + by : z));
  return (definition(scene, moved(STEP)) - definition(scene, moved(-STEP))) / (2 * STEP);
}

/** A scene's tensors; the caller disposes them. */
function tensorsOf({ batch, width, height, channels, logits, colors, labels, items, weight }: Scene) {
  return {
    logits: tf.tensor4d([...logits], [batch, height, width, channels]),
    operands: {
      colors: tf.tensor1d(
        colors.map(([red, green, blue]) => red | (green << 8) | (blue << 16)),
        'int32',
      ),
      labels: tf.tensor3d([...labels], [batch, height, width], 'int32'),
      items: tf.tensor2d(items, [batch, ITEM_WORDS], 'int32'),
      weight: tf.tensor1d([weight]),
    },
  };
}

/** The gradients of the sum of the logits' squares and the term, added up by the tape and in one pass. */
export async function addedGradients(scene: Scene): Promise<{ byTape: Float32Array; inOnePass: Float32Array }> {
  const { attributes } = scene;
  const gradients = tf.tidy(() => {
    const { logits, operands } = tensorsOf(scene);
    const squares = (z: tf.Tensor) => tf.sum(tf.square(z));
    return {
      byTape: tf.grad((z) => tf.add(squares(z), smoothness(z as tf.Tensor4D, operands, attributes)))(logits),
      inOnePass: tf.grad((z) => squares(withSmoothness(z as tf.Tensor4D, operands, attributes)))(logits),
    };
  });
  const read = async (tensor: tf.Tensor) => Float32Array.from(await tensor.data<'float32'>());
  const values = { byTape: await read(gradients.byTape), inOnePass: await read(gradients.inOnePass) };
  tf.dispose(Object.values(gradients));
  return values;
}

/** Value and gradient on the backend in use, by way of the gradient tape. Throws an `Error` where a tensor is left. */
export async function computed(scene: Scene): Promise<{ value: number; gradient: number[] }> {
  const { attributes } = scene;
  const before = tf.memory().numTensors;
  const { value, grad } = tf.tidy(() => {
    const { logits, operands } = tensorsOf(scene);
    return tf.valueAndGrad((z) => smoothness(z as tf.Tensor4D, operands, attributes))(logits);
  });
  const result = { value: (await value.data())[0] as number, gradient: [...(await grad.data())] };
  tf.dispose([value, grad]);
  if (tf.memory().numTensors !== before) throw new Error('Tensors are left.');
  return result;
}
