import type { PaintTarget } from '../paintTarget.ts';
import { pixelAt } from './points.ts';
import type { Tool, ToolPointerEvent } from './tool.ts';

/** What a {@link ProbeTool} looks at and tells. */
export interface ProbeContext {
  readonly target: PaintTarget;
  /** A pixel was chosen. */
  pickPixel(x: number, y: number): void;
}

/** Chooses a pixel to look into, by a click or while it is dragged over; paints nothing. */
export class ProbeTool implements Tool {
  readonly cursor = 'cross';
  readonly preview = null;
  readonly isActive = false;
  readonly isUnlabeling = false;
  readonly #context: ProbeContext;

  constructor(context: ProbeContext) {
    this.#context = context;
  }

  pointerDown({ imageX, imageY }: ToolPointerEvent): void {
    const pixel = pixelAt(this.#context.target, imageX, imageY);
    if (pixel !== null) this.#context.pickPixel(pixel.x, pixel.y);
  }

  pointerMove(event: ToolPointerEvent): void {
    this.pointerDown(event);
  }

  pointerUp(): void {
    // The pixel is chosen already.
  }

  hover(): void {
    // Nothing is chosen before the press.
  }

  finish(): boolean {
    return false;
  }

  cancel(): void {
    // What was chosen stays.
  }
}
