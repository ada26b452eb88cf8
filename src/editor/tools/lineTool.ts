import { HeldGesture } from './heldGesture.ts';
import { type ImagePoint, pointOf } from './points.ts';
import type { Tool, ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

/**
 * Paints a straight line of the brush's size from where the button goes down to where it is released; unlabeled with the
 * secondary button. Shift turns the line to the nearest multiple of 45°.
 */
export class LineTool implements Tool {
  readonly cursor = 'brush';
  readonly #context: ToolContext;
  readonly #held: HeldGesture;
  #from: ImagePoint = [0, 0];
  #to: ImagePoint = [0, 0];

  constructor(context: ToolContext) {
    this.#context = context;
    this.#held = new HeldGesture(context, { name: 'Line' });
  }

  get isActive(): boolean {
    return this.#held.isActive;
  }

  get isUnlabeling(): boolean {
    return this.#held.isUnlabeling;
  }

  get preview(): ToolPreview | null {
    if (!this.#held.isActive) return null;
    const { radiusPx } = this.#context.settings();
    return { kind: 'path', points: [this.#from, this.#to], closed: false, radiusPx };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.#from = pointOf(event);
    this.#to = this.#from;
    this.#held.begin(event.button);
  }

  pointerMove(event: ToolPointerEvent): void {
    if (!this.#held.isActive) return;
    this.#to = event.shiftKey ? turnTo45Degrees(this.#from, pointOf(event)) : pointOf(event);
    this.#context.previewChanged();
  }

  pointerUp(event: ToolPointerEvent): void {
    this.pointerMove(event);
    this.#held.current?.paint(...this.#from, ...this.#to, this.#context.settings().radiusPx);
    this.#held.commit();
  }

  hover(): void {
    // The cursor layer shows the brush's footprint.
  }

  finish(): boolean {
    return false;
  }

  cancel(): void {
    this.#held.cancel();
  }
}

/** The point nearest to `to` on the eight rays from `from` at multiples of 45°. */
function turnTo45Degrees(from: ImagePoint, to: ImagePoint): ImagePoint {
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
