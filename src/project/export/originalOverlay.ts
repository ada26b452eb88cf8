import type { Mask } from '../masks/maskPng.ts';
import { createCanvas, drawOverWhite } from '../offscreenCanvas.ts';
import { decodeWholePicture } from '../pictures/wholePicture.ts';
import type { ExportedClasses } from './exportRequest.ts';
import { tintClasses } from './overlay.ts';

/** Pixels that are blended at a time, 16 MiB: of a large picture there is no further copy. */
const BAND_PX = 4 * 1024 * 1024;

/**
 * The PNG of a picture file at its own size, as it is shown (upright, over white), under the colours of a mask of the
 * same size. Takes about twice the picture's RGBA bytes of memory.
 *
 * For workers. Throws a `PictureFileError` with one sentence for a person when the file cannot be decoded, and what the
 * browser throws when it has no canvas of this size.
 */
export async function drawOriginalOverlay(
  file: Blob,
  mask: Mask,
  classes: ExportedClasses,
  opacity: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = mask;
  const { canvas, context } = createCanvas(width, height);
  const { bitmap } = await decodeWholePicture(file);
  drawOverWhite(context, bitmap);
  bitmap.close();
  const bandRows = Math.max(1, Math.floor(BAND_PX / width));
  for (let top = 0; top < height; top += bandRows) {
    const rows = Math.min(bandRows, height - top);
    const band = context.getImageData(0, top, width, rows);
    tintClasses(band.data, mask.values.subarray(top * width, (top + rows) * width), classes, opacity);
    context.putImageData(band, 0, top);
  }
  const png = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await png.arrayBuffer());
}
