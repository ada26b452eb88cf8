import type { PixelRegion } from '../../labels/region.ts';
import type { PaintTarget } from '../paintTarget.ts';

/** A pointer event as tools see it. */
export interface ToolPointerEvent {
  /** In image pixels; may lie outside the picture. */
  readonly imageX: number;
  readonly imageY: number;
  /** `secondary`: right mouse button or a pen's eraser end. The same from down to up. */
  readonly button: 'primary' | 'secondary';
  readonly shiftKey: boolean;
  /** A pen's pressure, 0 to 1; `null` for pointers that have none. */
  readonly pressure: number | null;
  /** How many image pixels one CSS pixel of the screen is: the reach of a finger or a mouse in the picture. */
  readonly imagePxPerScreenPx: number;
}

/** What a tool shows over the picture while it works, besides the labels it paints. */
export type ToolPreview =
  /** A line through points in image pixels; `closed`: back to its start, filled lightly. */
  | {
      readonly kind: 'path';
      readonly points: readonly (readonly [imageX: number, imageY: number])[];
      readonly closed: boolean;
      /** Half the width of what will be painted, in image pixels; 0 for a mere outline. */
      readonly radiusPx: number;
    }
  /** Pixels that a click would paint. */
  | { readonly kind: 'region'; readonly region: PixelRegion };

/**
 * What a pointer does to the picture. Gets `pointerDown`, any number of `pointerMove`, then `pointerUp` or `cancel`,
 * for one pointer at a time; between gestures it gets `hover`.
 */
export interface Tool {
  pointerDown(event: ToolPointerEvent): void;
  pointerMove(event: ToolPointerEvent): void;
  pointerUp(event: ToolPointerEvent): void;
  /** The pointer moved with no button down; `null`: it left the picture's host. */
  hover(event: ToolPointerEvent | null): void;
  /** Ends what takes several clicks, as a double click or Enter does. False where there was nothing to end. */
  finish(): boolean;
  /** Ends what is under way as if it had not begun. */
  cancel(): void;
  /** True while a gesture is under way that `cancel` would take back. */
  readonly isActive: boolean;
  /** True while the gesture under way makes pixels unlabeled; the cursor shows it. */
  readonly isUnlabeling: boolean;
  /** `brush`: the footprint of the brush's size follows the pointer. `cross`: a cross hair does. */
  readonly cursor: 'brush' | 'cross';
  /** What to show over the picture now. */
  readonly preview: ToolPreview | null;
}

/** What a person has chosen for painting. */
export interface PaintSettings {
  /** Class to paint, or UNLABELED. */
  readonly classId: number;
  /** At least 0.5; under 1 the brush paints single pixels. */
  readonly radiusPx: number;
  /** Largest colour distance that a flood fill bridges: Euclidean over RGB, 0 to 255·√3. */
  readonly fillTolerance: number;
  /** Least confidence, 0 to 255, of pixels that are accepted from the prediction. */
  readonly acceptConfidence: number;
}

/** A picture cut into patches of similar colour. */
export interface SuperpixelMap {
  readonly width: number;
  readonly height: number;
  /** Patch number per pixel, row-major, from 0. */
  readonly segmentIds: Int32Array;
  readonly segmentCount: number;
}

/** What tools reach of the rest. All of it is asked for when it is needed, for it changes. */
export interface ToolContext {
  readonly target: PaintTarget;
  settings(): PaintSettings;
  /** RGBA bytes of the picture, row-major. */
  pixels(): Uint8Array | Uint8ClampedArray;
  /** `null` while they are being computed; asking starts that. */
  superpixels(): SuperpixelMap | null;
  /** The newest prediction of the picture: class ids and confidences (0–255), row-major; `null` where there is none. */
  prediction(): { readonly classMap: Uint8Array; readonly confidence: Uint8Array } | null;
  /** Whether labels of a class may be added: it is one of the project's, and not locked. */
  canPaint(classId: number): boolean;
  /** Makes a class (or UNLABELED) the one to paint with. */
  pickClass(classId: number): void;
  /** Tells one sentence to the person: why nothing was painted. */
  refuse(sentence: string): void;
  /** The tool's preview or cursor has changed. */
  previewChanged(): void;
}
