import { FIGURE_NAMES, FIGURES, type FigureName, type Figures, type Round } from './figures.ts';

/** Memory may have grown by this share from the second fifth of the rounds to the last. */
const MAX_GROWTH = 0.05;
/** Training may have become slower by this share. */
const MAX_SLOWDOWN = 0.15;
const FIFTHS = 5;

/** What a run comes to. */
export interface Verdict {
  /** Medians of each fifth of the rounds, in order; empty where there are fewer rounds than fifths. */
  readonly fifths: readonly Figures[];
  /** One sentence for each thing that is wrong; none: memory is flat, and training as fast as it was. */
  readonly faults: readonly string[];
}

/**
 * Compares the last fifth of the rounds with the second: the first fills caches and is not counted. Medians, so that a
 * single slow round changes nothing; growth of memory and loss of speed are faults, the opposite is not.
 */
export function judge(rounds: readonly Round[]): Verdict {
  if (rounds.length < FIFTHS) {
    return { fifths: [], faults: [`Only ${rounds.length} rounds were done; five at least can be judged.`] };
  }
  const fifths = Array.from({ length: FIFTHS }, (_, i) => {
    const [from, to] = [i, i + 1].map((fifth) => Math.round((fifth * rounds.length) / FIFTHS));
    return mediansOf(rounds.slice(from, to));
  });
  const [second, last] = [fifths[1], fifths[FIFTHS - 1]];
  if (second === undefined || last === undefined) throw new Error('There are five fifths.');
  return { fifths, faults: FIGURE_NAMES.flatMap((name) => faultOf(name, second[name], last[name]) ?? []) };
}

/** The change from one figure to another as a share of the first, with a sign. */
export function changeOf(before: number, after: number): number {
  return after === before ? 0 : (after - before) / before;
}

/** The middle number, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function mediansOf(rounds: readonly Round[]): Figures {
  const medians = FIGURE_NAMES.map((name) => [name, median(rounds.map(({ figures }) => figures[name]))]);
  return Object.fromEntries(medians) as Record<FigureName, number>;
}

function faultOf(name: FigureName, second: number, last: number): string | null {
  const { title, kind, slack } = FIGURES[name];
  const percent = `${Math.abs(100 * changeOf(second, last)).toFixed(1)} %`;
  if (kind === 'speed') {
    const isSlower = !(last >= second * (1 - MAX_SLOWDOWN));
    return isSlower ? `${title} fell by ${percent} from the second fifth of the rounds to the last.` : null;
  }
  const hasGrown = !(last - second <= Math.max(slack, second * MAX_GROWTH));
  return hasGrown ? `${title} grew by ${percent} from the second fifth of the rounds to the last.` : null;
}
