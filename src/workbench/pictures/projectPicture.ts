import { messageOf } from '../../base/messageOf.ts';
import type { PictureLabels } from '../../editor/pictureLabels.ts';
import type { SuperpixelMap } from '../../editor/tools/tool.ts';
import { openPictureFile } from '../../project/pictures/pictureFile.ts';
import type { OpenedPicture } from '../../project/pictures/pictureMessages.ts';
import type { Sample } from '../../samples/sample.ts';
import type { PredictionScores } from '../../training/learnerMessages.ts';
import { computeSuperpixels } from './computeSuperpixels.ts';

/** The newest prediction of a picture. */
export interface ShownPrediction {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  /** Class id per pixel, row-major. */
  readonly classMap: Uint8Array<ArrayBuffer>;
  /** Probability of that class, 0–255. */
  readonly confidence: Uint8Array<ArrayBuffer>;
  /** What that is above the next class's, 0–255. */
  readonly margin: Uint8Array<ArrayBuffer>;
}

/** What a {@link ProjectPicture} is made of. */
export interface ProjectPictureParts {
  readonly labels: PictureLabels;
  /** As it was opened; its pixels are read from it whenever they are needed. */
  readonly file: Blob;
  readonly thumbnail: Blob;
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly workingSizePx: number;
  readonly sample: Sample | null;
  /** Exact mask of class ids at working size, 255 where unknown; `null` where there is none. */
  readonly truth: Uint8Array | null;
}

/**
 * A picture of the open project: its file, its labels and what was predicted. Its pixels are decoded when they are
 * needed and given back by {@link release}; {@link dispose} ends it.
 */
export class ProjectPicture {
  readonly labels: PictureLabels;
  readonly file: Blob;
  readonly thumbnail: Blob;
  readonly thumbnailUrl: string;
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly sample: Sample | null;
  readonly truth: Uint8Array | null;
  prediction: ShownPrediction | null = null;
  scores: PredictionScores | null = null;
  /** The newest prediction by learner B, while two are compared. */
  comparedPrediction: ShownPrediction | null = null;
  /** What the learner of then said of it, while a person looks back. */
  pastPrediction: ShownPrediction | null = null;
  /** Strokes that are not learned from, but scored with. */
  heldOut: ReadonlySet<number> = new Set();
  readonly #workingSizePx: number;
  #opened: OpenedPicture | null = null;
  #opening: Promise<OpenedPicture> | null = null;
  #superpixels: SuperpixelMap | null = null;
  #cutting: AbortController | null = null;

  constructor(parts: ProjectPictureParts) {
    this.labels = parts.labels;
    this.file = parts.file;
    this.thumbnail = parts.thumbnail;
    this.thumbnailUrl = URL.createObjectURL(parts.thumbnail);
    this.originalWidth = parts.originalWidth;
    this.originalHeight = parts.originalHeight;
    this.sample = parts.sample;
    this.truth = parts.truth;
    this.#workingSizePx = parts.workingSizePx;
  }

  get id(): string {
    return this.labels.id;
  }

  /** The prediction on the screen. */
  get shownPrediction(): ShownPrediction | null {
    return this.pastPrediction ?? this.prediction;
  }

  /** The decoded picture, where it has been opened and not released since. */
  get opened(): OpenedPicture | null {
    return this.#opened;
  }

  get superpixels(): SuperpixelMap | null {
    return this.#superpixels;
  }

  /** Takes over a picture that was decoded already; it is this object's to close. */
  adopt(opened: OpenedPicture): void {
    this.#opened?.bitmap.close();
    this.#opened = opened;
  }

  /** Decodes the picture unless it is there. Rejects with one sentence for a person. */
  open(): Promise<OpenedPicture> {
    if (this.#opened !== null) return Promise.resolve(this.#opened);
    this.#opening ??= this.#decode().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Gives the decoded picture's memory back. */
  release(): void {
    this.#cutting?.abort();
    this.#superpixels = null;
    this.#opened?.bitmap.close();
    this.#opened = null;
  }

  /** Cuts the open picture into superpixels unless that is done or under way. */
  async cut(): Promise<void> {
    if (this.#superpixels !== null || this.#cutting !== null || this.#opened === null) return;
    const cutting = new AbortController();
    this.#cutting = cutting;
    try {
      const { pixels, width, height } = this.#opened;
      this.#superpixels = await computeSuperpixels(pixels, width, height, cutting.signal);
    } catch (error) {
      if (!cutting.signal.aborted) throw error;
    } finally {
      if (this.#cutting === cutting) this.#cutting = null;
    }
  }

  dispose(): void {
    this.release();
    URL.revokeObjectURL(this.thumbnailUrl);
  }

  async #decode(): Promise<OpenedPicture> {
    const { name } = this.labels;
    const opened = await openPictureFile(this.file, { workingSizePx: this.#workingSizePx }).catch((cause: unknown) => {
      throw new Error(`“${name}” cannot be shown, its labels are kept: ${messageOf(cause)}`, { cause });
    });
    if (opened.width !== this.labels.width || opened.height !== this.labels.height) {
      opened.bitmap.close();
      throw new Error(
        `“${name}” is ${opened.width} × ${opened.height} pixels in this browser, its labels ` +
          `${this.labels.width} × ${this.labels.height}: it was not opened, and its labels were kept.`,
      );
    }
    this.#opened = opened;
    return opened;
  }
}
