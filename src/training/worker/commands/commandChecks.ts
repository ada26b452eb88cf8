// What a command must be before anything is built from it. Each check throws one sentence for a person.

import { MAX_CLASSES, NO_STROKE, UNLABELED } from '../../../labels/planes.ts';
import { PICTURE_USES, type PictureUse } from '../../../settings/pictureUse.ts';
import type { LearnerState } from '../../learnerMessages.ts';
import type { HeldOutInput, PictureInput } from '../../protocol.ts';

/** Longest side of a picture; twice what a canvas of common browsers holds. */
const MAX_SIDE_PX = 16_384;

const NOT_HELD_OUT = 'The list of held-out strokes cannot be; your labels are safe.';

/** Throws unless the picture's planes fit its size and hold nothing but class ids. */
export function assertPicture(picture: PictureInput): void {
  const given = Object(picture) as PictureInput;
  const { pictureId, width, height, pixels, classIds, strokeIds, labelRevision, truth, use, heldOutStrokeIds } = given;
  const planes = truth === null ? [pixels, classIds, strokeIds] : [pixels, classIds, strokeIds, truth];
  if (
    typeof pictureId !== 'string' ||
    !isSide(width) ||
    !isSide(height) ||
    !Number.isInteger(labelRevision) ||
    !planes.every((plane) => plane instanceof ArrayBuffer)
  ) {
    throw new Error('The picture did not arrive whole, so it was not opened for training.');
  }
  const size = width * height;
  if (
    pixels.byteLength !== 4 * size ||
    classIds.byteLength !== size ||
    strokeIds.byteLength !== 2 * size ||
    (truth !== null && truth.byteLength !== size)
  ) {
    throw new Error('The picture and its labels differ in size, so it was not opened for training.');
  }
  if (!holdsClasses(classIds) || (truth !== null && !holdsClasses(truth))) {
    throw new Error('The labels of the picture are of classes that cannot be, so it was not opened for training.');
  }
  assertUse(use);
  assertStrokeIds(heldOutStrokeIds);
}

/** Throws unless these are pictures' ids, each with a list of strokes. */
export function assertHoldOut(pictures: readonly HeldOutInput[]): void {
  if (!Array.isArray(pictures)) throw new Error(NOT_HELD_OUT);
  for (const picture of pictures) assertStrokeIds((Object(picture) as HeldOutInput).strokeIds);
}

function assertStrokeIds(strokeIds: readonly number[]): void {
  const valid =
    Array.isArray(strokeIds) && strokeIds.every((id) => Number.isInteger(id) && id > NO_STROKE && id <= 0xffff);
  if (!valid) throw new Error(NOT_HELD_OUT);
}

/** Throws unless this is a count of steps, or `null` for all there are. */
export function assertSteps(steps: number | null): void {
  const valid = steps === null || (Number.isInteger(steps) && steps >= 1);
  if (!valid) throw new Error('Training was asked for a number of steps that cannot be, so it did not begin.');
}

/** Throws unless these are at least one and at most 32 different class ids. */
export function assertChannels(channels: readonly number[]): void {
  const valid =
    Array.isArray(channels) &&
    channels.length >= 1 &&
    new Set(channels).size === channels.length &&
    channels.every((id) => Number.isInteger(id) && id >= 0 && id < MAX_CLASSES);
  if (!valid) throw new Error('The list of classes cannot be learned from, so the learner was left as it is.');
}

/** Throws unless a picture can have these sides. */
export function assertSides(width: number, height: number): void {
  if (!isSide(width) || !isSide(height)) throw new Error('No picture has this size, so nothing was timed.');
}

export function assertUse(use: PictureUse): void {
  if (!PICTURE_USES.includes(use)) throw new Error('The picture cannot be used in that way; its labels were kept.');
}

export function assertStateBytes(state: LearnerState): void {
  if (!(state instanceof ArrayBuffer)) throw new Error('The saved learner did not arrive; your labels are safe.');
}

function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= MAX_SIDE_PX;
}

function holdsClasses(plane: ArrayBuffer): boolean {
  return new Uint8Array(plane).every((id) => id < MAX_CLASSES || id === UNLABELED);
}
