import type { SegmentationClass } from '../settings/classes.ts';

/** The open picture, the classes and their labels, in numbers. */
export interface DocumentSlice {
  /** `null`: the project has no picture yet. */
  readonly pictureId: string | null;
  /** Working size. */
  readonly width: number;
  readonly height: number;
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly classes: readonly SegmentationClass[];
  readonly hiddenClassIds: ReadonlySet<number>;
  readonly lockedClassIds: ReadonlySet<number>;
  /** Labeled pixels per class id, in the open picture. */
  readonly labeledByClass: Readonly<Record<number, number>>;
  /** How many classes have labels in the pictures that are trained on. */
  readonly trainedClassCount: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Number of applied edits, lower after undo; `workbench.history.items` has their names. */
  readonly historyPosition: number;
  readonly hasStarterStrokes: boolean;
  /** One sentence on what to try with a built-in picture. */
  readonly blurb: string | null;
  /** One sentence on a class that lacks strokes, or lacks some along its border. */
  readonly strokeGuide: string | null;
  /** Why the place in the ring is worth a stroke; `null`: there is no ring. */
  readonly suggestion: string | null;
}

/** What is known of the open picture while there is none. */
export const NO_PICTURE = {
  pictureId: null,
  width: 0,
  height: 0,
  originalWidth: 0,
  originalHeight: 0,
  labeledByClass: {},
  hasStarterStrokes: false,
  blurb: null,
  strokeGuide: null,
  suggestion: null,
} as const satisfies Partial<DocumentSlice>;

export const FIRST_DOCUMENT: DocumentSlice = {
  ...NO_PICTURE,
  classes: [],
  trainedClassCount: 0,
  hiddenClassIds: new Set<number>(),
  lockedClassIds: new Set<number>(),
  canUndo: false,
  canRedo: false,
  historyPosition: 0,
};
