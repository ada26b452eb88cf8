import { createPlanes, type LabelPlanes } from '../labels/planes.ts';
import { Random } from './random.ts';

/**
 * A square picture for benches, RGBA: waves of colour under a little noise, so that neighbours are alike as in a
 * photograph. 2 % of its pixels are labeled, each with any of `classIds`.
 */
export function wavesPicture(
  sizePx: number,
  classIds: readonly number[],
): { readonly pixels: Uint8Array; readonly planes: LabelPlanes } {
  const random = Random.fromSeed(1);
  const planes = createPlanes(sizePx, sizePx);
  const pixels = new Uint8Array(4 * sizePx * sizePx);
  for (let i = 0; i < planes.classIds.length; i++) {
    const [x, y] = [(i % sizePx) / sizePx, Math.floor(i / sizePx) / sizePx];
    for (let c = 0; c < 3; c++) {
      pixels[4 * i + c] = 128 + 60 * Math.sin(20 * x + 3 * c) * Math.cos(15 * y + c) + random.integer(-10, 10);
    }
    if (random.uniform(0, 1) >= 0.02) continue;
    planes.classIds[i] = classIds[random.integer(0, classIds.length - 1)] ?? 0;
    planes.strokeIds[i] = 1;
  }
  return { pixels, planes };
}
