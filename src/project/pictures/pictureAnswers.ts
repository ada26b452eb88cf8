import type { Answering } from '../../base/answerMessages.ts';
import { readMaskFile } from '../masks/maskImport.ts';
import { MaskFormatError } from '../masks/maskPng.ts';
import { createCanvas, drawOverWhite } from '../offscreenCanvas.ts';
import { PictureFileError, workingSize } from './pictureHeader.ts';
import type { OpenedPicture, PictureWorkerReply, PictureWorkerRequest } from './pictureMessages.ts';
import { decodeWholePicture, readWhole } from './wholePicture.ts';

const THUMBNAIL_WIDTH_PX = 160;

/** What the picture worker does. */
export const PICTURE_ANSWERS: Answering<PictureWorkerRequest, PictureWorkerReply> = {
  async answer(request) {
    if (request.type === 'readMask') {
      const mask = readMaskFile(await readWhole(request.blob));
      return { reply: { type: 'mask', mask }, transfer: [mask.values.buffer] };
    }
    const picture = await open(request.blob, request.workingSizePx);
    return { reply: { type: 'opened', picture }, transfer: [picture.bitmap, picture.pixels.buffer] };
  },
  refuse(error) {
    const known = error instanceof PictureFileError || error instanceof MaskFormatError;
    return { type: 'refused', message: known ? error.message : 'This file could not be opened in this browser.' };
  },
};

async function open(blob: Blob, workingSizePx: number): Promise<OpenedPicture> {
  const { bitmap: whole, notice } = await decodeWholePicture(blob);
  try {
    const { width: originalWidth, height: originalHeight } = whole;
    const { width, height, scale } = workingSize(originalWidth, originalHeight, workingSizePx);
    const reduced = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
    try {
      return { ...(await draw(reduced)), width, height, originalWidth, originalHeight, scale, notice };
    } finally {
      reduced.close();
    }
  } finally {
    whole.close();
  }
}

/** Draws a picture over white, and once more in small. The caller owns the bitmap. */
async function draw(reduced: ImageBitmap): Promise<Pick<OpenedPicture, 'bitmap' | 'pixels' | 'thumbnail'>> {
  const { width, height } = reduced;
  const { canvas, context } = createCanvas(width, height);
  drawOverWhite(context, reduced);
  const pixels = context.getImageData(0, 0, width, height).data;
  const thumbnail = await drawThumbnail(canvas);
  return { bitmap: canvas.transferToImageBitmap(), pixels, thumbnail };
}

async function drawThumbnail(picture: OffscreenCanvas): Promise<Blob> {
  const width = Math.min(THUMBNAIL_WIDTH_PX, picture.width);
  const height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const { canvas, context } = createCanvas(width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}
