import { turnUpright } from '../pictures/orientation.ts';
import { checkPictureSize, damagedMessage, PictureFileError } from '../pictures/pictureHeader.ts';
import {
  decodePngSamples,
  isPng,
  PNG_GREY,
  PNG_RGB,
  type PngFile,
  PngFileError,
  pngChunk,
  readPngFile,
} from './pngFile.ts';
import { checkRasterBytes, colorChannels, type DecodedPicture, type Raster, rasterToRgba } from './raster.ts';
import { readTiffDirectory, TIFF_TAGS } from './tiffDirectory.ts';

const DEPTH_OFFSET = 24;

/** Whether a file's first 25 bytes are those of a PNG with 16 bits a sample. */
export function isDeepPng(start: Uint8Array): boolean {
  return isPng(start) && start[DEPTH_OFFSET] === 16;
}

/**
 * Decodes a PNG with 16 bits a sample, upright, stretched as `rasterToRgba` says. (A browser would drop the lower eight
 * bits, which leaves many a micrograph black.)
 *
 * Throws a {@link PictureFileError} with one sentence for any other file; sizes are checked before anything is decoded.
 */
export function decodeDeepPng(bytes: Uint8Array): DecodedPicture {
  try {
    const file = readPngFile(bytes);
    const { width, height, channels, depth } = file.header;
    checkPictureSize(width, height);
    checkRasterBytes(2 * width * height * channels);
    if (depth !== 16) throw new PngFileError('damaged');
    const raster = withTransparentColor(file, decodePngSamples(file));
    return turnUpright({ width, height, rgba: rasterToRgba(raster) }, orientationOf(file));
  } catch (error) {
    if (error instanceof PngFileError) throw new PictureFileError(damagedMessage('PNG'), { cause: error });
    throw error;
  }
}

/** The samples as a raster; a colour that `tRNS` declares transparent becomes alpha. */
function withTransparentColor(file: PngFile, data: Uint8Array | Uint16Array): Raster {
  const { width, height, channels, colorType } = file.header;
  const raster: Raster = { width, height, channels: channels as Raster['channels'], data };
  const chunk = pngChunk(file, 'tRNS');
  if (chunk === null || (colorType !== PNG_GREY && colorType !== PNG_RGB)) return raster;
  if (chunk.length !== 2 * channels) throw new PngFileError('damaged');
  const view = new DataView(chunk.buffer, chunk.byteOffset);
  const hidden = Array.from({ length: channels }, (_, c) => view.getUint16(2 * c));
  const wide = new Uint16Array(width * height * (channels + 1));
  for (let pixel = 0; pixel < width * height; pixel++) {
    const color = data.subarray(pixel * channels, (pixel + 1) * channels);
    wide.set(color, pixel * (channels + 1));
    wide[pixel * (channels + 1) + channels] = color.every((value, c) => value === hidden[c]) ? 0 : 65_535;
  }
  return { width, height, channels: colorChannels(raster.channels) === 1 ? 2 : 4, data: wide };
}

/** EXIF's orientation tag; metadata that cannot be read turn nothing. */
function orientationOf(file: PngFile): number {
  const exif = pngChunk(file, 'eXIf');
  if (exif === null) return 1;
  try {
    return readTiffDirectory(exif).numbers(TIFF_TAGS.orientation)[0] ?? 1;
  } catch (error) {
    if (error instanceof PictureFileError) return 1;
    throw error;
  }
}
