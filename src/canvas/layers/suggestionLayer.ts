import { imageToScreen, type Size, type ViewTransform } from '../view/viewTransform.ts';
import { ScreenCanvas } from './layer.ts';

/** A place that a person is pointed to, in picture pixels. */
export interface PointedPlace {
  readonly centreX: number;
  readonly centreY: number;
  readonly radiusPx: number;
}

/** A ring smaller than this on the screen is hard to find. */
const MIN_RADIUS_PX = 18;

/** A ring around a place, at the screen's resolution. */
export class SuggestionLayer {
  readonly #canvas = new ScreenCanvas('suggestion');

  get element(): HTMLCanvasElement {
    return this.#canvas.element;
  }

  /** Draws the ring, or nothing. `viewport` in CSS pixels. */
  draw(place: PointedPlace | null, view: ViewTransform, viewport: Size, devicePixelRatio: number): void {
    if (place === null) {
      this.#canvas.clear();
      return;
    }
    const context = this.#canvas.begin(viewport, devicePixelRatio);
    const { screenX, screenY } = imageToScreen(view, { imageX: place.centreX, imageY: place.centreY });
    const radius = Math.max(MIN_RADIUS_PX, place.radiusPx * Math.SQRT2 * view.scale);
    context.beginPath();
    context.arc(screenX, screenY, radius, 0, 2 * Math.PI);
    // Dark under light: one of the two shows on any photograph.
    context.strokeStyle = 'rgb(0 0 0 / 0.6)';
    context.lineWidth = 6;
    context.setLineDash([]);
    context.stroke();
    context.strokeStyle = '#ffffff';
    context.lineWidth = 3;
    context.setLineDash([9, 6]);
    context.stroke();
  }
}
