import {
  decodePngSamples,
  PNG_GREY,
  PNG_PALETTE,
  type PngFault,
  PngFileError,
  type PngHeader,
  readPngFile,
} from '../formats/pngFile.ts';
import { MAX_PIXELS, MAX_SIDE_PX } from '../pictures/pictureHeader.ts';

/** Why a file is not a mask; `message` is one sentence for the person who chose it. */
export class MaskFormatError extends Error {
  override readonly name = 'MaskFormatError';
}

/** A class id (255: unlabeled or unknown) for every pixel, row-major. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array<ArrayBuffer>;
}

const FAULTS: Readonly<Record<PngFault, string>> = {
  notPng: 'This mask is not a PNG file.',
  damaged: 'This mask is damaged or cut short.',
  surplus: 'This mask holds more data than its pixels need.',
};

/**
 * Reads the pixel values of a grey or palette PNG (1, 2, 4 or 8 bits, not interlaced): the palette *index* or the
 * stored grey value, not a colour. A canvas would give colours.
 *
 * Throws a {@link MaskFormatError} for anything else and for damaged bytes.
 */
export function decodeMaskPng(bytes: Uint8Array): Mask {
  return readAsMask(() => {
    const file = readPngFile(bytes);
    const { header } = file;
    checkMaskSize(header);
    if (header.colorType !== PNG_GREY && header.colorType !== PNG_PALETTE) {
      throw new MaskFormatError('This mask stores colours instead of class ids; save it as a grey or palette PNG.');
    }
    if (header.depth > 8) throw new MaskFormatError('This mask stores 16-bit values; save it as an 8-bit PNG.');
    if (header.interlaced) {
      throw new MaskFormatError('This mask is an interlaced PNG; save it without interlacing.');
    }
    return { width: header.width, height: header.height, values: new Uint8Array(decodePngSamples(file)) };
  });
}

/** Throws a {@link MaskFormatError} for a mask that is too large to decode. */
export function checkMaskSize({ width, height }: PngHeader): void {
  if (width > MAX_SIDE_PX || height > MAX_SIDE_PX || width * height > MAX_PIXELS) {
    throw new MaskFormatError(`This mask is too large (${width} × ${height} pixels).`);
  }
}

/** Runs `read`; what is wrong with the PNG becomes a {@link MaskFormatError} with its sentence. */
export function readAsMask<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PngFileError) throw new MaskFormatError(FAULTS[error.fault], { cause: error });
    throw error;
  }
}

/** The mask at another size: every pixel takes the value of the nearest one. */
export function resizeMask(mask: Mask, width: number, height: number): Mask {
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++) {
      values[y * width + x] = mask.values[row + Math.floor(((x + 0.5) * mask.width) / width)] ?? 0;
    }
  }
  return { width, height, values };
}
