import { PictureFileError } from '../pictures/pictureHeader.ts';
import { percentiles } from './percentiles.ts';

/** Samples of a decoded picture, row-major and interleaved: `[height, width, channels]`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Grey, grey and alpha, RGB, or RGB and alpha. Alpha is straight: the colours are not multiplied by it. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Alpha is full at 255, 65535 or 1. */
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

/** A decoded picture as a canvas takes it. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** RGBA bytes, row-major, alpha straight. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Most bytes that one picture's samples may take. */
export const MAX_RASTER_BYTES = 400_000_000;

/**
 * The percentiles of a deep picture's samples that become black and white: the range that ImageJ and ilastik show by
 * default, 0.35 % of the samples saturated at either end.
 */
const CONTRAST_PERCENTILES: readonly [number, number] = [0.35, 99.65];

/** Throws a {@link PictureFileError} for samples that would not fit into memory. */
export function checkRasterBytes(bytes: number): void {
  if (bytes <= MAX_RASTER_BYTES) return;
  throw new PictureFileError(
    `This picture would take ${Math.ceil(bytes / 1e6).toLocaleString('en-US')} megabytes to decode; ` +
      `${MAX_RASTER_BYTES / 1e6} are the most.`,
  );
}

/**
 * Brings samples down to bytes. Bytes stay as they are; of deeper samples, those at `contrast`'s two percentiles, taken
 * over all colour channels together, become 0 and 255 with a straight line between. Where the two coincide, the least
 * and the greatest sample take their place. What is not a number becomes 0.
 *
 * Throws a {@link PictureFileError} for floating-point samples none of which is a finite number.
 */
export function rasterToRgba(
  raster: Raster,
  contrast: readonly [low: number, high: number] = CONTRAST_PERCENTILES,
): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, channels, data } = raster;
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  const { low, scale } = contrastLine(raster, contrast);
  const alphaScale = data instanceof Uint8Array ? 1 : data instanceof Uint16Array ? 255 / 65_535 : 255;
  const colors = colorChannels(channels);
  const hasAlpha = channels !== colors;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    const to = 4 * pixel;
    for (let c = 0; c < 3; c++) {
      // A clamped array rounds, keeps to 0–255 and takes NaN for 0.
      rgba[to + c] = ((data[from + (colors === 1 ? 0 : c)] ?? 0) - low) * scale;
    }
    if (hasAlpha) rgba[to + 3] = (data[from + colors] ?? 0) * alphaScale;
  }
  return rgba;
}

/** Colour channels among `channels`: without alpha. */
export function colorChannels(channels: Raster['channels']): 1 | 3 {
  return channels < 3 ? 1 : 3;
}

function contrastLine(
  { data, channels }: Raster,
  contrast: readonly [number, number],
): { readonly low: number; readonly scale: number } {
  if (data instanceof Uint8Array) return { low: 0, scale: 1 };
  const layout = { channels, colors: colorChannels(channels) };
  const range = percentiles(data, layout, contrast);
  if (range === null) {
    throw new PictureFileError('None of this picture’s values is a finite number, so there is nothing to show.');
  }
  let [low, high] = range;
  if (low === high) [low, high] = percentiles(data, layout, [0, 100]) ?? range;
  return { low, scale: high > low ? 255 / (high - low) : 0 };
}
