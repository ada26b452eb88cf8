import type { LearnerSettings } from '../settings/learner.ts';
import { type EvaluationPicture, planesOf } from './evaluationPicture.ts';
import type { Mode, QualityRow } from './qualityRow.ts';
import type { Experiment, Painter } from './trainedScores.ts';

/** A training whose scores are wanted, and the row they go to. */
export interface QualityTask {
  readonly row: Omit<QualityRow, 'checkpoints'>;
  readonly experiment: Experiment;
}

/** A set of pictures as it is trained on. */
export interface LoadedSet {
  readonly name: string;
  readonly pictures: readonly { readonly split: 'single' | 'train' | 'test'; readonly picture: EvaluationPicture }[];
}

/** Settings under a name. */
export interface Configuration {
  readonly name: string;
  readonly settings: LearnerSettings;
  /** Learns from the whole truth in place of the strokes: what strokes can be measured against. */
  readonly learnsFrom: 'strokes' | 'truth';
  /** Somebody who paints further strokes, one after every checkpoint of `shares`; `null`: nobody. */
  readonly painter: { readonly where: Painter; readonly shares: readonly number[] } | null;
}

/** What all tasks of a run share. */
export interface RunPlan {
  readonly mode: Mode;
  readonly sizePx: number;
  readonly backend: string;
  readonly seeds: number;
  /** Steps to score after, as shares of each configuration's budget: 1 is its end. */
  readonly shares: readonly number[];
}

/** The tasks of a run; `multi` leaves sets out that have no split. */
export function tasksOf(
  sets: readonly LoadedSet[],
  configurations: readonly Configuration[],
  plan: RunPlan,
): QualityTask[] {
  return configurations.flatMap((configuration) =>
    seedsOf(plan).flatMap((seed) => sets.flatMap((set) => tasksOfSet(set, configuration, seed, plan))),
  );
}

function seedsOf({ seeds }: RunPlan): number[] {
  return Array.from({ length: seeds }, (_, i) => i + 1);
}

function tasksOfSet(
  { name, pictures }: LoadedSet,
  { name: configuration, settings: given, learnsFrom, painter }: Configuration,
  seed: number,
  { mode, sizePx, backend, shares: planned }: RunPlan,
): QualityTask[] {
  const settings = { ...given, seed };
  const shares = painter?.shares ?? planned;
  const checkpoints = [...new Set(shares.map((share) => Math.max(1, Math.round(share * settings.stepBudget))))];
  const row = { configuration, settings, backend, set: name, mode, sizePx, seed };
  const taught = (picture: EvaluationPicture): EvaluationPicture =>
    learnsFrom === 'strokes' ? picture : { ...picture, strokes: wholeMask(picture) };
  if (mode === 'single') {
    return pictures.map(({ picture }) => ({
      row: { ...row, picture: picture.id },
      experiment: {
        training: [taught(picture)],
        scored: [picture],
        pixels: 'unpainted',
        settings,
        checkpoints,
        painter: painter?.where ?? null,
      },
    }));
  }
  const of = (split: 'train' | 'test') => pictures.flatMap((each) => (each.split === split ? [each.picture] : []));
  const [training, scored] = [of('train'), of('test')];
  if (training.length === 0 || scored.length === 0) return [];
  return [
    {
      row: { ...row, picture: null },
      experiment: { training: training.map(taught), scored, pixels: 'all', settings, checkpoints, painter: null },
    },
  ];
}

function wholeMask({ truth, width, height }: EvaluationPicture): EvaluationPicture['strokes'] {
  return planesOf(truth, width, height);
}
