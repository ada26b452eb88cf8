/** A picture as the network sees it: three planes interleaved, `[H, W, 3]` row-major. */
export interface StandardizedPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/** Levels of {@link packedColors} that make one deviation: five deviations are the whole range of a byte. */
export const LEVELS_PER_DEVIATION = 51;

/** Deviations below this (in units of 0–255) count as this, so that a blank picture stays blank. */
const MIN_DEVIATION = 1;

/**
 * Standardises RGBA bytes: every channel's mean becomes 0, and the deviation over all three becomes 1. One deviation for
 * all channels keeps a nearly constant channel from being blown up to noise. Alpha is ignored.
 *
 * Throws a `RangeError` unless there are `4·width·height` bytes.
 */
export function standardize(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
): StandardizedPicture {
  const count = width * height;
  if (pixels.length !== 4 * count) {
    throw new RangeError(`A picture of ${width} × ${height} has ${4 * count} bytes, not ${pixels.length}.`);
  }
  const means = [0, 0, 0];
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let i = channel; i < pixels.length; i += 4) sum += pixels[i] ?? 0;
    means[channel] = sum / count;
  }
  const values = new Float32Array(3 * count);
  let squares = 0;
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = (pixels[4 * i + channel] ?? 0) - (means[channel] ?? 0);
      values[3 * i + channel] = value;
      squares += value * value;
    }
  }
  const deviation = Math.max(MIN_DEVIATION, Math.sqrt(squares / values.length));
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / deviation;
  return { width, height, values };
}

/**
 * The colours of a standardised picture in bytes, one whole number a pixel: red, green and blue from the lowest bits up.
 * The mean is in the middle of the range, and what is more than two and a half deviations off it is at its end.
 */
export function packedColors({ values }: StandardizedPicture): Int32Array<ArrayBuffer> {
  // These bytes keep within their range by themselves; the fourth of each whole number stays 0.
  const bytes = new Uint8ClampedArray((4 * values.length) / 3);
  const level = (i: number) => Math.floor(128 + LEVELS_PER_DEVIATION * (values[i] as number));
  for (let from = 0, to = 0; from < values.length; from += 3, to += 4) {
    bytes[to] = level(from);
    bytes[to + 1] = level(from + 1);
    bytes[to + 2] = level(from + 2);
  }
  return new Int32Array(bytes.buffer);
}
