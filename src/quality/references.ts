import * as v from 'valibot';
import { parsed } from './parsed.ts';
import type { Mode, QualityRow } from './qualityRow.ts';
import { spreadOf } from './spread.ts';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const referencesSchema = v.record(
  v.string(),
  v.record(
    v.pipe(v.string(), v.regex(/^(single|multi) [1-9]\d*$/)),
    v.record(v.string(), v.union([share, v.record(v.string(), share)])),
  ),
);

/**
 * What other methods reach on the pictures of a folder: mean IoU by the method's name, by mode and longest side (`single
 * 128`), by set; of single pictures by the picture's id, of `multi` one number.
 */
export type References = v.InferOutput<typeof referencesSchema>;

/** Reads a folder's `references.json`. Throws an `Error` with one sentence when it is none. */
export function parseReferences(text: string): References {
  return parsed(text, 'file of references', referencesSchema);
}

/** Mean IoU of a method on each of the sets, in their order; `undefined` where it was not measured. */
export function referenceScores(
  references: References,
  method: string,
  { mode, sizePx }: { readonly mode: Mode; readonly sizePx: number },
  sets: readonly string[],
): (number | undefined)[] {
  const bySet = references[method]?.[`${mode} ${sizePx}`] ?? {};
  return sets.map((set) => {
    const scores = bySet[set];
    if (scores === undefined || typeof scores === 'number') return scores;
    return spreadOf(Object.values(scores)).mean;
  });
}

/** On how many pictures a configuration is ahead of a method or behind it, and by how much on average. */
export interface Standing {
  readonly wins: number;
  readonly losses: number;
  readonly meanDifference: number;
}

/** Of the rows of one configuration, after its last step, each picture's mean over seeds; `null` where none was measured. */
export function standingAgainst(references: References, method: string, rows: readonly QualityRow[]): Standing | null {
  const differences = new Map<string, number[]>();
  for (const { mode, sizePx, set, picture, checkpoints } of rows) {
    const scores = references[method]?.[`${mode} ${sizePx}`]?.[set];
    const reference = typeof scores === 'object' && picture !== null ? scores[picture] : undefined;
    const score = checkpoints.at(-1)?.meanIou;
    if (reference === undefined || score === undefined) continue;
    const key = `${set}/${picture}`;
    differences.set(key, [...(differences.get(key) ?? []), score - reference]);
  }
  const means = [...differences.values()].map((ofPicture) => spreadOf(ofPicture).mean);
  if (means.length === 0) return null;
  return {
    wins: means.filter((difference) => difference > 0).length,
    losses: means.filter((difference) => difference < 0).length,
    meanDifference: spreadOf(means).mean,
  };
}
