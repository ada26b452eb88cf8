import { chelsea } from './pictures/chelsea.ts';
import { coffee } from './pictures/coffee.ts';
import { coins } from './pictures/coins.ts';
import { earth } from './pictures/earth.ts';
import { ihc } from './pictures/ihc.ts';
import { retina } from './pictures/retina.ts';
import { textures } from './pictures/textures.ts';
import type { BuiltInSample, StarterStroke } from './sample.ts';

/** The built-in pictures in the order of the gallery; the first one is what a new visitor sees. */
export const SAMPLES: readonly BuiltInSample[] = [coffee, ihc, chelsea, earth, textures, retina, coins];

/** The built-in picture called `id`, if there is one. */
export function findSample(id: string): BuiltInSample | undefined {
  return SAMPLES.find((sample) => sample.id === id);
}

/** The narrowest brush: it still covers the pixel at whose centre it is put. */
const MIN_RADIUS_PX = 0.5;

/**
 * The same strokes for a picture `factor` times as large; a radius never falls below 0.5 px. Throws a `RangeError`
 * unless `factor` is positive and finite.
 */
export function scaleStrokes(strokes: readonly StarterStroke[], factor: number): StarterStroke[] {
  if (!(factor > 0 && Number.isFinite(factor))) throw new RangeError(`Strokes cannot be scaled by ${factor}.`);
  return strokes.map(({ classId, radiusPx, points }) => ({
    classId,
    radiusPx: Math.max(MIN_RADIUS_PX, radiusPx * factor),
    points: points.map(([x, y]) => [x * factor, y * factor] as const),
  }));
}
