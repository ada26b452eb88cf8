import { polygonRegion } from '../../labels/polygon.ts';
import { HeldGesture } from './heldGesture.ts';
import { type ImagePoint, pointOf } from './points.ts';
import type { Tool, ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

/** Fills a free-hand outline, drawn while the button is down, when it is released; unlabeled with the secondary button. */
export class LassoTool implements Tool {
  readonly cursor = 'cross';
  readonly #context: ToolContext;
  readonly #held: HeldGesture;
  #outline: ImagePoint[] = [];

  constructor(context: ToolContext) {
    this.#context = context;
    this.#held = new HeldGesture(context, { name: 'Lasso' });
  }

  get isActive(): boolean {
    return this.#held.isActive;
  }

  get isUnlabeling(): boolean {
    return this.#held.isUnlabeling;
  }

  get preview(): ToolPreview | null {
    if (!this.#held.isActive) return null;
    return { kind: 'path', points: this.#outline, closed: true, radiusPx: 0 };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.#outline = [pointOf(event)];
    this.#held.begin(event.button);
  }

  pointerMove(event: ToolPointerEvent): void {
    if (!this.#held.isActive) return;
    this.#outline.push(pointOf(event));
    this.#context.previewChanged();
  }

  pointerUp(event: ToolPointerEvent): void {
    this.pointerMove(event);
    const { width, height } = this.#context.target;
    this.#held.current?.fill(polygonRegion(this.#outline, width, height));
    this.#held.commit();
  }

  hover(): void {
    // An outline begins with a button.
  }

  finish(): boolean {
    return false;
  }

  cancel(): void {
    this.#held.cancel();
  }
}
