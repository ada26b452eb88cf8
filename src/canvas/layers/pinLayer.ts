import { imageToScreen, type Size, type ViewTransform } from '../view/viewTransform.ts';
import { ScreenCanvas } from './layer.ts';

/** A pixel of the picture. */
export interface PixelPlace {
  readonly x: number;
  readonly y: number;
}

/** A pixel smaller than this on the screen is hard to find. */
const MIN_SIDE_PX = 7;
const ARM_PX = 9;

/** A mark around one pixel, at the screen's resolution: its outline, and four arms that point at it. */
export class PinLayer {
  readonly #canvas = new ScreenCanvas('pin');

  get element(): HTMLCanvasElement {
    return this.#canvas.element;
  }

  /** Draws the mark, or nothing. `viewport` in CSS pixels. */
  draw(place: PixelPlace | null, view: ViewTransform, viewport: Size, devicePixelRatio: number): void {
    if (place === null) {
      this.#canvas.clear();
      return;
    }
    const context = this.#canvas.begin(viewport, devicePixelRatio);
    const { screenX, screenY } = imageToScreen(view, { imageX: place.x + 0.5, imageY: place.y + 0.5 });
    const half = Math.max(MIN_SIDE_PX, view.scale) / 2 + 1;
    const path = new Path2D();
    path.rect(screenX - half, screenY - half, 2 * half, 2 * half);
    for (const [x, y] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      path.moveTo(screenX + x * (half + 3), screenY + y * (half + 3));
      path.lineTo(screenX + x * (half + 3 + ARM_PX), screenY + y * (half + 3 + ARM_PX));
    }
    // Dark under light: one of the two shows on any photograph.
    context.lineCap = 'round';
    context.setLineDash([]);
    context.strokeStyle = 'rgb(0 0 0 / 0.75)';
    context.lineWidth = 5;
    context.stroke(path);
    context.strokeStyle = '#ffffff';
    context.lineWidth = 2;
    context.stroke(path);
  }
}
