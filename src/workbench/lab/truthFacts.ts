import { UNLABELED } from '../../labels/planes.ts';
import { confusionMatrix } from '../../metrics/confusionMatrix.ts';
import { iouByClass } from '../../metrics/scores.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';

/** What an exact mask says of a prediction, besides the two scores. */
export interface TruthFacts {
  /** By class id; a class that is neither in the mask nor predicted is left out. */
  readonly iouByClass: ReadonlyMap<number, number>;
  readonly wrongPixels: number;
  /** Pixels whose class is known. */
  readonly knownPixels: number;
}

/** The facts of a picture's newest prediction; `null` without a prediction or an exact mask. Takes a millisecond or two. */
export function truthFacts({ truth, prediction }: Pick<ProjectPicture, 'truth' | 'prediction'>): TruthFacts | null {
  if (truth === null || prediction === null) return null;
  const ious = iouByClass(confusionMatrix(truth, prediction.classMap));
  let wrongPixels = 0;
  let knownPixels = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === UNLABELED) continue;
    knownPixels += 1;
    if (truth[i] !== prediction.classMap[i]) wrongPixels += 1;
  }
  return {
    iouByClass: new Map(ious.flatMap((iou, id) => (iou === null ? [] : [[id, iou] as const]))),
    wrongPixels,
    knownPixels,
  };
}
