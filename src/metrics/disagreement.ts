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

/** Rows and columns of the counts: class ids, then 254. */
const VERDICTS = MAX_CLASSES + 1;

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
  const calledByA = new Uint32Array(VERDICTS * VERDICTS);
  const calledByB = new Uint32Array(VERDICTS * VERDICTS);
  const reference = truth ?? a;
  let differing = 0;
  for (let i = 0; i < a.length; i++) {
    const [ofA, ofB] = [a[i] ?? 0, b[i] ?? 0];
    if (ofA !== ofB) differing++;
    const row = verdictOf(reference[i] ?? UNLABELED);
    if (classIds[i] !== UNLABELED || row < 0) continue;
    const [columnA, columnB] = [verdictOf(ofA), verdictOf(ofB)];
    const atA = row * VERDICTS + columnA;
    const atB = row * VERDICTS + columnB;
    if (columnA >= 0) calledByA[atA] = (calledByA[atA] ?? 0) + 1;
    if (columnB >= 0) calledByB[atB] = (calledByB[atB] ?? 0) + 1;
  }
  const found: { readonly pixels: number; readonly disagreement: ClassDisagreement }[] = [];
  for (let row = 0; row < VERDICTS; row++) {
    const rowOf = (counts: Uint32Array) => counts.subarray(row * VERDICTS, (row + 1) * VERDICTS);
    const [rowA, rowB] = [rowOf(calledByA), rowOf(calledByB)];
    let called = -1;
    let pixels = 0;
    for (let column = 0; column < VERDICTS; column++) {
      const apart = Math.abs((rowB[column] ?? 0) - (rowA[column] ?? 0));
      if (column === row || apart <= pixels) continue;
      called = column;
      pixels = apart;
    }
    if (called < 0) continue;
    const all = rowA.reduce((sum, count) => sum + count, 0);
    found.push({
      pixels,
      disagreement: {
        classId: idOf(row),
        calledId: idOf(called),
        shareA: (rowA[called] ?? 0) / all,
        shareB: (rowB[called] ?? 0) / all,
      },
    });
  }
  found.sort((x, y) => y.pixels - x.pixels);
  return {
    differingShare: a.length === 0 ? 0 : differing / a.length,
    isByTruth: truth !== null,
    byClass: found.map(({ disagreement }) => disagreement),
  };
}

/** Row or column of a class id or of 254; −1 for what is none. */
function verdictOf(id: number): number {
  if (id < MAX_CLASSES) return id;
  return id === PREDICTED_UNLABELED ? MAX_CLASSES : -1;
}

function idOf(verdict: number): number {
  return verdict === MAX_CLASSES ? PREDICTED_UNLABELED : verdict;
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
