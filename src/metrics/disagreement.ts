import { MAX_CLASSES, PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';

/** What one of two predictions calls the unlabeled pixels of a class that the other one does not. */
export interface ClassDisagreement {
  /** The class that these pixels are of, or 254. */
  readonly classId: number;
  /** What they are called instead: a class id, or 254 for "predicted unlabeled". */
  readonly calledId: number;
  /** Share of the class's unlabeled pixels that either prediction calls so, 0 to 1. */
  readonly shareA: number;
  readonly shareB: number;
}

/** In what two predictions of one picture differ. */
export interface Disagreement {
  /** Share of all pixels that are predicted as different classes, 0 to 1. */
  readonly differingShare: number;
  /** Whether the classes of pixels are the exact mask's; else they are what the first prediction says. */
  readonly isByTruth: boolean;
  /** For each class that which the two differ in most, those of the most pixels first. */
  readonly byClass: readonly ClassDisagreement[];
}

/** Rows and columns of the counts: class ids, 254, and everything else. */
const PREDICTED_UNLABELED_ROW = MAX_CLASSES;
const NO_CLASS_ROW = MAX_CLASSES + 1;
const ROWS = MAX_CLASSES + 2;

/** Of every byte of a class map. */
const ROW_OF = Uint8Array.from({ length: 256 }, (_, id) => {
  if (id < MAX_CLASSES) return id;
  return id === PREDICTED_UNLABELED ? PREDICTED_UNLABELED_ROW : NO_CLASS_ROW;
});

/**
 * Compares two class maps over a picture, class by class over its unlabeled pixels. All planes are row-major and of one
 * size; `truth` is the exact mask, UNLABELED where unknown, or `null` where none is known. A `RangeError` otherwise.
 */
export function disagreementOf(
  a: Uint8Array,
  b: Uint8Array,
  classIds: Uint8Array,
  truth: Uint8Array | null,
): Disagreement {
  if (b.length !== a.length || classIds.length !== a.length || (truth !== null && truth.length !== a.length)) {
    throw new RangeError('The predictions, the labels and the mask differ in size.');
  }
  const { differing, calledByA, calledByB } = countVerdicts(a, b, classIds, truth ?? a);
  const found = Array.from({ length: NO_CLASS_ROW }, (_, row) => largestGap(row, calledByA, calledByB));
  return {
    differingShare: a.length === 0 ? 0 : differing / a.length,
    isByTruth: truth !== null,
    byClass: found
      .filter((gap) => gap !== null)
      .sort((x, y) => y.pixels - x.pixels)
      .map(({ disagreement }) => disagreement),
  };
}

/**
 * How many pixels differ, and unlabeled pixels by class (rows) and by what either calls them (columns). In one pass and
 * by tables, for a picture of a million pixels must not hold the page up.
 */
function countVerdicts(a: Uint8Array, b: Uint8Array, classIds: Uint8Array, reference: Uint8Array) {
  const calledByA = new Uint32Array(ROWS * ROWS);
  const calledByB = new Uint32Array(ROWS * ROWS);
  let differing = 0;
  for (let i = 0; i < a.length; i++) {
    const ofA = a[i] as number;
    const ofB = b[i] as number;
    if (ofA !== ofB) differing++;
    if (classIds[i] !== UNLABELED) continue;
    const row = (ROW_OF[reference[i] as number] as number) * ROWS;
    (calledByA[row + (ROW_OF[ofA] as number)] as number)++;
    (calledByB[row + (ROW_OF[ofB] as number)] as number)++;
  }
  return { differing, calledByA, calledByB };
}

/** What the two call the pixels of a class most differently often, but for the class itself; `null`: nothing. */
function largestGap(row: number, calledByA: Uint32Array, calledByB: Uint32Array) {
  const [ofA, ofB] = [calledByA, calledByB].map((counts) => counts.subarray(row * ROWS, (row + 1) * ROWS)) as [
    Uint32Array,
    Uint32Array,
  ];
  const gaps = Array.from(ofA, (count, column) => (column === row ? 0 : Math.abs((ofB[column] ?? 0) - count)));
  const pixels = Math.max(...gaps.slice(0, NO_CLASS_ROW));
  if (pixels === 0) return null;
  const called = gaps.indexOf(pixels);
  const all = ofA.reduce((sum, count) => sum + count, 0);
  const share = (counts: Uint32Array) => (counts[called] ?? 0) / all;
  const disagreement: ClassDisagreement = {
    classId: idOf(row),
    calledId: idOf(called),
    shareA: share(ofA),
    shareB: share(ofB),
  };
  return { pixels, disagreement };
}

function idOf(row: number): number {
  return row === PREDICTED_UNLABELED_ROW ? PREDICTED_UNLABELED : row;
}

/**
 * A prediction without what another says, too: the class map is UNLABELED where both have the same class, and the margin
 * 255, as where nothing is in doubt.
 */
export function differingOnly<Map extends { readonly classMap: Uint8Array; readonly margin: Uint8Array }>(
  prediction: Map,
  other: { readonly classMap: Uint8Array },
): Map & { readonly classMap: Uint8Array<ArrayBuffer>; readonly margin: Uint8Array<ArrayBuffer> } {
  const classMap = Uint8Array.from(prediction.classMap);
  const margin = Uint8Array.from(prediction.margin);
  for (let i = 0; i < classMap.length; i++) {
    if (classMap[i] !== other.classMap[i]) continue;
    classMap[i] = UNLABELED;
    margin[i] = 255;
  }
  return { ...prediction, classMap, margin };
}
