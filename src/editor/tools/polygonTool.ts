import { UNLABELED } from '../../labels/planes.ts';
import { polygonRegion } from '../../labels/polygon.ts';
import { beginGesture } from './beginGesture.ts';
import { distancePx, type PointTuple, pointOf } from './points.ts';
import type { Tool, ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

// How near to the first corner a click closes the polygon.
const CLOSING_REACH_SCREEN_PX = 8;

// Two clicks closer than this are one corner.
const SAME_CORNER_SCREEN_PX = 2;

const MIN_CORNERS = 3;
const NATURE = { name: 'Polygon' };

/**
 * Fills a polygon with the chosen class. A click adds a corner, which can be dragged until the button is released; a
 * click on the first corner, a secondary click or `finish` closes it. A polygon that was refused stays open.
 */
export class PolygonTool implements Tool {
  readonly cursor = 'cross';
  readonly #context: ToolContext;
  #corners: readonly PointTuple[] = [];
  /** Where the rubber band ends; `null` while the pointer is away. */
  #hovered: PointTuple | null = null;
  #isDragging = false;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isActive(): boolean {
    return this.#corners.length > 0;
  }

  get isUnlabeling(): boolean {
    return this.isActive && this.#context.settings().classId === UNLABELED;
  }

  get preview(): ToolPreview | null {
    if (!this.isActive) return null;
    const points = this.#hovered === null ? this.#corners : [...this.#corners, this.#hovered];
    return { kind: 'path', points, closed: points.length >= MIN_CORNERS, radiusPx: 0 };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.#hovered = null;
    const point = pointOf(event);
    if (event.button === 'secondary' || this.#isClosing(event)) {
      this.finish();
      return;
    }
    const last = this.#corners.at(-1);
    if (last === undefined) {
      // Asked now, so that a person does not set corner after corner for nothing.
      const probe = beginGesture(this.#context, this.#context.settings().classId, NATURE);
      if (probe === null) return;
      probe.cancel();
    } else if (distancePx(last, point) <= SAME_CORNER_SCREEN_PX * event.imagePxPerScreenPx) {
      return;
    }
    this.#isDragging = true;
    this.#setCorners([...this.#corners, point]);
  }

  pointerMove(event: ToolPointerEvent): void {
    if (this.#isDragging) this.#setCorners(this.#corners.with(-1, pointOf(event)));
  }

  pointerUp(event: ToolPointerEvent): void {
    this.pointerMove(event);
    this.#isDragging = false;
  }

  hover(event: ToolPointerEvent | null): void {
    if (!this.isActive) return;
    this.#hovered = event === null || this.#isClosing(event) ? null : pointOf(event);
    this.#context.previewChanged();
  }

  finish(): boolean {
    if (!this.isActive) return false;
    if (this.#corners.length < MIN_CORNERS) {
      this.cancel();
      return true;
    }
    const { target } = this.#context;
    const gesture = beginGesture(this.#context, this.#context.settings().classId, NATURE);
    if (gesture === null) return true;
    gesture.fill(polygonRegion(this.#corners, target.width, target.height));
    this.cancel();
    gesture.commit();
    return true;
  }

  cancel(): void {
    if (!this.isActive) return;
    this.#isDragging = false;
    this.#hovered = null;
    this.#setCorners([]);
  }

  /** Takes the latest corner back. False where there was none. */
  removeLastPoint(): boolean {
    if (!this.isActive) return false;
    this.#isDragging = false;
    this.#setCorners(this.#corners.slice(0, -1));
    return true;
  }

  #setCorners(corners: readonly PointTuple[]): void {
    this.#corners = corners;
    this.#context.previewChanged();
  }

  #isClosing(event: ToolPointerEvent): boolean {
    const [first] = this.#corners;
    if (first === undefined || this.#corners.length < MIN_CORNERS) return false;
    return distancePx(first, pointOf(event)) <= CLOSING_REACH_SCREEN_PX * event.imagePxPerScreenPx;
  }
}
