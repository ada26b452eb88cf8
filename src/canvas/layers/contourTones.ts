import { PREDICTED_UNLABELED } from '../../labels/planes.ts';
import { type ColorTable, mixColors, OPAQUE } from './classColors.ts';

const LIGHT_WHITE_SHARE = 0.55;
const DARK_BLACK_SHARE = 0.6;
const UNLABELED_GREY = 0x00909090;

/** A colour's two tones, far enough apart that one of them shows on any photograph. Alpha stays. */
export function lightTone(color: number): number {
  return mixColors(color, 0xffffff, LIGHT_WHITE_SHARE);
}

/** See {@link lightTone}. */
export function darkTone(color: number): number {
  return mixColors(color, 0x000000, DARK_BLACK_SHARE);
}

/** Per class id (256 entries): its tones in a contour, and which of two neighbours has the light one. */
export interface ContourTones {
  /** 0 (transparent) for ids without a colour. */
  readonly light: ColorTable;
  readonly dark: ColorTable;
  /** The neighbour of the higher rank is light. 0 for ids without a colour, different for all others. */
  readonly rank: Uint8Array;
}

/** Tones of a colour table; {@link PREDICTED_UNLABELED} counts as grey. */
export function createContourTones(colors: ColorTable): ContourTones {
  const all = colors.slice();
  all[PREDICTED_UNLABELED] = (UNLABELED_GREY | OPAQUE) >>> 0;
  const ids = [...all.keys()].filter((id) => all[id] !== 0);
  ids.sort((a, b) => luminance(all[a] ?? 0) - luminance(all[b] ?? 0) || a - b);
  const rank = new Uint8Array(256);
  for (const [order, id] of ids.entries()) rank[id] = order + 1;
  const toned = (tone: (color: number) => number) => all.map((color) => (color === 0 ? 0 : tone(color)));
  return { light: toned(lightTone), dark: toned(darkTone), rank };
}

/** Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance"). */
function luminance(color: number): number {
  const linear = (shift: number) => {
    const share = ((color >>> shift) & 0xff) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(0) + 0.7152 * linear(8) + 0.0722 * linear(16);
}
