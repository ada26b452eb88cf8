import type { LearnerPicture } from '../trainer/pictureSet.ts';
import { RecentlyUsed } from '../trainer/trainerCache.ts';
import { PicturePredictor, type PredictorParts } from './picturePredictor.ts';

/** Sizes of pictures whose predictions stay recorded. */
const RECORDED_SIZES = 3;

/** The recorded predictions of one learner: one for each of the last few sizes. The owner disposes them before the parts. */
export class PicturePredictors {
  readonly #predictors = new RecentlyUsed<PicturePredictor>(RECORDED_SIZES);

  readonly #parts: Omit<PredictorParts, 'width' | 'height'>;

  constructor(parts: Omit<PredictorParts, 'width' | 'height'>) {
    this.#parts = parts;
  }

  /** The predictor for a picture's size. It may take the place of the one that was asked for longest ago. */
  predictorFor(picture: LearnerPicture): PicturePredictor {
    const { width, height } = picture;
    return this.#predictors.get(sizeOf(picture), () => new PicturePredictor({ ...this.#parts, width, height }));
  }

  /** Gives up the predictors whose size is none of these pictures'. */
  keepOnly(pictures: Iterable<LearnerPicture>): void {
    this.#predictors.keepOnly(new Set(Array.from(pictures, sizeOf)));
  }

  dispose(): void {
    this.#predictors.dispose();
  }
}

function sizeOf({ width, height }: LearnerPicture): string {
  return [width, height].join(' ');
}
