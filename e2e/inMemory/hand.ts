import type { Tool, ToolPointerEvent } from '../../src/editor/tools/tool.ts';
import type { Workbench } from '../../src/workbench/workbench.ts';

/** In picture pixels; pixel `(i, j)` has its centre at `(i, j)`. */
export type Point = readonly [imageX: number, imageY: number];

type Press = Partial<Pick<ToolPointerEvent, 'button' | 'shiftKey'>>;

/** As a picture of 64 pixels is seen on a screen. */
const IMAGE_PX_PER_SCREEN_PX = 0.1;

/** The chosen tool in hand for the open picture, as long as its gesture takes: several clicks perhaps. */
export class Hand {
  readonly tool: Tool;

  constructor({ workbench }: { readonly workbench: Workbench }) {
    if (workbench.picture === null) throw new Error('There is nothing to paint on.');
    this.tool = workbench.painting.takeTool(workbench.picture, () => undefined);
  }

  hover(point: Point): void {
    this.tool.hover(eventAt(point));
  }

  press(point: Point, press: Press = {}): void {
    this.tool.pointerDown(eventAt(point, press));
  }

  move(point: Point, press: Press = {}): void {
    this.tool.pointerMove(eventAt(point, press));
  }

  release(point: Point, press: Press = {}): void {
    this.tool.pointerUp(eventAt(point, press));
  }

  click(point: Point, press: Press = {}): void {
    this.press(point, press);
    this.release(point, press);
  }

  /** Drags along a polyline, from corner to corner in one move each. */
  drag(points: readonly Point[], press: Press = {}): void {
    const [first, ...rest] = points;
    if (first === undefined) return;
    this.press(first, press);
    for (const point of rest) this.move(point, press);
    this.release(rest.at(-1) ?? first, press);
  }
}

function eventAt([x, y]: Point, { button = 'primary', shiftKey = false }: Press = {}): ToolPointerEvent {
  return {
    imageX: x + 0.5,
    imageY: y + 0.5,
    button,
    shiftKey,
    pressure: null,
    imagePxPerScreenPx: IMAGE_PX_PER_SCREEN_PX,
  };
}
