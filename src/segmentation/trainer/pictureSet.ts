import { type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import { strokeWeights, weightedCounts } from '../../labels/strokeWeights.ts';
import { classIdsWithout } from '../../metrics/holdOut.ts';
import type { ClassCount } from '../../settings/classBalance.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import { pyramidPicture } from '../augmentation/scalePyramid.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import { type StandardizedPicture, standardize } from '../picture.ts';
import { TrainingBatch } from './trainingBatch.ts';

/** A picture among those that are learned from, scored or left alone. */
export class LearnerPicture {
  use: PictureUse;
  /** What a training step looks at. */
  readonly batch: TrainingBatch;
  /** Unique among all pictures that were ever added. */
  readonly pixelVersion: number;
  #currentLabelVersion: number;
  #heldOut: ReadonlySet<number> = new Set();
  #learned: Uint8Array<ArrayBuffer> | null = null;
  #counts: Uint32Array | null = null;
  #weighted: { readonly channels: readonly number[]; readonly countById: Float64Array } | null = null;
  #planned = false;

  readonly #planes: LabelPlanes;
  readonly #nextVersion: () => number;

  /**
   * `pixels` (RGBA) and `planes` are kept by reference. Versions, drawn from `nextVersion`, tell what lies on the device.
   * Throws a `RangeError` where the two differ in size.
   */
  constructor(
    readonly id: string,
    readonly pixels: Uint8Array | Uint8ClampedArray,
    planes: LabelPlanes,
    use: PictureUse,
    nextVersion: () => number,
  ) {
    this.#planes = planes;
    this.#nextVersion = nextVersion;
    const { width, height } = planes;
    if (pixels.length !== 4 * width * height) {
      throw new RangeError(
        `A picture of ${width} × ${height} has ${4 * width * height} bytes, not ${pixels.length}, and labels as large.`,
      );
    }
    this.use = use;
    this.batch = new TrainingBatch(width, height);
    this.pixelVersion = nextVersion();
    this.#currentLabelVersion = nextVersion();
  }

  /** Changes with every change of the labels. */
  get labelVersion(): number {
    return this.#currentLabelVersion;
  }

  get width(): number {
    return this.#planes.width;
  }

  get height(): number {
    return this.#planes.height;
  }

  /** What is learned from: the labels, UNLABELED where a held-out stroke painted them. */
  get classIds(): Uint8Array<ArrayBuffer> {
    this.#learned ??= classIdsWithout(this.#planes, this.#heldOut);
    return this.#learned;
  }

  get #learnedPlanes(): LabelPlanes {
    return { ...this.#planes, classIds: this.classIds };
  }

  /** Sets the strokes that count as unlabeled, in place of the former ones. */
  setHeldOut(strokeIds: ReadonlySet<number>): void {
    if (strokeIds.size === 0 && this.#heldOut.size === 0) return;
    this.#heldOut = strokeIds;
    this.labelsChanged();
  }

  /** To be called when the labels changed. */
  labelsChanged(): void {
    this.#currentLabelVersion = this.#nextVersion();
    this.#learned = null;
    this.#counts = null;
    this.#weighted = null;
    this.planAgain();
  }

  /** To be called when what determines the training batch changed. */
  planAgain(): void {
    this.#planned = false;
  }

  /** Pixels per class id of those that are learned from. */
  get countById(): Uint32Array {
    if (this.#counts === null) {
      this.#counts = new Uint32Array(256);
      for (const id of this.classIds) this.#counts[id] = (this.#counts[id] as number) + 1;
    }
    return this.#counts;
  }

  /** What the pixels of each class id weigh together where strokes weigh the same, among the labels of these classes. */
  weightedCountById(channels: readonly number[]): Float64Array {
    if (this.#weighted?.channels !== channels) {
      this.#weighted = { channels, countById: weightedCounts(this.#learnedPlanes, channels) };
    }
    return this.#weighted.countById;
  }

  /** Those of these classes that any pixel has that is learned from. */
  labeledOf(channels: readonly number[]): number[] {
    return channels.filter((id) => (this.countById[id] ?? 0) > 0);
  }

  /** Whether any pixel that is learned from has one of these classes. */
  isLabeled(channels: readonly number[]): boolean {
    return channels.some((id) => (this.countById[id] ?? 0) > 0);
  }

  /** Plans the training batch if the labels changed since it was last planned; true when its shape is another one. */
  plan(network: NetworkDescription, settings: LearnerSettings): boolean {
    if (this.#planned) return false;
    this.#planned = true;
    return this.batch.update(this.classIds, network, settings);
  }

  /** Channel index of every pixel, 255 where it is unlabeled or of no class of `channels`. */
  channelLabels(channels: readonly number[]): Int32Array<ArrayBuffer> {
    const channelOfId = new Int32Array(256).fill(UNLABELED);
    for (const [channel, id] of channels.entries()) channelOfId[id] = channel;
    const { classIds } = this;
    const labels = new Int32Array(classIds.length);
    for (let i = 0; i < labels.length; i++) labels[i] = channelOfId[classIds[i] as number] as number;
    return labels;
  }

  /** Weight of every pixel where strokes weigh the same, among the labels of these classes. */
  pixelWeights(channels: readonly number[]): Float32Array<ArrayBuffer> {
    return strokeWeights(this.#learnedPlanes, channels);
  }
}

/** Labels of each class in some pictures, by their pixels or, where strokes weigh the same, by their weights. */
export function classCounts(
  pictures: readonly LearnerPicture[],
  channels: readonly number[],
  { strokeBalance }: Pick<LearnerSettings, 'strokeBalance'>,
): ClassCount[] {
  const counts = pictures.map((own) => (strokeBalance === 'stroke' ? own.weightedCountById(channels) : own.countById));
  return channels.map((classId) => ({
    classId,
    count: counts.reduce((sum, countById) => sum + (countById[classId] ?? 0), 0),
  }));
}

/** The pictures of a learner, in the order in which they were added, and their standardised values while there is room. */
export class PictureSet {
  readonly #pictures = new Map<string, LearnerPicture>();
  readonly #values = new Map<LearnerPicture, StandardizedPicture>();
  /** Of one strength of scale augmentation. */
  readonly #pyramids = new Map<LearnerPicture, StandardizedPicture>();
  #pyramidScale = 0;
  #valueBytes = 0;
  #versions = 0;

  readonly #budgetBytes: number;

  /** Standardised values of training pictures are kept up to `budgetBytes`; others are computed from the bytes again. */
  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get all(): Iterable<LearnerPicture> {
    return this.#pictures.values();
  }

  get isEmpty(): boolean {
    return this.#pictures.size === 0;
  }

  /** Throws a `RangeError` for an id that is taken, and where pixels and labels differ in size. */
  add(id: string, pixels: Uint8Array | Uint8ClampedArray, planes: LabelPlanes, use: PictureUse): void {
    if (this.#pictures.has(id)) throw new RangeError(`There already is a picture ${id}.`);
    this.#pictures.set(id, new LearnerPicture(id, pixels, planes, use, () => ++this.#versions));
  }

  /** Throws a `RangeError` for an id that is not there. */
  get(id: string): LearnerPicture {
    const picture = this.#pictures.get(id);
    if (picture === undefined) throw new RangeError(`There is no picture ${id}.`);
    return picture;
  }

  /** Throws a `RangeError` for an id that is not there. */
  remove(id: string): void {
    this.#forgetValues(this.get(id));
    this.#pictures.delete(id);
  }

  /** Throws a `RangeError` for an id that is not there. */
  setUse(id: string, use: PictureUse): void {
    const picture = this.get(id);
    picture.use = use;
    if (use !== 'train') this.#forgetValues(picture);
  }

  /** The pictures for training that have labels of these classes. */
  labeledForTraining(channels: readonly number[]): LearnerPicture[] {
    return [...this.#pictures.values()].filter(({ use }) => use === 'train').filter((own) => own.isLabeled(channels));
  }

  standardized(picture: LearnerPicture): StandardizedPicture {
    const kept = this.#values.get(picture);
    if (kept !== undefined) return kept;
    const fresh = standardize(picture.pixels, picture.width, picture.height);
    this.#keep(picture, fresh, this.#values);
    return fresh;
  }

  /** A picture's values at all sizes that scale augmentation of a strength shows, one after another. */
  pyramid(picture: LearnerPicture, scale: number): StandardizedPicture {
    if (scale !== this.#pyramidScale) {
      for (const former of [...this.#pyramids.keys()]) this.#forget(former, this.#pyramids);
      this.#pyramidScale = scale;
    }
    const kept = this.#pyramids.get(picture);
    if (kept !== undefined) return kept;
    const own = this.standardized(picture);
    if (scale === 0) return own;
    const fresh = pyramidPicture(own, picture.batch.levels(scale));
    this.#keep(picture, fresh, this.#pyramids);
    return fresh;
  }

  // Only what comes round again is worth the room; and as all of it does in turn, none makes room for another.
  #keep(picture: LearnerPicture, fresh: StandardizedPicture, kept: Map<LearnerPicture, StandardizedPicture>) {
    const { byteLength } = fresh.values;
    if (picture.use !== 'train' || this.#valueBytes + byteLength > this.#budgetBytes) return;
    kept.set(picture, fresh);
    this.#valueBytes += byteLength;
  }

  #forgetValues(picture: LearnerPicture): void {
    this.#forget(picture, this.#values);
    this.#forget(picture, this.#pyramids);
  }

  #forget(picture: LearnerPicture, kept: Map<LearnerPicture, StandardizedPicture>): void {
    this.#valueBytes -= kept.get(picture)?.values.byteLength ?? 0;
    kept.delete(picture);
  }
}
