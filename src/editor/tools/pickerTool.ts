import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { pixelAt } from './points.ts';
import type { Tool, ToolContext, ToolPointerEvent } from './tool.ts';

/** A click makes the class under the pointer the one to paint with: the label's, else the prediction's, else unlabeled. */
export class PickerTool implements Tool {
  readonly cursor = 'cross';
  readonly preview = null;
  readonly isActive = false;
  readonly isUnlabeling = false;
  readonly #context: ToolContext;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  pointerDown({ imageX, imageY }: ToolPointerEvent): void {
    const { target } = this.#context;
    const pixel = pixelAt(target, imageX, imageY);
    if (pixel === null) return;
    const label = target.classIds[pixel.index] ?? UNLABELED;
    const predicted = this.#context.prediction()?.classMap[pixel.index] ?? UNLABELED;
    const classId = label === UNLABELED ? predicted : label;
    this.#context.pickClass(classId === PREDICTED_UNLABELED ? UNLABELED : classId);
  }

  pointerMove(): void {
    // A pick is done when the button goes down.
  }

  pointerUp(): void {
    // A pick is done when the button goes down.
  }

  hover(): void {
    // There is nothing to show before the click.
  }

  finish(): boolean {
    return false;
  }

  cancel(): void {
    // There is never anything under way.
  }
}
