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

/** What each field of a request has to be. */
const FIELD_SENTENCES = {
  id: 'The id of a request is a number, or a text of at most 100 characters.',
  labels: 'Labels are { width, height, classIds }, a Uint8Array of class ids from 0 to 31, 255 where unlabeled.',
  steps: 'The number of steps is a whole number from 1 to 100,000.',
  source: 'A picture is a built-in picture’s or a scene’s name, or a Blob of a picture file’s bytes.',
  fragment: 'A link is given by its fragment, a text of at most 9,000 characters that begins with #x=.',
} as const;

export type LabelArray = v.InferOutput<typeof labelArraySchema>;

/** Labels that a script gave, checked. Throws an `Error` with one sentence. */
export function labelArrayFrom(value: unknown): LabelArray {
  const result = v.safeParse(labelArraySchema, value);
  if (result.success) return result.output;
  throw new Error(FIELD_SENTENCES.labels);
}

/** A number of steps that a script gave, checked. Throws an `Error` with one sentence. */
export function stepCountFrom(value: unknown): number {
  const result = v.safeParse(stepCountSchema, value);
  if (result.success) return result.output;
  throw new Error(FIELD_SENTENCES.steps);
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

/** A request that is not in order: its id, whatever that is, and what is wrong with it, in a sentence. */
export interface RefusedRequest {
  readonly id: unknown;
  readonly refusal: string;
}

const TYPES = requestSchema.options.map(({ entries }) => entries.type.literal);

/**
 * A message as a request, or as one that has to be refused: whatever is marked as this page's and has an id waits for an
 * answer. `null` for anything else, answers included. Never throws.
 */
export function readFrameMessage(message: unknown): FrameRequest | RefusedRequest | null {
  if (!isMarked(message) || message.id === undefined) return null;
  // An answer that somebody sends back: to answer that would have no end.
  if (message.type === undefined && (Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error'))) return null;
  const result = v.safeParse(requestSchema, message);
  return result.success ? result.output : { id: message.id, refusal: refusalOf(message, result.issues) };
}

interface MarkedMessage {
  readonly unlabeled: unknown;
  readonly id?: unknown;
  readonly type?: unknown;
}

function isMarked(message: unknown): message is MarkedMessage {
  return typeof message === 'object' && message !== null && Object.hasOwn(message, 'unlabeled');
}

function refusalOf(message: MarkedMessage, issues: readonly v.BaseIssue<unknown>[]): string {
  if (message.unlabeled !== FRAME_PROTOCOL) {
    return `This page understands requests with “unlabeled: ${FRAME_PROTOCOL}”, and no others.`;
  }
  const wrong = new Set(issues.map(({ path }) => path?.[0]?.key));
  if (wrong.has('type')) return `The type of a request is one of ${TYPES.join(', ')}.`;
  for (const [field, sentence] of Object.entries(FIELD_SENTENCES)) if (wrong.has(field)) return sentence;
  return 'This request is not in order.';
}
