import { encode } from 'fast-png';

/** `[red, green, blue]`, each 0 to 255. */
export type RgbColor = readonly [red: number, green: number, blue: number];

/** The colour of a `#rrggbb` string. */
export function rgbOf(color: string): RgbColor {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}

/**
 * A PNG of palette indices (8 bits, row-major `height × width`). `colorOf` gives the palette's 256 colours; they only
 * serve viewers. Throws a `RangeError` for indices of another size.
 */
export function encodeIndexedPng(
  indices: Uint8Array,
  width: number,
  height: number,
  colorOf: (index: number) => RgbColor,
): Uint8Array<ArrayBuffer> {
  const palette = Array.from({ length: 256 }, (_, index) => [...colorOf(index)]);
  return owned(encode({ width, height, data: indices, channels: 1, depth: 8, palette }));
}

/** A 16-bit grey PNG of row-major `height × width` values. Throws a `RangeError` for values of another size. */
export function encodeGrey16Png(values: Uint16Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  return owned(encode({ width, height, data: values, channels: 1, depth: 16 }));
}

/** A colour PNG of row-major RGB bytes, `3·height·width`. Throws a `RangeError` for bytes of another size. */
export function encodeRgbPng(rgb: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  return owned(encode({ width, height, data: rgb, channels: 3, depth: 8 }));
}

/** The encoder's buffer is larger than the file that it returns a view of. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
