import type { PixelRegion } from '../labels/region.ts';
import type { StrokeOrigin } from '../labels/strokeOrigin.ts';

/** Why an edit cannot be made; the message is one sentence for a person. */
export class RefusedEditError extends Error {
  override name = 'RefusedEditError';
}

/** One gesture being painted. After `commit`, its own or the document's, or `cancel`, further calls do nothing. */
export interface StrokeGesture {
  /** Paints a segment with the gesture's class; a dot where both ends are the same point. */
  paint(fromX: number, fromY: number, toX: number, toY: number, radiusPx: number): void;
  /** Paints a region with the gesture's class. */
  fill(region: PixelRegion): void;
  /** Paints a region with a class of its own for every pixel: `classMap` is `[H·W]`, row-major. Others than the project's classes are left out. */
  fillFrom(region: PixelRegion, classMap: Uint8Array): void;
  /** Makes the gesture one undoable edit. */
  commit(): void;
  /** Puts every pixel back. */
  cancel(): void;
}

/** What a gesture is called in the history, and where its labels come from. */
export interface GestureNature {
  /** Name in the history: `Brush`, `Lasso`, … */
  readonly name: string;
  /** Where the labels come from; left out for what is painted by hand. */
  readonly origin?: StrokeOrigin;
}

/** The open picture's labels, as tools see them. */
export interface PaintTarget {
  readonly width: number;
  readonly height: number;
  /** Class id or UNLABELED per pixel, row-major; live. */
  readonly classIds: Uint8Array;
  /**
   * Begins a gesture; one that is open is finished. `classId` may be UNLABELED, which takes labels away. Throws a
   * {@link RefusedEditError} where nothing may be painted: stroke numbers used up, a locked class, a read-only project.
   */
  beginStroke(classId: number, nature: GestureNature): StrokeGesture;
}
