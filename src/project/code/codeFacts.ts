import type { LearnerSettings } from '../../settings/learner.ts';

/** What is on the screen, as far as a program can repeat it. */
export interface CodeFacts {
  /** Names in list order: the numbers of exported masks. */
  readonly classNames: readonly string[];
  /** Class ids in list order: what settings name classes by. */
  readonly classIds: readonly number[];
  readonly settings: LearnerSettings;
  /** Longest side that pictures are reduced to. */
  readonly workingSizePx: number;
}

/** Place in the list of the class that unlabeled pixels are trained as; the first where there is no such class. */
export function backgroundIndex({ classIds, settings }: CodeFacts): number {
  return Math.max(0, classIds.indexOf(settings.backgroundClassId));
}

/** Logits of every pixel. */
export function outputCount({ classNames, settings }: CodeFacts): number {
  return classNames.length + (settings.unlabeled === 'extraClass' ? 1 : 0);
}
