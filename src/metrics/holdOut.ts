import { hash32 } from '../base/splitMix.ts';
import { type LabelPlanes, NO_STROKE, UNLABELED } from '../labels/planes.ts';

/** Which strokes a picture has, and of which classes their pixels are. */
export interface PictureStrokes {
  readonly pictureId: string;
  /** Per stroke id a bit for every class id that pixels of it have. */
  readonly classBits: ReadonlyMap<number, number>;
  /** Strokes that are always learned from: what they say was predicted before it was a label. */
  readonly neverHeldOut: ReadonlySet<number>;
}

export interface HoldOutRequest {
  /** Share of the strokes to hold out, 0 to 1; 0: none. */
  readonly share: number;
  readonly seed: number;
}

/** Held-out stroke ids by picture id; a picture without any is left out. */
export type HeldOutStrokes = ReadonlyMap<string, ReadonlySet<number>>;

/** The strokes that label planes show, each with a bit for every class of its pixels. */
export function classBitsByStroke({ classIds, strokeIds }: LabelPlanes): Map<number, number> {
  const bits = new Uint32Array(2 ** 16);
  for (let i = 0; i < strokeIds.length; i++) {
    const strokeId = strokeIds[i] as number;
    if (strokeId === NO_STROKE) continue;
    bits[strokeId] = (bits[strokeId] as number) | (1 << (classIds[i] as number));
  }
  const byStroke = new Map<number, number>();
  for (let strokeId = 0; strokeId < bits.length; strokeId++) {
    const classes = bits[strokeId] as number;
    if (classes !== 0) byStroke.set(strokeId, classes);
  }
  return byStroke;
}

/**
 * Chooses whole strokes to keep out of training. It depends on the seed, the pictures' ids and the strokes alone, not on
 * the order of the pictures.
 *
 * Strokes are gone through from the lowest number to the highest, which is from the oldest to the newest in a project; of
 * strokes of one number in several pictures the order is that of hashes. Each is decided about by what came before it:
 *
 * 1. A stroke that must not be held out, or that brings the first pixels of a class, is learned from.
 * 2. Else, a stroke of a class of which nothing is held out yet is held out.
 * 3. Else, it is held out where the hash of seed, picture and number falls into the share.
 *
 * So every class keeps something to learn from, of every class with a second stroke something is held out (unless each
 * further stroke falls under 1), and a stroke with a number above all others moves none of those to the other side.
 */
export function chooseHeldOut(pictures: readonly PictureStrokes[], { share, seed }: HoldOutRequest): HeldOutStrokes {
  const heldOut = new Map<string, Set<number>>();
  if (share <= 0) return heldOut;
  let learnedClasses = 0;
  let heldOutClasses = 0;
  for (const { pictureId, strokeId, classes, neverHeldOut } of inOrder(pictures)) {
    if (neverHeldOut || (classes & ~learnedClasses) !== 0) {
      learnedClasses |= classes;
    } else if ((classes & ~heldOutClasses) !== 0 || hash32(seed, pictureId, strokeId) < share * 2 ** 32) {
      heldOutClasses |= classes;
      const ofPicture = heldOut.get(pictureId) ?? new Set();
      heldOut.set(pictureId, ofPicture.add(strokeId));
    }
  }
  return heldOut;
}

/**
 * The classes of the pixels that these strokes did not paint, `[H·W]`, UNLABELED elsewhere: a new array, or the planes'
 * own where there are no such strokes.
 */
export function classIdsWithout(
  { classIds, strokeIds }: LabelPlanes,
  heldOut: ReadonlySet<number>,
): Uint8Array<ArrayBuffer> {
  if (heldOut.size === 0) return classIds;
  const isHeldOut = new Uint8Array(2 ** 16);
  for (const strokeId of heldOut) isHeldOut[strokeId] = 1;
  const learned = classIds.slice();
  for (let i = 0; i < learned.length; i++) {
    if (isHeldOut[strokeIds[i] as number] === 1) learned[i] = UNLABELED;
  }
  return learned;
}

interface OrderedStroke {
  readonly pictureId: string;
  readonly strokeId: number;
  readonly classes: number;
  readonly neverHeldOut: boolean;
}

function inOrder(pictures: readonly PictureStrokes[]): OrderedStroke[] {
  const rank = new Map(pictures.map(({ pictureId }) => [pictureId, hash32(pictureId)]));
  return pictures
    .flatMap(({ pictureId, classBits, neverHeldOut }) =>
      Array.from(classBits, ([strokeId, classes]) => {
        return { pictureId, strokeId, classes, neverHeldOut: neverHeldOut.has(strokeId) };
      }),
    )
    .sort(
      (a, b) =>
        a.strokeId - b.strokeId ||
        (rank.get(a.pictureId) as number) - (rank.get(b.pictureId) as number) ||
        (a.pictureId < b.pictureId ? -1 : 1),
    );
}
