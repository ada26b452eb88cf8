import { DEEP_START_BYTES, decodeDeepPicture, isDeepPicture } from './deepPicture.ts';
import { readMaskFile } from './maskImport.ts';
import { MaskFormatError } from './maskPng.ts';
import type { OpenedPicture, PictureReply, PictureRequest } from './pictureFile.ts';
import { checkPictureSize, damagedMessage, PictureFileError, readPictureHeader, workingSize } from './pictureHeader.ts';

// A JPEG's size comes after its metadata, which may hold colour profiles and previews of several megabytes.
const HEADER_BYTES = [256 * 1024, 16 * 1024 * 1024];
// What is decoded here is read as a whole.
const MAX_WHOLE_FILE_BYTES = 1_000_000_000;
const THUMBNAIL_WIDTH_PX = 160;

/** A picture before it is reduced. The receiver closes `bitmap`. */
interface WholePicture {
  readonly bitmap: ImageBitmap;
  readonly notice: string | null;
}

self.addEventListener('message', (event: MessageEvent<PictureRequest>) => {
  void answer(event.data);
});

async function answer(request: PictureRequest): Promise<void> {
  try {
    if (request.type === 'readMask') {
      const mask = readMaskFile(await readWhole(request.blob));
      reply({ type: 'mask', mask }, [mask.values.buffer]);
    } else {
      const picture = await open(request.blob, request.workingSizePx);
      reply({ type: 'opened', picture }, [picture.bitmap, picture.pixels.buffer]);
    }
  } catch (error) {
    const known = error instanceof PictureFileError || error instanceof MaskFormatError;
    reply({ type: 'refused', message: known ? error.message : 'This file could not be opened in this browser.' }, []);
  }
}

function reply(message: PictureReply, transfer: Transferable[]): void {
  self.postMessage(message, { transfer });
}

async function open(blob: Blob, workingSizePx: number): Promise<OpenedPicture> {
  if (blob.size === 0) throw new PictureFileError('This file is empty.');
  const start = new Uint8Array(await blob.slice(0, DEEP_START_BYTES).arrayBuffer());
  const { bitmap: whole, notice } = isDeepPicture(start) ? await decodeHere(blob) : await decodeInBrowser(blob);
  try {
    const { width: originalWidth, height: originalHeight } = whole;
    checkPictureSize(originalWidth, originalHeight);
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

async function decodeHere(blob: Blob): Promise<WholePicture> {
  const { width, height, rgba, notice } = decodeDeepPicture(await readWhole(blob));
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height), { premultiplyAlpha: 'premultiply' });
  return { bitmap, notice };
}

async function readWhole(blob: Blob): Promise<Uint8Array> {
  if (blob.size > MAX_WHOLE_FILE_BYTES) {
    const megabytes = Math.ceil(blob.size / 1e6).toLocaleString('en-US');
    throw new PictureFileError(`This file has ${megabytes} megabytes; 1,000 are the most.`);
  }
  return new Uint8Array(await blob.arrayBuffer());
}

async function decodeInBrowser(blob: Blob): Promise<WholePicture> {
  const header = await readHeader(blob);
  // Before decoding: a small file can hold a picture that would not fit into memory.
  if (header !== null) checkPictureSize(header.width, header.height);
  try {
    // Premultiplied, so that reducing does not mix the hidden colours of transparent pixels in.
    const bitmap = await createImageBitmap(blob, {
      imageOrientation: 'from-image',
      premultiplyAlpha: 'premultiply',
      colorSpaceConversion: 'default',
    });
    return { bitmap, notice: null };
  } catch (cause) {
    throw new PictureFileError(
      header === null ? 'This file is not a picture that this browser can read.' : damagedMessage(header.format),
      { cause },
    );
  }
}

async function readHeader(blob: Blob): Promise<ReturnType<typeof readPictureHeader>> {
  for (const length of HEADER_BYTES) {
    try {
      return readPictureHeader(new Uint8Array(await blob.slice(0, length).arrayBuffer()));
    } catch (error) {
      if (length >= blob.size || length === HEADER_BYTES.at(-1)) throw error;
    }
  }
  return null;
}

/** Draws a picture over white, and once more in small. The caller owns the bitmap. */
async function draw(reduced: ImageBitmap): Promise<Pick<OpenedPicture, 'bitmap' | 'pixels' | 'thumbnail'>> {
  const { width, height } = reduced;
  const { canvas, context } = createCanvas(width, height);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.drawImage(reduced, 0, 0);
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

function createCanvas(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new PictureFileError('This browser cannot draw pictures off the screen.');
  return { canvas, context };
}
