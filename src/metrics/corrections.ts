import type { LabelPatch } from '../labels/patch.ts';
import { UNLABELED } from '../labels/planes.ts';

/** Strokes that are kept; of more, the oldest go. */
const MAX_STROKES = 10_000;
/** Strokes of the moving mean. */
const WINDOW = 5;

/**
 * How much of a stroke the prediction had right before it was painted: the share of the pixels to which `patch` gives
 * another class that `classMap` (`[H·W]`) already calls that class. `null` where it gives none a class, or the map is of
 * another size.
 *
 * RootPainter's corrective metric, Smith et al. 2022.
 */
export function alreadyRight(patch: LabelPatch, classMap: Uint8Array): number | null {
  if (classMap.length !== patch.width * patch.height) return null;
  let labeled = 0;
  let right = 0;
  for (let run = 0; run < patch.starts.length; run++) {
    const classId = patch.classAfter[run] as number;
    if (classId === UNLABELED || classId === patch.classBefore[run]) continue;
    const start = patch.starts[run] as number;
    const length = patch.lengths[run] as number;
    labeled += length;
    for (let i = start; i < start + length; i++) if (classMap[i] === classId) right++;
  }
  return labeled === 0 ? null : right / labeled;
}

/** Corrections as they are stored. */
export interface SavedCorrections {
  /** Of every stroke, oldest first: see {@link alreadyRight}. */
  readonly shares: number[];
  /** How many strokes had been painted when another learner began, rising. */
  readonly starts: number[];
}

interface Stroke {
  /** Names the stroke for undo; `null`: it is of an earlier visit, and can no longer be undone. */
  readonly key: string | null;
  readonly share: number;
  readonly learner: number;
  stands: boolean;
}

/** What the strokes of a project's learners were worth, one after another. */
export class Corrections {
  #strokes: Stroke[] = [];
  #learner = 0;

  /** Goes on from what {@link save} gave. */
  static restored({ shares, starts }: SavedCorrections): Corrections {
    const corrections = new Corrections();
    corrections.#strokes = shares.map((share, i) => ({
      key: null,
      share,
      learner: starts.filter((start) => start <= i).length,
      stands: true,
    }));
    corrections.#learner = starts.length;
    return corrections;
  }

  /** A stroke was painted. */
  add(key: string, share: number): void {
    this.#strokes.push({ key, share, learner: this.#learner, stands: true });
    if (this.#strokes.length > MAX_STROKES) this.#strokes.shift();
  }

  /** A stroke was undone, or done again: its point goes, or comes back to its place. False where it has none. */
  setStanding(key: string, stands: boolean): boolean {
    const stroke = this.#strokes.findLast((other) => other.key === key);
    if (stroke === undefined || stroke.stands === stands) return false;
    stroke.stands = stands;
    return true;
  }

  /** What comes is about another learner; false where nothing was about the former one. */
  startOver(): boolean {
    if (this.#strokes.at(-1)?.learner !== this.#learner) return false;
    this.#learner++;
    return true;
  }

  /** The learner is the one that the newest strokes were about, unless strokes were painted about another since. */
  goBack(): void {
    const last = this.#strokes.at(-1)?.learner ?? 0;
    this.#learner = last === this.#learner ? last + 1 : last;
  }

  /** The shares of each learner's strokes, oldest first; learners without any are left out. */
  get byLearner(): readonly (readonly number[])[] {
    const groups: number[][] = [];
    let learner: number | null = null;
    for (const stroke of this.#standing) {
      if (stroke.learner !== learner) groups.push([]);
      learner = stroke.learner;
      groups.at(-1)?.push(stroke.share);
    }
    return groups;
  }

  save(): SavedCorrections {
    const groups = this.byLearner;
    const ends = groups.map((_, i) => groups.slice(0, i + 1).flat().length);
    const isOver = this.#standing.at(-1)?.learner !== this.#learner;
    return { shares: groups.flat(), starts: isOver ? ends : ends.slice(0, -1) };
  }

  get #standing(): Stroke[] {
    return this.#strokes.filter(({ stands }) => stands);
  }
}

/** The mean of each share and of up to four before it. */
export function movingMean(shares: readonly number[]): number[] {
  return shares.map((_, i) => {
    const window = shares.slice(Math.max(0, i + 1 - WINDOW), i + 1);
    return window.reduce((sum, share) => sum + share, 0) / window.length;
  });
}
