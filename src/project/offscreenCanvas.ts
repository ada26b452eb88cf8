import { PictureFileError } from './pictures/pictureHeader.ts';

/** A canvas whose pixels are read back. Throws a {@link PictureFileError} where the browser has none for workers. */
export function createCanvas(
  width: number,
  height: number,
): { readonly canvas: OffscreenCanvas; readonly context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new PictureFileError('This browser cannot draw pictures off the screen.');
  return { canvas, context };
}

/** Fills a canvas with white and draws a picture of its size over it. */
export function drawOverWhite(context: OffscreenCanvasRenderingContext2D, picture: ImageBitmap): void {
  const { width, height } = context.canvas;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0);
}
