import { contextOf, createLayerCanvas } from './layer.ts';

/** Anything a 2D canvas can draw, or pixels. */
export type PictureSource = ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas | ImageData;

// From here on a pixel of the picture is large enough to be looked at as one.
const PIXELATED_FROM_SCALE = 4;

/** The photograph. */
export class ImageLayer {
  readonly element = createLayerCanvas('image');
  readonly #context = contextOf(this.element);

  /** Draws `source` at `width × height` pixels. It is not kept. */
  setPicture(source: PictureSource, width: number, height: number): void {
    this.element.width = width;
    this.element.height = height;
    if (source instanceof ImageData) this.#context.putImageData(source, 0, 0);
    else this.#context.drawImage(source, 0, 0, width, height);
  }

  /** `deviceScale`: device pixels per pixel of the picture. */
  setScale(deviceScale: number): void {
    this.element.style.imageRendering = deviceScale < PIXELATED_FROM_SCALE ? 'auto' : 'pixelated';
  }
}
