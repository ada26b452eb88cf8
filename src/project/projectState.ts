import * as v from 'valibot';
import type { LabelPlanes } from '../labels/planes.ts';
import { STROKE_ORIGINS } from '../labels/strokeOrigin.ts';
import { classListSchema } from '../settings/classes.ts';
import { learnerSettingsSchema } from '../settings/learner.ts';
import { PICTURE_USES } from '../settings/pictureUse.ts';

/** Version of {@link projectStateSchema}; one more whenever an older page could not read what a newer one wrote. */
export const PROJECT_VERSION = 1;

/** Most pictures of one project. */
const MAX_PICTURES = 500;

const idSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));
const nameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));
const sideSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));
const classIdsSchema = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31))), v.maxLength(32));

/** A picture's facts; its file and its label planes are kept beside. */
export const pictureStateSchema = v.object({
  id: idSchema,
  name: nameSchema,
  /** Working size: that of the label planes. */
  width: sideSchema,
  height: sideSchema,
  originalWidth: sideSchema,
  originalHeight: sideSchema,
  use: v.picklist(PICTURE_USES),
  done: v.boolean(),
  /** Strokes that no hand painted. */
  strokeOrigins: v.pipe(
    v.array(
      v.object({
        strokeId: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff)),
        origin: v.picklist(STROKE_ORIGINS),
      }),
    ),
    v.maxLength(0xffff),
  ),
});

export type PictureState = v.InferOutput<typeof pictureStateSchema>;

/** How much of each stroke was predicted right before it was painted, and after how many another learner began. */
const correctionsSchema = v.object({
  shares: v.pipe(v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), v.maxLength(10_000)),
  starts: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(10_000)),
});

/** A project's small facts: everything but pixels, planes and weights. */
export const projectStateSchema = v.pipe(
  v.object({
    version: v.literal(PROJECT_VERSION),
    id: idSchema,
    name: nameSchema,
    /** The built-in picture that this project is, if it is one. */
    sampleId: v.nullable(idSchema),
    /** Milliseconds since 1970. */
    modifiedMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
    classes: classListSchema,
    hiddenClassIds: classIdsSchema,
    lockedClassIds: classIdsSchema,
    settings: learnerSettingsSchema,
    /** Longest side that this project's pictures are reduced to. */
    workingSizePx: v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(1024)),
    activePictureId: v.nullable(idSchema),
    /** In the strip's order. */
    pictures: v.pipe(v.array(pictureStateSchema), v.maxLength(MAX_PICTURES)),
    /** Absent from what was saved before they were noted. */
    corrections: v.optional(correctionsSchema, { shares: [], starts: [] }),
    /** The step whose loss was no number, where the learner that is kept is the last sound one. */
    divergedStep: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))), null),
  }),
  v.check(({ pictures }) => new Set(pictures.map(({ id }) => id)).size === pictures.length, 'two pictures share an id'),
);

export type ProjectState = v.InferOutput<typeof projectStateSchema>;

/** Absent from what was saved before there was such a curve. */
const curveSchema = v.optional(v.array(v.tuple([v.number(), v.number()])), []);

/** One learner's curves as numbers: `[step, value]` pairs. */
export const curvesSchema = v.object({
  loss: curveSchema,
  maskedAccuracy: curveSchema,
  meanIou: curveSchema,
  heldOutAccuracy: curveSchema,
  heldOutMeanIou: curveSchema,
  trueAccuracy: curveSchema,
  trueMeanIou: curveSchema,
});

export type SavedCurves = v.InferOutput<typeof curvesSchema>;

export const NO_CURVES: SavedCurves = v.parse(curvesSchema, {});

/** A learner's whole state: weights, moments, step and random state in `state`, as the trainer wrote it. */
export interface SavedLearnerState {
  readonly state: ArrayBuffer;
  /** The settings that its shape comes from. */
  readonly settings: ProjectState['settings'];
  readonly curves: SavedCurves;
}

/** Everything of a project: what an archive holds. */
export interface ProjectContents {
  readonly state: ProjectState;
  /** By picture id: the file as it was opened, and the label planes at working size. */
  readonly pictures: ReadonlyMap<string, { readonly file: Blob; readonly planes: LabelPlanes }>;
  readonly learner: SavedLearnerState | null;
}
