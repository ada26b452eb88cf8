import type { SegmentationClass } from '../settings/classes.ts';

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
