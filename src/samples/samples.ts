import type { SegmentationClass } from '../settings/classes.ts';
import { chelsea } from './pictures/chelsea.ts';
import { coffee } from './pictures/coffee.ts';
import { coins } from './pictures/coins.ts';
import { earth } from './pictures/earth.ts';
import { ihc } from './pictures/ihc.ts';
import { retina } from './pictures/retina.ts';
import { textures } from './pictures/textures.ts';

/** A polyline that a person might have painted first, in image coordinates of its sample's picture. */
export interface StarterStroke {
  readonly classId: number;
  readonly radiusPx: number;
  /** At least one point; one alone is a dab. Pixel `(i, j)` has its centre at `(i + 0.5, j + 0.5)`. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A picture that comes with its classes and first strokes. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  /** One sentence: what to try. */
  readonly blurb: string;
  readonly classes: readonly SegmentationClass[];
  readonly strokes: readonly StarterStroke[];
}

/** A sample that lies beside the page. */
export interface BuiltInSample extends Sample {
  /** Field that the picture comes from: `Photograph`, `Histology`, … */
  readonly domain: string;
  /** Path of the picture, relative to the page. */
  readonly picture: string;
  readonly width: number;
  readonly height: number;
  /** Path of a PNG of the same size whose pixel values are class ids (255: unknown), or `null` where nobody knows. */
  readonly truth: string | null;
  /** Who made it and under which licence, in one line. */
  readonly credit: string;
}

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
