import type { LearnerSettings } from '../settings/learner.ts';
import type { ScoredCheckpoint } from './trainedScores.ts';

export type Mode = 'single' | 'multi';

/** One training and its scores. */
export interface QualityRow {
  /** Name of the settings: `default`, `plain`, or what was tried. */
  readonly configuration: string;
  readonly settings: LearnerSettings;
  readonly backend: string;
  readonly set: string;
  readonly mode: Mode;
  /** Longest side. */
  readonly sizePx: number;
  /** `null`: the test pictures of the set together. */
  readonly picture: string | null;
  readonly seed: number;
  readonly checkpoints: readonly ScoredCheckpoint[];
}

/**
 * ilastik's method as measured on the evaluation data: 50 trees (single) or 100 (multi) on scikit-image's
 * `multiscale_basic_features`, σ 1–16. By mode, longest side and set, mean IoU in thousandths.
 */
const RANDOM_FOREST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'single 128': { grabcut_scribbles: 613, earth_water: 872, nuclei_dsb2018: 821, em_vnc: 327 },
  'single 256': { grabcut_scribbles: 599, earth_water: 913, nuclei_dsb2018: 735, em_vnc: 399 },
  'multi 128': { earth_water: 944, nuclei_dsb2018: 693, em_vnc: 324 },
  'multi 256': { earth_water: 972, nuclei_dsb2018: 660, em_vnc: 386 },
};

/** A mean over seeds, and how far they spread: the standard deviation, with n − 1, or `null` of a single one. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) };
}

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

/** The table of one mode and size as Markdown: a line for the forest and one for each configuration and step count. */
export function formatQualityTable(rows: readonly QualityRow[]): string {
  const [first] = rows;
  if (first === undefined) return 'Nothing was measured.';
  const sets = [...new Set(rows.map(({ set }) => set))];
  const forest = RANDOM_FOREST[`${first.mode} ${first.sizePx}`] ?? {};
  const lines = [
    ['', 'steps', ...sets, 'mean', 's a training'],
    ['---', '---', ...sets.map(() => '---'), '---', '---'],
  ];
  const known = sets.map((set) => (forest[set] === undefined ? undefined : forest[set] / 1000));
  if (known.some((score) => score !== undefined)) {
    lines.push(['random forest', '', ...known.map(scoreText), scoreText(meanOfAll(known)), '']);
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
