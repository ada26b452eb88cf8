import { DEEP_START_BYTES, decodeDeepPicture, isDeepPicture } from './deepPicture.ts';
import { checkPictureSize, damagedMessage, PictureFileError, readPictureHeader } from './pictureHeader.ts';

// A JPEG's size comes after its metadata, which may hold colour profiles and previews of several megabytes.
const HEADER_BYTES = [256 * 1024, 16 * 1024 * 1024];
// What is decoded here is read as a whole.
const MAX_WHOLE_FILE_BYTES = 1_000_000_000;

/** A picture as large as its file has it, upright, in sRGB. The receiver closes `bitmap`. */
export interface WholePicture {
  readonly bitmap: ImageBitmap;
  /** One sentence for a person about what of the file was left out, or `null`. */
  readonly notice: string | null;
}

/**
 * Decodes a picture file, for workers. TIFF files and PNGs with 16 bits a sample are decoded by code of our own, the
 * others by the browser.
 *
 * Throws a {@link PictureFileError} with one sentence for a person when the file is empty, not a picture, damaged, too
 * large (told from its header where possible, before anything is decoded) or too small.
 */
export async function decodeWholePicture(file: Blob): Promise<WholePicture> {
  if (file.size === 0) throw new PictureFileError('This file is empty.');
  const start = new Uint8Array(await file.slice(0, DEEP_START_BYTES).arrayBuffer());
  const whole = isDeepPicture(start) ? await decodeHere(file) : await decodeInBrowser(file);
  try {
    checkPictureSize(whole.bitmap.width, whole.bitmap.height);
    return whole;
  } catch (error) {
    whole.bitmap.close();
    throw error;
  }
}

/** A file's bytes. Throws a {@link PictureFileError} for one too large to be in memory. */
export async function readWhole(file: Blob): Promise<Uint8Array> {
  if (file.size > MAX_WHOLE_FILE_BYTES) {
    const megabytes = Math.ceil(file.size / 1e6).toLocaleString('en-US');
    throw new PictureFileError(`This file has ${megabytes} megabytes; 1,000 are the most.`);
  }
  return new Uint8Array(await file.arrayBuffer());
}

async function decodeHere(file: Blob): Promise<WholePicture> {
  const { width, height, rgba, notice } = decodeDeepPicture(await readWhole(file));
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height), { premultiplyAlpha: 'premultiply' });
  return { bitmap, notice };
}

async function decodeInBrowser(file: Blob): Promise<WholePicture> {
  const header = await readHeader(file);
  // Before decoding: a small file can hold a picture that would not fit into memory.
  if (header !== null) checkPictureSize(header.width, header.height);
  try {
    // Premultiplied, so that reducing does not mix the hidden colours of transparent pixels in.
    const bitmap = await createImageBitmap(file, {
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

async function readHeader(file: Blob): Promise<ReturnType<typeof readPictureHeader>> {
  for (const length of HEADER_BYTES) {
    try {
      return readPictureHeader(new Uint8Array(await file.slice(0, length).arrayBuffer()));
    } catch (error) {
      if (length >= file.size || length === HEADER_BYTES.at(-1)) throw error;
    }
  }
  return null;
}
