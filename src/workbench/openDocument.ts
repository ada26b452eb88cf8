import { LabelDocument } from '../editor/labelDocument.ts';
import type { OpenedPicture } from '../project/pictureFile.ts';
import { type Sample, scaleStrokes } from '../samples/samples.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { TrainingCurves } from '../training/curves.ts';
import type { LearnerState } from '../training/protocol.ts';

/** The newest prediction of a picture. */
export interface Prediction {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  /** Class id per pixel, row-major. */
  readonly classMap: Uint8Array<ArrayBuffer>;
  /** Probability of that class, 0–255. */
  readonly confidence: Uint8Array<ArrayBuffer>;
}

/** A learner on its way from the worker. */
export interface SavedLearner {
  /** `null`: it never took a step. */
  readonly state: Promise<LearnerState | null>;
  readonly settings: LearnerSettings;
}

/** A picture that has been opened: its pixels, its labels, and what was learned from them. */
export class OpenDocument {
  readonly labels: LabelDocument;
  readonly picture: OpenedPicture;
  readonly sample: Sample | null;
  /** Exact mask of class ids at working size, 255 where unknown; `null` where there is none. */
  readonly truth: Uint8Array | null;
  /** Stroke ids that came with a built-in picture. */
  readonly starterStrokeIds = new Set<number>();
  curves = new TrainingCurves();
  prediction: Prediction | null = null;
  /** The learner as it was when another picture was opened, and the settings that its shape comes from. */
  saved: SavedLearner | null = null;

  constructor(labels: LabelDocument, picture: OpenedPicture, sample: Sample | null, truth: Uint8Array | null) {
    this.labels = labels;
    this.picture = picture;
    this.sample = sample;
    this.truth = truth;
  }

  get id(): string {
    return this.labels.id;
  }
}

/** A built-in picture with its starter strokes painted; they are where the history begins, not an edit in it. */
export function openSampleDocument(sample: Sample, picture: OpenedPicture, truth: Uint8Array | null): OpenDocument {
  const labels = new LabelDocument({
    id: sample.id,
    name: sample.title,
    width: picture.width,
    height: picture.height,
    classes: sample.classes,
  });
  const painted = labels.paintStrokes(scaleStrokes(sample.strokes, picture.scale));
  labels.forgetHistory();
  const document = new OpenDocument(labels, picture, sample, truth);
  for (const strokeId of painted) document.starterStrokeIds.add(strokeId);
  return document;
}
