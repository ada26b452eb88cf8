import type { StarterStroke } from './sample.ts';

/** A starter stroke through `points`, in image coordinates. */
export function stroke(
  classId: number,
  radiusPx: number,
  ...points: readonly (readonly [x: number, y: number])[]
): StarterStroke {
  return { classId, radiusPx, points };
}
