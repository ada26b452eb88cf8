import { MAX_CLASSES } from '../../labels/planes.ts';

/** Colour per class id as `0x00bbggrr`, the byte order of canvas pixels on the little-endian machines that browsers run on. */
export type ColorTable = Uint32Array<ArrayBuffer>;

/** `0xffbbggrr` once `|`-ed onto a colour and read unsigned. */
export const OPAQUE = 0xff000000;

/** 256 entries; 0 (transparent) for ids without a class. Opaque entries have {@link OPAQUE} set. */
export function createColorTable(colors: ReadonlyMap<number, string>): ColorTable {
  const table = new Uint32Array(256);
  for (const [id, color] of colors) {
    if (id < 0 || id >= MAX_CLASSES) throw new RangeError(`${id} is no class id.`);
    table[id] = parseColor(color) | OPAQUE;
  }
  return table;
}

/** `#rrggbb` as `0x00bbggrr`; anything else is a `RangeError`. */
export function parseColor(color: string): number {
  if (!/^#[0-9a-f]{6}$/i.test(color)) throw new RangeError(`A class colour is written #rrggbb, not "${color}".`);
  const rgb = Number.parseInt(color.slice(1), 16);
  return ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >>> 16);
}

/** A mix of two colours, channel by channel; the first's alpha byte stays. `share` of the second, 0 to 1. */
export function mixColors(first: number, second: number, share: number): number {
  let mixed = first & OPAQUE;
  for (const shift of [0, 8, 16]) {
    const a = (first >>> shift) & 0xff;
    const b = (second >>> shift) & 0xff;
    mixed |= Math.round(a + (b - a) * share) << shift;
  }
  return mixed >>> 0;
}

/** Every colour of a table mixed with white; transparent ones stay. */
export function lighterColors(colors: ColorTable, whiteShare: number): ColorTable {
  return colors.map((color) => (color === 0 ? 0 : mixColors(color, 0xffffff, whiteShare)));
}
