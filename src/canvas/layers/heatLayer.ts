import { drawHeatPixels, type HeatMap } from './heatPixels.ts';
import { contextOf, createLayerCanvas, PixelBuffer } from './layer.ts';

/** A heat map over the picture, or nothing: `[data-layer="heat"]`. */
export class HeatLayer {
  readonly element = createLayerCanvas('heat');
  readonly #context = contextOf(this.element);
  #buffer: PixelBuffer | null = null;
  #map: HeatMap | null = null;
  #isChanged = false;

  constructor() {
    this.element.style.display = 'none';
  }

  setSize(width: number, height: number): void {
    this.element.width = width;
    this.element.height = height;
    this.#buffer = null;
    this.setMap(null);
  }

  /** Throws a `RangeError` when the map has not as many pixels as the picture. */
  setMap(map: HeatMap | null): void {
    const { width, height } = this.element;
    if (map !== null && map.values.length !== width * height) {
      throw new RangeError(`A map of ${map.values.length} pixels does not fit a picture of ${width} × ${height}.`);
    }
    this.#map = map;
    this.#isChanged = true;
    this.element.style.display = map === null ? 'none' : '';
  }

  setPixelated(isPixelated: boolean): void {
    this.element.style.imageRendering = isPixelated ? 'pixelated' : 'auto';
  }

  /** Brings the canvas up to date. */
  draw(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    if (this.#map === null) {
      this.#buffer = null;
      return;
    }
    this.#buffer ??= new PixelBuffer(this.element.width, this.element.height);
    drawHeatPixels(this.#buffer.pixels, this.#map);
    this.#context.putImageData(this.#buffer.image, 0, 0);
  }
}
