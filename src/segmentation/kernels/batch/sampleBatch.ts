import * as tf from '@tensorflow/tfjs-core';
import type { Augmentation } from '../../augmentation/augmentation.ts';

export const SAMPLE_BATCH = 'SampleBatch';
export const SAMPLE_WEIGHTS = 'SampleBatchWeights';

/** Words of an item's parameters: five vectors of four, the way a shader reads them. */
export const ITEM_WORDS = 20;

/** Where the parameters lie among an item's words. Gain and shift are floats, bit for bit; the others whole numbers. */
export const ITEM = {
  /** Index of the pixel at the turned picture's left top corner, and what a step to the right and one down add to it. */
  origin: 0,
  stepX: 1,
  stepY: 2,
  /** Where that corner lies in the frame. */
  offsetX: 4,
  offsetY: 5,
  turnedWidth: 6,
  turnedHeight: 7,
  /** The part of the frame whose labels count, right and bottom exclusive. */
  coreLeft: 8,
  coreTop: 9,
  coreRight: 10,
  coreBottom: 11,
  gain: 12,
  shift: 16,
} as const;

/** A picture among those laid one after another. */
export interface ItemSource {
  readonly width: number;
  readonly height: number;
  /** Index of its first pixel; 0 unless given. */
  readonly firstPixel?: number;
}

/** A piece of the augmented frame: where its left top corner lies there, and the part whose labels count. */
export interface ItemCrop {
  readonly frameX: number;
  readonly frameY: number;
  /** In the frame's coordinates, right and bottom exclusive. */
  readonly core: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/** Beyond every frame. */
const FAR = 2 ** 30;

/**
 * Writes item `index` of a batch, `[B, {@link ITEM_WORDS}]`: the picture `source`, augmented, and of it the whole frame
 * or a `crop`. Gain and shift are rounded to single precision.
 */
export function writeItem(
  items: Int32Array<ArrayBuffer>,
  index: number,
  augmentation: Augmentation,
  source: ItemSource,
  crop: ItemCrop | null = null,
): void {
  const { offsetX, offsetY, gain, shift } = augmentation;
  const walk = turnedWalk(augmentation, source);
  const { frameX, frameY, core } = crop ?? {
    frameX: 0,
    frameY: 0,
    core: { left: -FAR, top: -FAR, right: FAR, bottom: FAR },
  };
  const first = index * ITEM_WORDS;
  items.set([walk.origin, walk.stepX, walk.stepY, 0], first + ITEM.origin);
  items.set([offsetX - frameX, offsetY - frameY, walk.turnedWidth, walk.turnedHeight], first + ITEM.offsetX);
  items.set([core.left - frameX, core.top - frameY, core.right - frameX, core.bottom - frameY], first + ITEM.coreLeft);
  const floats = new Float32Array(items.buffer, items.byteOffset, items.length);
  floats.set([...gain, 0], first + ITEM.gain);
  floats.set([...shift, 0], first + ITEM.shift);
}

/** Where steps in the turned picture lead in the flat pixel index of its source. */
function turnedWalk({ flipX, flipY, quarterTurns }: Augmentation, { width, height, firstPixel = 0 }: ItemSource) {
  let walk = {
    origin: firstPixel + (flipX ? width - 1 : 0) + (flipY ? (height - 1) * width : 0),
    stepX: flipX ? -1 : 1,
    stepY: flipY ? -width : width,
    turnedWidth: width,
    turnedHeight: height,
  };
  for (let turn = 0; turn < quarterTurns; turn++) {
    // Clockwise: what was at the left bottom comes to the left top, and up becomes right.
    walk = {
      origin: walk.origin + (walk.turnedHeight - 1) * walk.stepY,
      stepX: -walk.stepY,
      stepY: walk.stepX,
      turnedWidth: walk.turnedHeight,
      turnedHeight: walk.turnedWidth,
    };
  }
  return walk;
}

export interface BatchShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Cuts a training batch out of resident pictures: flipped, turned, placed, recoloured and cropped as every item's
 * parameters say. `pictures` is float32 `[P, 3]`, the pixels of one or several standardised pictures, one after another;
 * `labels` int32 `[P]`, channel index or 255; `items` int32 `[B, {@link ITEM_WORDS}]` as {@link writeItem} fills them.
 *
 * Results: `picture [B, H, W, 3]` and `labels [B, H, W]`, which the caller disposes. What lies outside the turned picture
 * is 0 and unlabeled, what lies outside the core is unlabeled. Nothing is uploaded or read back. Gain and shift
 * are of single precision; a graphics processor may round `gain·value + shift` once more. On WebGL the tensors must be fresh: an operation that used one before has taken its numbers to the GPU, and
 * there is an `Error`. Throws a `RangeError` for shapes that do not fit.
 */
export function sampleBatch(
  pictures: tf.Tensor2D,
  labels: tf.Tensor1D,
  items: tf.Tensor2D,
  shape: BatchShape,
): { picture: tf.Tensor4D; labels: tf.Tensor3D } {
  const [pixels, colours] = pictures.shape;
  if (colours !== 3 || labels.size !== pixels) {
    throw new RangeError(`Pictures of shape [${pictures.shape}] and labels of shape [${labels.shape}] do not fit.`);
  }
  assertItems(items, shape);
  const inputs = { pictures, labels, items };
  const [picture, sampled] = tf.engine().runKernel<tf.Tensor[]>(SAMPLE_BATCH, inputs, { ...shape });
  return { picture: picture as tf.Tensor4D, labels: sampled as tf.Tensor3D };
}

/**
 * The weights of a batch's pixels, float32 `[B, H, W]`, from those of the pictures', `[P]`: where {@link sampleBatch} with
 * the same items takes a label from a picture, its pixel's weight, elsewhere 1. The caller disposes the tensor; what else
 * is said there holds here.
 */
export function sampleWeights(weights: tf.Tensor1D, items: tf.Tensor2D, shape: BatchShape): tf.Tensor3D {
  assertItems(items, shape);
  return tf.engine().runKernel<tf.Tensor3D>(SAMPLE_WEIGHTS, { weights, items }, { ...shape });
}

function assertItems(items: tf.Tensor2D, shape: BatchShape): void {
  if (items.shape[0] === shape.batch && items.shape[1] === ITEM_WORDS) return;
  throw new RangeError(`Items of shape [${items.shape}] do not make a batch of ${shape.batch}.`);
}
