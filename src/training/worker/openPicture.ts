import { applyPatch } from '../../labels/patch.ts';
import { decodePatch } from '../../labels/patchCodec.ts';
import { type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import { Trainer } from '../../segmentation/trainer.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { parseLearnerSettings } from '../../settings/parse.ts';
import type { Command, PredictionScores } from '../protocol.ts';
import { scorePrediction } from './scores.ts';

/** The picture that is learned from, its replica of the label planes, and its learner. */
export class OpenPicture {
  readonly id: string;
  readonly planes: LabelPlanes;
  readonly #pixels: Uint8Array;
  readonly #truth: Uint8Array | null;
  #settings: LearnerSettings;
  #channels: readonly number[];
  #trainer: Trainer;
  #labelRevision: number;
  #labeled: boolean;
  #stopAt: number;
  /** The newest class map, kept so that new labels can be scored without a new prediction. */
  #lastPrediction: { readonly step: number; readonly classMap: Uint8Array } | null = null;

  /** Throws one sentence when the planes do not fit the picture or the settings are out of range. */
  constructor(command: Extract<Command, { type: 'open' }>) {
    const { width, height, truth } = command;
    const size = width * height;
    if (
      !Number.isInteger(width) ||
      !Number.isInteger(height) ||
      size < 1 ||
      command.pixels.byteLength !== 4 * size ||
      command.classIds.byteLength !== size ||
      command.strokeIds.byteLength !== 2 * size ||
      (truth !== null && truth.byteLength !== size)
    ) {
      throw new Error('The picture and its labels differ in size, so it was not opened for training.');
    }
    this.id = command.documentId;
    this.planes = {
      width,
      height,
      classIds: new Uint8Array(command.classIds),
      strokeIds: new Uint16Array(command.strokeIds),
    };
    this.#pixels = new Uint8Array(command.pixels);
    this.#truth = truth === null ? null : new Uint8Array(truth);
    this.#settings = parseLearnerSettings(command.settings);
    this.#channels = command.channels;
    this.#labelRevision = command.labelRevision;
    this.#labeled = hasLabels(this.planes);
    this.#trainer = this.#createTrainer();
    this.#stopAt = this.#settings.stepBudget;
  }

  get trainer(): Trainer {
    return this.#trainer;
  }

  get labelRevision(): number {
    return this.#labelRevision;
  }

  /** Whether any pixel is labeled. */
  get labeled(): boolean {
    return this.#labeled;
  }

  /** Training stops at this step. */
  get stopAt(): number {
    return this.#stopAt;
  }

  get budgetUsedUp(): boolean {
    return this.#trainer.step >= this.#stopAt;
  }

  /** Gives the learner's memory back. */
  dispose(): void {
    this.#trainer.dispose();
  }

  /** Applies an encoded label patch to the replica. Throws on malformed bytes and leaves the replica as it was. */
  applyPatch(bytes: ArrayBuffer, labelRevision: number): void {
    applyPatch(this.planes, decodePatch(new Uint8Array(bytes)));
    this.#trainer.labelsChanged();
    this.#labelRevision = labelRevision;
    this.#labeled = hasLabels(this.planes);
  }

  /** Takes over classes and settings. `rebuilt`: the network is another one and starts untrained. */
  configure(channels: readonly number[], newSettings: LearnerSettings): 'kept' | 'rebuilt' {
    const settings = parseLearnerSettings(newSettings);
    const change = this.#trainer.configure(channels, settings);
    if (settings.stepBudget !== this.#settings.stepBudget || change === 'rebuilt') {
      this.#stopAt = Math.max(settings.stepBudget, this.#trainer.step);
    }
    this.#channels = channels;
    this.#settings = settings;
    if (change === 'rebuilt') this.#lastPrediction = null;
    return change;
  }

  /** Room for another budget's worth of steps, where the last one is used up. */
  extendBudget(): void {
    if (this.budgetUsedUp) this.#stopAt = this.#trainer.step + this.#settings.stepBudget;
  }

  /** A single step past the budget moves the budget's end, so that it still reads "step 7 of 7". */
  includeStep(): void {
    this.#stopAt = Math.max(this.#stopAt, this.#trainer.step);
  }

  /** An untrained learner in place of this one; returns the old one's state, `null` if it never took a step. */
  async reset(): Promise<ArrayBuffer | null> {
    const state = await this.save();
    this.#trainer.dispose();
    this.#trainer = this.#createTrainer();
    this.#stopAt = this.#settings.stepBudget;
    this.#lastPrediction = null;
    return state;
  }

  /** The learner's state, `null` if it never took a step. */
  async save(): Promise<ArrayBuffer | null> {
    return this.#trainer.step > 0 ? this.#trainer.save() : null;
  }

  /** Puts a saved state in place. One that does not fit throws and leaves the learner as it is. */
  restore(state: ArrayBuffer): void {
    this.#trainer.restore(state);
    this.#stopAt = Math.max(this.#settings.stepBudget, this.#trainer.step);
  }

  /** A full-picture prediction and its scores; `giveWay` lets messages in meanwhile. The arrays are the caller's. */
  async predict(giveWay: () => Promise<void>): Promise<{
    step: number;
    labelRevision: number;
    classMap: Uint8Array<ArrayBuffer>;
    confidence: Uint8Array<ArrayBuffer>;
    scores: PredictionScores;
  }> {
    const { step } = this.#trainer;
    const { classMap, confidence } = await this.#trainer.predict(giveWay);
    // The caller's copy travels to the page; this one stays.
    this.#lastPrediction = { step, classMap: classMap.slice() };
    return { step, labelRevision: this.#labelRevision, classMap, confidence, scores: this.#score(classMap) };
  }

  /** The newest prediction against today's labels, `null` where there is none. */
  rescore(): { step: number; scores: PredictionScores } | null {
    if (this.#lastPrediction === null) return null;
    const { step, classMap } = this.#lastPrediction;
    return { step, scores: this.#score(classMap) };
  }

  #score(classMap: Uint8Array): PredictionScores {
    return scorePrediction(this.planes.classIds, classMap, this.#truth);
  }

  #createTrainer(): Trainer {
    const { width, height } = this.planes;
    const trainer = new Trainer({ width, height, channels: this.#channels, settings: this.#settings });
    trainer.setPicture(this.#pixels);
    trainer.setLabels(this.planes);
    return trainer;
  }
}

function hasLabels(planes: LabelPlanes): boolean {
  return planes.classIds.some((id) => id !== UNLABELED);
}
