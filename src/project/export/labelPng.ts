import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { encodeIndexedPng, type RgbColor, rgbOf } from '../formats/pngWriter.ts';
import type { Mask } from '../masks/maskPng.ts';
import type { ExportedClasses } from './exportRequest.ts';

/** The value of unlabeled pixels in every exported mask: PyTorch's and mmsegmentation's `ignore_index`. */
export const IGNORE_VALUE = 255;

const IGNORE_COLOR: RgbColor = [0, 0, 0];

/** The 256 colours of exported masks: the classes' in list order; all others, 255 too, are black. */
function maskPalette(classes: ExportedClasses): (index: number) => RgbColor {
  const colors = classes.map(({ color }) => rgbOf(color));
  return (index) => colors[index] ?? IGNORE_COLOR;
}

/**
 * Class ids renumbered densely in list order: 0 to C − 1, and {@link IGNORE_VALUE} for unlabeled, predicted unlabeled
 * and every id that the list lacks.
 */
export function denseIndices(classIds: Uint8Array, classes: ExportedClasses): Uint8Array<ArrayBuffer> {
  const indexOf = new Uint8Array(256).fill(IGNORE_VALUE);
  for (const [index, { id }] of classes.entries()) indexOf[id] = index;
  const indices = new Uint8Array(classIds.length);
  for (let i = 0; i < indices.length; i++) indices[i] = indexOf[classIds[i] ?? UNLABELED] ?? IGNORE_VALUE;
  return indices;
}

/** The PNG of a mask of class ids: an 8-bit palette PNG whose values are {@link denseIndices}. */
export function encodeLabelPng(mask: Mask, classes: ExportedClasses): Uint8Array<ArrayBuffer> {
  const { width, height, values } = mask;
  return encodeIndexedPng(denseIndices(values, classes), width, height, maskPalette(classes));
}

/** The labels where there are any, the prediction elsewhere; what is predicted to be unlabeled becomes unlabeled. */
export function finalMask(classIds: Uint8Array, classMap: Uint8Array): Uint8Array<ArrayBuffer> {
  const final = new Uint8Array(classIds);
  for (let i = 0; i < final.length; i++) {
    if (final[i] !== UNLABELED) continue;
    const predicted = classMap[i] ?? UNLABELED;
    final[i] = predicted === PREDICTED_UNLABELED ? UNLABELED : predicted;
  }
  return final;
}
