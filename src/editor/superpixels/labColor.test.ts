import { expect, it } from 'vitest';
import { labOfPixels } from './labColor.ts';

it('agrees with scikit-image 0.19 (skimage.color.rgb2lab, D65)', () => {
  const reference = [
    [
      [0, 0, 0],
      [0.0, 0.0, 0.0],
    ],
    [
      [255, 255, 255],
      [100.0, -0.0025, 0.0047],
    ],
    [
      [255, 0, 0],
      [53.2406, 80.0923, 67.2028],
    ],
    [
      [0, 255, 0],
      [87.7351, -86.183, 83.1797],
    ],
    [
      [0, 0, 255],
      [32.2957, 79.1856, -107.8573],
    ],
    [
      [128, 128, 128],
      [53.585, -0.0015, 0.0028],
    ],
    [
      [12, 200, 77],
      [70.8157, -66.5435, 48.8732],
    ],
    [
      [3, 2, 1],
      [0.5869, 0.1224, 0.4706],
    ],
    [
      [250, 180, 240],
      [81.4343, 34.6993, -19.768],
    ],
  ] as const;
  const lab = labOfPixels(Uint8Array.from(reference.flatMap(([rgb], i) => [...rgb, 255 - i])));
  expect(lab).toHaveLength(3 * reference.length);
  for (const [i, [, expected]] of reference.entries()) {
    for (const [c, value] of expected.entries()) expect(lab[3 * i + c]).toBeCloseTo(value, 2);
  }
});
