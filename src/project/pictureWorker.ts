import type { OpenedPicture, PictureReply, PictureRequest } from './pictureFile.ts';
import { checkPictureSize, damagedMessage, PictureFileError, readPictureHeader, workingSize } from './pictureHeader.ts';

// A JPEG's size comes after its metadata, which may hold colour profiles and previews of several megabytes.
const HEADER_BYTES = [256 * 1024, 16 * 1024 * 1024];

self.addEventListener('message', (event: MessageEvent<PictureRequest>) => {
  void answer(event.data);
});

async function answer(request: PictureRequest): Promise<void> {
  try {
    const picture = await open(request);
    reply({ type: 'opened', picture }, [picture.bitmap, picture.pixels.buffer]);
  } catch (error) {
    const known = error instanceof PictureFileError;
    reply(
      { type: 'refused', message: known ? error.message : 'This picture could not be opened in this browser.' },
      [],
    );
  }
}

function reply(message: PictureReply, transfer: Transferable[]): void {
  self.postMessage(message, { transfer });
}

async function open({ blob, workingSizePx }: PictureRequest): Promise<OpenedPicture> {
  if (blob.size === 0) throw new PictureFileError('This file is empty.');
  const header = await readHeader(blob);
  // Before decoding: a small file can hold a picture that would not fit into memory.
  if (header !== null) checkPictureSize(header.width, header.height);

  const whole = await decode(blob, header?.format ?? null);
  try {
    const { width: originalWidth, height: originalHeight } = whole;
    checkPictureSize(originalWidth, originalHeight);
    const { width, height, scale } = workingSize(originalWidth, originalHeight, workingSizePx);
    const reduced = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
    try {
      return { ...draw(reduced), width, height, originalWidth, originalHeight, scale };
    } finally {
      reduced.close();
    }
  } finally {
    whole.close();
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

async function decode(blob: Blob, format: string | null): Promise<ImageBitmap> {
  try {
    // Premultiplied, so that reducing does not mix the hidden colours of transparent pixels in.
    return await createImageBitmap(blob, {
      imageOrientation: 'from-image',
      premultiplyAlpha: 'premultiply',
      colorSpaceConversion: 'default',
    });
  } catch (cause) {
    throw new PictureFileError(
      format === null ? 'This file is not a picture that this browser can read.' : damagedMessage(format),
      { cause },
    );
  }
}

/** Draws a picture over white. The caller owns the bitmap. */
function draw(reduced: ImageBitmap): Pick<OpenedPicture, 'bitmap' | 'pixels'> {
  const { width, height } = reduced;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new PictureFileError('This browser cannot draw pictures off the screen.');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.drawImage(reduced, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  return { bitmap: canvas.transferToImageBitmap(), pixels };
}
