const HATCH_DARK = 0x00303030;
const HATCH_LIGHT = 0x00f0f0f0;

/** Colour (`0x00bbggrr`) of the hatching that stands for unlabeled, at a pixel of the picture. */
export function hatchColor(x: number, y: number): number {
  return ((x + y) & 7) < 3 ? HATCH_DARK : HATCH_LIGHT;
}
