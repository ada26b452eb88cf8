import type { NamedFile } from '../pageDriver.ts';
import { encodePng } from './png.ts';

/** Four quarters: two reds that are nearly the same, a green, a blue. As large as the tests' working size. */
export const QUARTERS = {
  width: 64,
  height: 48,
  /** Euclidean distance of the two reds, of at most 255·√3. */
  redDistance: 20,
  isTop: (index: number) => index < 64 * 24,
  isLeft: (index: number) => index % 64 < 32,
} as const;

const QUARTER_COLORS = [
  [200, 40, 40],
  [40, 200, 40],
  [200, 60, 40],
  [40, 40, 200],
] as const;

/** The picture {@link QUARTERS} as a file. */
export function quartersFile(name = 'quarters.png'): NamedFile {
  const bytes = encodePng(
    QUARTERS.width,
    QUARTERS.height,
    (x, y) => QUARTER_COLORS[(y < QUARTERS.height / 2 ? 0 : 2) + (x < QUARTERS.width / 2 ? 0 : 1)] ?? [],
  );
  return { name, type: 'image/png', bytes };
}

/** A picture of one colour, which its name's number sets apart from others. */
export function plainFile(number: number, side = 48): NamedFile {
  const bytes = encodePng(side, side, (x, y) => [(37 * number) % 256, (4 * x) % 256, (4 * y) % 256]);
  return { name: `plain ${number}.png`, type: 'image/png', bytes };
}
