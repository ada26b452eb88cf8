import * as v from 'valibot';
import { applyPatch, type LabelPatch } from '../../labels/patch.ts';
import { decodePatch, PatchFormatError } from '../../labels/patchCodec.ts';
import { createPlanes, type LabelPlanes, MAX_CLASSES, NO_STROKE, UNLABELED } from '../../labels/planes.ts';

/** A picture's labels as they could be read back. */
export interface RestoredPlanes {
  readonly planes: LabelPlanes;
  /** Label revision of the newest gesture in them; the next gesture must have a greater one. */
  readonly labelRevision: number;
  readonly gestureCount: number;
  /** What could not be read; all else was. */
  readonly lost: {
    /** The whole snapshot: only gestures since then are there. */
    readonly snapshot: boolean;
    /** Pixels of the snapshot, now unlabeled. */
    readonly pixelCount: number;
    readonly gestureCount: number;
  };
}

const revisionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const snapshotSchema = v.object({
  width: v.number(),
  height: v.number(),
  classIds: v.instance(Uint8Array),
  strokeIds: v.instance(Uint16Array),
  labelRevision: revisionSchema,
});
const journalEntrySchema = v.object({ labelRevision: revisionSchema, patch: v.instance(Uint8Array) });

/**
 * The label planes of a `height × width` picture: a snapshot with the gestures of its journal replayed over it.
 *
 * Both are what a database gave, so anything. Gestures count in order of their revisions; one that is not newer than
 * those before it is in them already and passed over. One that does not decode or fit is passed over and counted, as
 * are pixels that no planes may hold. The result is new memory.
 */
export function restorePlanes(
  snapshot: unknown,
  journal: readonly unknown[],
  width: number,
  height: number,
): RestoredPlanes {
  const planes = createPlanes(width, height);
  const parsed = v.safeParse(snapshotSchema, snapshot);
  const stored = parsed.success && fits(parsed.output, planes) ? parsed.output : null;
  const pixelCount = stored === null ? 0 : copyValidPixels(stored, planes);
  let labelRevision = stored?.labelRevision ?? 0;
  let gestureCount = 0;
  let lostGestureCount = 0;
  for (const record of journal) {
    const entry = v.safeParse(journalEntrySchema, record);
    if (entry.success && entry.output.labelRevision <= labelRevision) continue;
    const patch = entry.success ? decodeFitting(entry.output.patch, planes) : null;
    if (!entry.success || patch === null) {
      lostGestureCount++;
      continue;
    }
    applyPatch(planes, patch);
    labelRevision = entry.output.labelRevision;
    gestureCount++;
  }
  const lost = { snapshot: stored === null, pixelCount, gestureCount: lostGestureCount };
  return { planes, labelRevision, gestureCount, lost };
}

type Snapshot = v.InferOutput<typeof snapshotSchema>;

function fits({ width, height, classIds, strokeIds }: Snapshot, planes: LabelPlanes): boolean {
  return (
    width === planes.width &&
    height === planes.height &&
    classIds.length === width * height &&
    strokeIds.length === width * height
  );
}

/** Returns how many pixels were not valid; they stay unlabeled. */
function copyValidPixels({ classIds, strokeIds }: Snapshot, planes: LabelPlanes): number {
  planes.classIds.set(classIds);
  planes.strokeIds.set(strokeIds);
  let invalidCount = 0;
  for (let i = 0; i < classIds.length; i++) {
    const classId = classIds[i] ?? UNLABELED;
    const isLabeled = strokeIds[i] !== NO_STROKE;
    if (isLabeled ? classId < MAX_CLASSES : classId === UNLABELED) continue;
    planes.classIds[i] = UNLABELED;
    planes.strokeIds[i] = NO_STROKE;
    invalidCount++;
  }
  return invalidCount;
}

function decodeFitting(bytes: Uint8Array, { width, height }: LabelPlanes): LabelPatch | null {
  try {
    const patch = decodePatch(bytes);
    return patch.width === width && patch.height === height ? patch : null;
  } catch (error) {
    if (error instanceof PatchFormatError) return null;
    throw error;
  }
}
