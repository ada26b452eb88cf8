import * as v from 'valibot';
import { MAX_CLASSES, UNLABELED } from '../../labels/planes.ts';

/** Stands in every message as `unlabeled`, so that others on the same window are told apart. */
export const FRAME_PROTOCOL = 1;

const sideSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));

/** Class ids of a whole picture, row-major, 255 where unlabeled; scaled to the picture where it is of another size. */
const labelArraySchema = v.pipe(
  v.object({ width: sideSchema, height: sideSchema, classIds: v.instance(Uint8Array) }),
  v.check(({ width, height, classIds }) => classIds.length === width * height, 'a label for every pixel'),
  v.check(
    ({ classIds }) => classIds.every((id) => id < MAX_CLASSES || id === UNLABELED),
    'class ids from 0 to 31, or 255',
  ),
);

export type LabelArray = v.InferOutput<typeof labelArraySchema>;

/** Labels that a script gave, checked. Throws an `Error` with one sentence. */
export function labelArrayFrom(value: unknown): LabelArray {
  const result = v.safeParse(labelArraySchema, value);
  if (result.success) return result.output;
  throw new Error(
    'Labels are { width, height, classIds }, a Uint8Array of class ids from 0 to 31, 255 where unlabeled.',
  );
}

/** A number of steps that a script gave, checked. Throws an `Error` with one sentence. */
export function stepCountFrom(value: unknown): number {
  const result = v.safeParse(stepCountSchema, value);
  if (result.success) return result.output;
  throw new Error('The number of steps is a whole number from 1 to 100,000.');
}

/** How many steps a script may ask for at once. */
const stepCountSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));

/** A built-in picture's or a scene's name, or a picture file's bytes. */
const pictureSourceSchema = v.union([v.pipe(v.string(), v.maxLength(64)), v.instance(Blob)]);

const head = {
  unlabeled: v.literal(FRAME_PROTOCOL),
  /** Comes back with the answer. */
  id: v.union([v.pipe(v.string(), v.maxLength(100)), v.number()]),
};

/**
 * What the page around a frame may ask of it, by `postMessage`. Every request is answered once, by
 * `{ unlabeled: 1, id, result }` or, where it cannot be done, `{ unlabeled: 1, id, error }` with a sentence.
 */
const requestSchema = v.variant('type', [
  v.object({ ...head, type: v.literal('openLink'), fragment: v.pipe(v.string(), v.maxLength(9000)) }),
  v.object({
    ...head,
    type: v.literal('openPicture'),
    source: pictureSourceSchema,
    labels: v.optional(labelArraySchema),
  }),
  v.object({ ...head, type: v.literal('setLabels'), labels: labelArraySchema }),
  v.object({ ...head, type: v.literal('trainSteps'), steps: stepCountSchema }),
  v.object({ ...head, type: v.literal('pause') }),
  v.object({ ...head, type: v.literal('reset') }),
  v.object({ ...head, type: v.literal('getMetrics') }),
  v.object({ ...head, type: v.literal('getClassMap') }),
]);

export type FrameRequest = v.InferOutput<typeof requestSchema>;

/** A message as a request; `null` for anything else. Never throws. */
export function parseFrameRequest(message: unknown): FrameRequest | null {
  const result = v.safeParse(requestSchema, message);
  return result.success ? result.output : null;
}
