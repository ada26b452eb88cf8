import { HeldTool } from './heldTool.ts';
import { type PointTuple, pointOf } from './points.ts';
import type { ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

/**
 * Paints a straight line of the brush's size from where the button goes down to where it is released; unlabeled with the
 * secondary button. Shift turns the line to the nearest multiple of 45°.
 */
export class LineTool extends HeldTool {
  readonly cursor = 'brush';
  #from: PointTuple = [0, 0];
  #to: PointTuple = [0, 0];

  constructor(context: ToolContext) {
    super(context, { name: 'Line' });
  }

  get preview(): ToolPreview | null {
    if (!this.isActive) return null;
    const { radiusPx } = this.context.settings();
    return { kind: 'path', points: [this.#from, this.#to], closed: false, radiusPx };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.#from = pointOf(event);
    this.#to = this.#from;
    this.begin(event.button);
  }

  pointerMove(event: ToolPointerEvent): void {
    if (!this.isActive) return;
    this.#to = event.shiftKey ? turnTo45Degrees(this.#from, pointOf(event)) : pointOf(event);
    this.context.previewChanged();
  }

  pointerUp(event: ToolPointerEvent): void {
    this.pointerMove(event);
    this.gesture?.paint(...this.#from, ...this.#to, this.context.settings().radiusPx);
    this.commit();
  }
}

/** The point nearest to `to` on the eight rays from `from` at multiples of 45°. */
function turnTo45Degrees(from: PointTuple, to: PointTuple): PointTuple {
  const [fromX, fromY] = from;
  const [toX, toY] = to;
  const eighths = Math.round(Math.atan2(toY - fromY, toX - fromX) / (Math.PI / 4));
  const angle = (eighths * Math.PI) / 4;
  // Whole steps rather than the cosine and sine, which are not exactly 0 on the axes.
  const stepX = Math.round(Math.cos(angle));
  const stepY = Math.round(Math.sin(angle));
  const along = ((toX - fromX) * stepX + (toY - fromY) * stepY) / (stepX * stepX + stepY * stepY);
  return [fromX + along * stepX, fromY + along * stepY];
}
