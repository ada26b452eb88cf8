import { pixelsIn, pyramidPlane } from '../augmentation/scalePyramid.ts';
import { packedColors } from '../picture.ts';
import { ResidentTensor } from '../residentTensor.ts';
import type { LearnerPicture, PictureSet } from './pictureSet.ts';
import { RecentlyUsed } from './trainerCache.ts';
import { type StepParts, TrainingStep } from './trainingStep.ts';

/** Shapes whose steps stay recorded. Each takes as much memory on the device as its feature maps and their gradients. */
export const RECORDED_SHAPES = 3;

/** What all steps of a learner have in common. */
export interface SharedParts extends Omit<StepParts, 'pictures' | 'labels' | 'pixelWeights' | 'colors' | 'batch'> {
  /** Whether a pixel counts as `LearnerPicture.pixelWeights` says; else all count the same. */
  readonly weighsPixels: boolean;
}

/** A training step with the picture that it looks at. */
interface PictureStep {
  readonly step: TrainingStep;
  readonly pixels: ResidentTensor;
  readonly labels: ResidentTensor;
  /** `null` where pixels weigh the same. */
  readonly pixelWeights: ResidentTensor | null;
  /** `null` where no term asks for them. */
  readonly colors: ResidentTensor | null;
  dispose(): void;
}

/**
 * The recorded training steps of one learner: one for every shape of picture and batch among the last few, with room on
 * the device for one picture and its labels. The owner disposes them before the parts.
 */
export class TrainingSteps {
  readonly #steps = new RecentlyUsed<PictureStep>(RECORDED_SHAPES);

  readonly #parts: SharedParts;
  readonly #scale: number;

  /** `scale`: strength of the augmentation of that name. */
  constructor(parts: SharedParts, scale: number) {
    this.#parts = parts;
    this.#scale = scale;
  }

  /** Whether these steps change the pretrained layers. */
  get fineTuned(): boolean {
    return this.#parts.fineTuned;
  }

  /** The step for a picture's shape. It may take the place of the one that was asked for longest ago. */
  stepFor(picture: LearnerPicture): TrainingStep {
    return this.#get(picture).step;
  }

  /** {@link stepFor}, with the picture and its labels on the device: only what is not there yet is uploaded. */
  stepOn(picture: LearnerPicture, pictures: PictureSet, channels: readonly number[]): TrainingStep {
    const { step, pixels, labels, pixelWeights, colors } = this.#get(picture);
    const levels = picture.batch.levels(this.#scale);
    pixels.hold(picture.pixelVersion, () => pictures.pyramid(picture, this.#scale).values);
    labels.hold(picture.labelVersion, () => pyramidPlane(picture.channelLabels(channels), levels));
    pixelWeights?.hold(picture.labelVersion, () => pyramidPlane(picture.pixelWeights(channels), levels));
    colors?.hold(picture.pixelVersion, () => packedColors(pictures.pyramid(picture, this.#scale)));
    return step;
  }

  /** Gives up the steps whose shape is none of these pictures'. */
  keepOnly(pictures: readonly LearnerPicture[]): void {
    this.#steps.keepOnly(new Set(pictures.map(shapeOf)));
  }

  dispose(): void {
    this.#steps.dispose();
  }

  #get(picture: LearnerPicture): PictureStep {
    return this.#steps.get(shapeOf(picture), () => {
      const pixelCount = pixelsIn(picture.batch.levels(this.#scale));
      const pixels = new ResidentTensor([pixelCount, 3], 'float32');
      const labels = new ResidentTensor([pixelCount], 'int32');
      const { weighsPixels, ...parts } = this.#parts;
      const pixelWeights = weighsPixels ? new ResidentTensor([pixelCount], 'float32') : null;
      const colors = parts.smoothness === null ? null : new ResidentTensor([pixelCount], 'int32');
      const own = { pictures: pixels, labels, pixelWeights, colors, batch: picture.batch.shape };
      const step = new TrainingStep({ ...parts, ...own });
      const dispose = () => {
        for (const part of [step, pixels, labels, pixelWeights, colors]) part?.dispose();
      };
      return { step, pixels, labels, pixelWeights, colors, dispose };
    });
  }
}

/** Pictures of one shape take the same recorded step. */
export function shapeOf({ width, height, batch }: LearnerPicture): string {
  const { shape } = batch;
  return [width, height, shape.batch, shape.width, shape.height].join(' ');
}
