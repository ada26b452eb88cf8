import type { QualityRow } from './qualityRow.ts';
import { type References, referenceScores, standingAgainst } from './references.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Mean IoU of a set after each checkpoint: the mean over pictures of each seed, then over seeds. */
export function setScores(rows: readonly QualityRow[]): { step: number; score: Spread; seconds: number }[] {
  const steps = rows[0]?.checkpoints.map(({ step }) => step) ?? [];
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  return steps.map((step, i) => {
    const bySeed = seeds.map((seed) => spreadOf(rows.filter((row) => row.seed === seed).map(scoreAt(i))).mean);
    const seconds = spreadOf(rows.map(({ checkpoints }) => checkpoints[i]?.seconds ?? Number.NaN)).mean;
    return { step, score: spreadOf(bySeed), seconds };
  });
}

const scoreAt =
  (checkpoint: number) =>
  ({ checkpoints }: QualityRow): number =>
    checkpoints[checkpoint]?.meanIou ?? Number.NaN;

/**
 * The table of one mode and size as Markdown: a line for each method of `references` that was measured on these sets, and
 * one for each configuration and step count.
 */
export function formatQualityTable(rows: readonly QualityRow[], references: References): string {
  const [first] = rows;
  if (first === undefined) return 'Nothing was measured.';
  const sets = [...new Set(rows.map(({ set }) => set))];
  const lines = [
    ['', 'steps', ...sets, 'mean', 's a training'],
    ['---', '---', ...sets.map(() => '---'), '---', '---'],
  ];
  for (const method of Object.keys(references)) {
    const known = referenceScores(references, method, first, sets);
    if (known.every((score) => score === undefined)) continue;
    lines.push([method, '', ...known.map(scoreText), scoreText(meanOfAll(known)), '']);
  }
  for (const configuration of new Set(rows.map((row) => row.configuration))) {
    const ofConfiguration = rows.filter((row) => row.configuration === configuration);
    const bySet = sets.map((set) => setScores(ofConfiguration.filter((row) => row.set === set)));
    for (const [i, { step }] of (bySet[0] ?? []).entries()) {
      const seconds = spreadOf(ofConfiguration.map(({ checkpoints }) => checkpoints[i]?.seconds ?? Number.NaN)).mean;
      lines.push([
        configuration,
        String(step),
        ...bySet.map((scores) => spreadText(scores[i]?.score)),
        spreadText(overSets(rows, configuration, i, sets)),
        seconds.toFixed(1),
      ]);
    }
  }
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** How each configuration stands against each method, picture by picture: a sentence each. */
export function standingSentences(rows: readonly QualityRow[], references: References): string[] {
  return [...new Set(rows.map((row) => row.configuration))].flatMap((configuration) =>
    Object.keys(references).flatMap((method) => {
      const own = rows.filter((row) => row.configuration === configuration);
      const standing = standingAgainst(references, method, own);
      if (standing === null) return [];
      const { wins, losses, meanDifference } = standing;
      const mean = `${meanDifference < 0 ? '−' : '+'}${scoreText(Math.abs(meanDifference))}`;
      return [
        `${configuration} against ${method}: ahead on ${wins} ${wins === 1 ? 'picture' : 'pictures'}, behind on ${losses}, ${mean} on average`,
      ];
    }),
  );
}

/** The mean over sets of each seed, then over seeds. */
function overSets(rows: readonly QualityRow[], configuration: string, checkpoint: number, sets: readonly string[]) {
  const mine = rows.filter((row) => row.configuration === configuration);
  const seeds = [...new Set(mine.map(({ seed }) => seed))];
  return spreadOf(
    seeds.map((seed) => {
      const ofSeed = mine.filter((row) => row.seed === seed);
      const means = sets.map((set) => spreadOf(ofSeed.filter((row) => row.set === set).map(scoreAt(checkpoint))).mean);
      return spreadOf(means).mean;
    }),
  );
}

function meanOfAll(values: readonly (number | undefined)[]): number | undefined {
  return values.every((value) => value !== undefined) ? spreadOf(values).mean : undefined;
}

function scoreText(score: number | undefined): string {
  return score === undefined || Number.isNaN(score) ? '–' : score.toFixed(3).replace(/^0/, '');
}

function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return '–';
  const { mean, deviation } = spread;
  return deviation === null ? scoreText(mean) : `${scoreText(mean)} ± ${scoreText(deviation)}`;
}
