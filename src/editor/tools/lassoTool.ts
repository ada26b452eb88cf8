import { polygonRegion } from '../../labels/polygon.ts';
import { HeldTool } from './heldTool.ts';
import { type PointTuple, pointOf } from './points.ts';
import type { ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

/** Fills a free-hand outline, drawn while the button is down, when it is released; unlabeled with the secondary button. */
export class LassoTool extends HeldTool {
  readonly cursor = 'cross';
  #outline: PointTuple[] = [];

  constructor(context: ToolContext) {
    super(context, { name: 'Lasso' });
  }

  get preview(): ToolPreview | null {
    if (!this.isActive) return null;
    return { kind: 'path', points: this.#outline, closed: true, radiusPx: 0 };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.#outline = [pointOf(event)];
    this.begin(event.button);
  }

  pointerMove(event: ToolPointerEvent): void {
    if (!this.isActive) return;
    this.#outline.push(pointOf(event));
    this.context.previewChanged();
  }

  pointerUp(event: ToolPointerEvent): void {
    this.pointerMove(event);
    const { width, height } = this.context.target;
    this.gesture?.fill(polygonRegion(this.#outline, width, height));
    this.commit();
  }
}
