import { MIN_RADIUS_PX, rasteriseCapsule, snapToPixelCentre } from '../../labels/capsule.ts';
import { type ImagePoint, imageToScreen, type Size, type ViewTransform } from '../view/viewTransform.ts';
import { ScreenCanvas } from './layer.ts';

/** What the cursor shows. */
export interface BrushCursor {
  readonly radiusPx: number;
  /** `#rrggbb`, or `null` for the brush that makes pixels unlabeled. */
  readonly color: string | null;
}

// From this size of a pixel on the screen, the outline follows the very pixels that a dab would paint.
const OUTLINE_FROM_SCALE = 6;
// A ring smaller than this is hard to find; it gets ticks around it.
const TICKS_UNDER_PX = 4;
const TICK_PX = 5;

/** The brush's footprint under the pointer, at the screen's resolution. */
export class CursorLayer {
  readonly #canvas = new ScreenCanvas('cursor');

  get element(): HTMLCanvasElement {
    return this.#canvas.element;
  }

  /** Draws the brush around an image point, or nothing. `viewport` in CSS pixels. */
  draw(
    brush: BrushCursor | null,
    at: ImagePoint | null,
    view: ViewTransform,
    viewport: Size,
    devicePixelRatio: number,
  ): void {
    if (at === null || brush === null) {
      this.#canvas.clear();
      return;
    }
    const context = this.#canvas.begin(viewport, devicePixelRatio);
    const outline = this.#outline(brush.radiusPx, at, view);

    // Dark under light: one of the two shows on any photograph.
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeStyle = 'rgb(0 0 0 / 0.55)';
    context.lineWidth = 5;
    context.stroke(outline);
    context.lineWidth = 3;
    context.strokeStyle = '#ffffff';
    if (brush.color === null) context.setLineDash([4, 4]);
    context.stroke(outline);
    if (brush.color !== null) {
      context.lineWidth = 1.5;
      context.strokeStyle = brush.color;
      context.stroke(outline);
    }
  }

  #outline(radiusPx: number, at: ImagePoint, view: ViewTransform): Path2D {
    if (view.scale >= OUTLINE_FROM_SCALE) return pixelOutline(radiusPx, at, view);
    const path = new Path2D();
    const { screenX, screenY } = imageToScreen(view, at);
    const screenRadius = Math.max(1.5, radiusPx * view.scale);
    path.arc(screenX, screenY, screenRadius, 0, 2 * Math.PI);
    if (screenRadius < TICKS_UNDER_PX) {
      for (const [x, y] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const inner = screenRadius + 3;
        path.moveTo(screenX + x * inner, screenY + y * inner);
        path.lineTo(screenX + x * (inner + TICK_PX), screenY + y * (inner + TICK_PX));
      }
    }
    return path;
  }
}

/** The rim of the pixels that a dab paints, as the screen shows them. */
function pixelOutline(radiusPx: number, at: ImagePoint, view: ViewTransform): Path2D {
  const centre = radiusPx < 1 ? snapToPixelCentre(at.imageX, at.imageY) : { x: at.imageX, y: at.imageY };
  // Rasterised around a pixel of a box that holds the dab, for the picture's own edge must not cut it.
  const originX = Math.floor(centre.x - radiusPx) - 1;
  const originY = Math.floor(centre.y - radiusPx) - 1;
  const side = Math.ceil(2 * radiusPx) + 4;
  const x = centre.x - originX;
  const y = centre.y - originY;
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  rasteriseCapsule(x, y, x, y, Math.max(radiusPx, MIN_RADIUS_PX), side, side, (row, xStart, xEnd) => {
    left.push([xStart, row], [xStart, row + 1]);
    right.push([xEnd, row], [xEnd, row + 1]);
  });
  const path = new Path2D();
  for (const [column, row] of [...right, ...left.reverse()]) {
    const { screenX, screenY } = imageToScreen(view, { imageX: column + originX, imageY: row + originY });
    path.lineTo(screenX, screenY);
  }
  path.closePath();
  return path;
}
