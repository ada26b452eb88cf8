import * as v from 'valibot';

/** One class a pixel can be labeled with. `id` is a stable byte; the order of a list of classes is separate from it. */
export const segmentationClassSchema = v.object({
  id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31)),
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40)),
  /** `#rrggbb`. */
  color: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i)),
});

export type SegmentationClass = v.InferOutput<typeof segmentationClassSchema>;

/** A list of classes: at least one, at most 32, no id twice. */
export const classListSchema = v.pipe(
  v.array(segmentationClassSchema),
  v.minLength(1),
  v.maxLength(32),
  v.check((classes) => new Set(classes.map((c) => c.id)).size === classes.length, 'two classes share an id'),
);

/** The lowest class id that `classes` does not use, or `undefined` when all 32 are taken. */
export function nextClassId(classes: readonly SegmentationClass[]): number | undefined {
  for (let id = 0; id < 32; id++) {
    if (!classes.some((c) => c.id === id)) return id;
  }
  return undefined;
}
