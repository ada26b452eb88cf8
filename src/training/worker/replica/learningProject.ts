import { sameElements } from '../../../base/sameElements.ts';
import { isPredictedAnew, isRecordedAnew, type LearnerConfig } from '../../../segmentation/trainer/changeCosts.ts';
import type { Trainer } from '../../../segmentation/trainer/trainer.ts';
import { DivergedStateError } from '../../../segmentation/trainer/trainerState.ts';
import { decodeTrainerState } from '../../../segmentation/trainer/trainerStateCodec.ts';
import { parseDifference, type SettingsDifference } from '../../../settings/difference.ts';
import type { LearnerSettings } from '../../../settings/learner.ts';
import { parseLearnerSettings } from '../../../settings/parse.ts';
import type { PictureUse } from '../../../settings/pictureUse.ts';
import type { HeldOutScores, PredictionScores } from '../../learnerMessages.ts';
import type { Command, HeldOutInput, Phase, PictureInput } from '../../protocol.ts';
import { assertChannels, assertHoldOut, assertStateBytes, assertUse } from '../commands/commandChecks.ts';
import { scoreHeldOut } from '../heldOut/heldOutScores.ts';
import { Learners } from './learners.ts';
import { PictureReplica } from './pictureReplica.ts';

/** Class maps of all pictures together take no more than this. */
const KEPT_MAP_BYTES = 2 ** 26;

/** A prediction of a whole picture. The arrays are the caller's. */
export interface PicturePrediction {
  readonly step: number;
  readonly classMap: Uint8Array<ArrayBuffer>;
  readonly confidence: Uint8Array<ArrayBuffer>;
  readonly margin: Uint8Array<ArrayBuffer>;
}

/** A picture's scores, and what they are of. */
export interface ScoresAtStep {
  readonly step: number;
  readonly labelRevision: number;
  readonly scores: PredictionScores;
  /** Scores of the learner that is compared with, at the same step; `null` where there is none, or it did not predict. */
  readonly comparedScores: PredictionScores | null;
}

/** The active picture as the learner sees it and, while two are compared, as the other one does. */
export interface ActivePrediction extends PicturePrediction, ScoresAtStep {
  readonly compared: PicturePrediction | null;
}

/** Other classes and settings for the project's learners, and what they cost. */
interface LearnerChange extends LearnerConfig {
  /** Whether something that is recorded is given up: the steps under way must have ended. */
  readonly isRecordedAnew: boolean;
  /** Whether pictures are predicted otherwise from then on, without another step. */
  readonly isPredictedAnew: boolean;
}

/** A learner as it was at one moment; it can be restored while classes, network and optimiser are the same. */
export interface LearnerSnapshot {
  readonly byteLength: number;
  /** Makes it today's learner. Two learners are then no longer at the same step, so a comparison ends. */
  restore(): void;
  /** What it predicts of a picture; today's learner is in place again, bit for bit, when this settles. */
  predict(picture: PictureReplica, yieldToEventLoop: () => Promise<void>): Promise<PicturePrediction>;
}

/** The project that is learned from: its pictures, and the learner for all of them, or two that are compared. */
export class LearningProject {
  readonly id: string;
  readonly #keptMapBytes: number;
  readonly #pictures = new Map<string, PictureReplica>();
  #activeId: string | null;
  readonly #learners: Learners;
  /** The last prediction by the learner that is compared with. */
  #compared: { readonly picture: PictureReplica; readonly classMap: Uint8Array } | null = null;

  /**
   * Class maps of all pictures together take `keptMapBytes` at most, 64 MiB unless given; the active one's is always kept.
   * Where a saved state comes along, the classes are those that it was saved with, so that {@link restore} takes it.
   * Throws one sentence when a picture's planes do not fit it, or classes or settings are out of range.
   */
  constructor(command: Extract<Command, { type: 'open' }>, keptMapBytes = KEPT_MAP_BYTES) {
    this.#keptMapBytes = keptMapBytes;
    const { projectId, pictures, activePictureId, channels } = command;
    if (typeof projectId !== 'string' || !Array.isArray(pictures)) {
      throw new Error('The project did not arrive whole, so it was not opened for training.');
    }
    this.id = projectId;
    for (const input of pictures) this.#include(new PictureReplica(input));
    this.#activeId = activePictureId !== null && this.#pictures.has(activePictureId) ? activePictureId : null;
    const settings = parseLearnerSettings(command.settings);
    assertChannels(channels);
    this.#learners = new Learners({ channels: channelsOf(command.state) ?? channels, settings });
    for (const picture of this.#pictures.values()) this.#learners.addPicture(picture);
  }

  get learners(): Learners {
    return this.#learners;
  }

  /** The project's own learner. */
  get trainer(): Trainer {
    return this.#learners.a;
  }

  /** The picture that is predicted live. */
  get active(): PictureReplica | null {
    return this.#activeId === null ? null : (this.#pictures.get(this.#activeId) ?? null);
  }

  /** Whether any picture is labeled, for training or not. */
  get labeled(): boolean {
    return [...this.#pictures.keys()].some((id) => this.trainer.isLabeled(id));
  }

  /** Pixels of its largest picture. */
  get mostPixels(): number {
    return Math.max(0, ...Array.from(this.#pictures.values(), ({ planes }) => planes.width * planes.height));
  }

  get budgetUsedUp(): boolean {
    return this.trainer.step >= this.trainer.budgetEnd;
  }

  /** The phase of the learner while it rests. */
  get restPhase(): Phase {
    if (this.trainer.step === 0) return 'ready';
    return this.budgetUsedUp ? 'finished' : 'paused';
  }

  picture(id: string): PictureReplica | null {
    return this.#pictures.get(id) ?? null;
  }

  /** Throws one sentence for a picture that cannot be, or whose id is taken. */
  addPicture(input: PictureInput): PictureReplica {
    const picture = new PictureReplica(input);
    this.#include(picture);
    this.#learners.addPicture(picture);
    return picture;
  }

  removePicture(picture: PictureReplica): void {
    this.#pictures.delete(picture.id);
    this.#learners.removePicture(picture.id);
    if (this.#compared?.picture === picture) this.#compared = null;
  }

  /** Throws one sentence for a use that there is not. */
  setUse(picture: PictureReplica, use: PictureUse): void {
    assertUse(use);
    const isNew = use === 'train' && picture.use !== 'train';
    picture.use = use;
    this.#learners.setUse(picture.id, use);
    if (isNew && this.trainer.isLabeled(picture.id)) this.#learners.stretchBudget();
  }

  /** Holds other strokes out; pictures that are not there are left out. Throws one sentence for strokes that cannot be. */
  holdOut(pictures: readonly HeldOutInput[]): void {
    assertHoldOut(pictures);
    for (const { pictureId, strokeIds } of pictures) {
      const heldOut = new Set(strokeIds);
      const picture = this.picture(pictureId);
      if (picture === null) continue;
      picture.setHeldOut(heldOut);
      this.#learners.setHeldOut(pictureId, heldOut);
    }
  }

  activate(picture: PictureReplica): void {
    this.#activeId = picture.id;
  }

  /**
   * Applies an encoded label patch; true when it changed pixels of held-out strokes. Throws on malformed bytes and leaves
   * the labels as they were.
   */
  applyPatch(picture: PictureReplica, bytes: ArrayBuffer, labelRevision: number): boolean {
    const touched = picture.applyPatch(bytes, labelRevision);
    this.#learners.labelsChanged(picture.id);
    if (picture.use === 'train' && touched.learned) this.#learners.stretchBudget();
    return touched.heldOut;
  }

  /** What {@link configure} would take over, and what it costs. Throws one sentence for classes or settings that cannot be. */
  changeTo(channels: readonly number[], newSettings: LearnerSettings): LearnerChange {
    const settings = parseLearnerSettings(newSettings);
    assertChannels(channels);
    const costs = this.#learners.costsOf(channels, settings);
    return { channels, settings, isRecordedAnew: isRecordedAnew(costs), isPredictedAnew: isPredictedAnew(costs) };
  }

  /**
   * Takes over classes and settings; where something is recorded anew, the steps under way must have ended. `rebuilt`: the
   * network is another one and starts untrained. `remade`: it goes on, but states from before do not fit it. `kept`: they
   * do.
   */
  configure({ channels, settings }: LearnerConfig): 'kept' | 'remade' | 'rebuilt' {
    const former = { channels: this.#learners.channels, settings: this.settings };
    const change = this.#learners.configure(channels, settings, [...this.#pictures.values()]);
    const otherOutputs = settings.unlabeled !== former.settings.unlabeled || !sameElements(channels, former.channels);
    const otherOptimizer = settings.optimizer !== former.settings.optimizer;
    if (otherOutputs || change === 'rebuilt') this.#forgetPredictions();
    return change === 'kept' && (otherOutputs || otherOptimizer) ? 'remade' : change;
  }

  /** What a snapshot must have in common with today's learner to be restored, as one string. */
  get learnedShape(): string {
    const { network, optimizer, unlabeled } = this.settings;
    return JSON.stringify([network, optimizer, this.#learners.channels, unlabeled === 'extraClass']);
  }

  get settings(): LearnerSettings {
    return this.#learners.settings;
  }

  /**
   * Untrained learners in place of these; returns the project's own one's state, `null` if it never took a step. With a
   * difference it is compared from now on with another one that has it; with `null` it is alone. A difference that cannot
   * be throws one sentence and leaves everything as it is. Unless given, a comparison goes on.
   */
  async reset(difference: SettingsDifference | null): Promise<ArrayBuffer | null> {
    const checked = difference === null ? null : parseDifference(difference);
    const state = await this.saveIfSound();
    this.#learners.startOver(checked, [...this.#pictures.values()]);
    this.#forgetPredictions();
    return state;
  }

  /** The project's own learner is alone again, as it is. */
  endComparison(): void {
    this.#learners.endComparison();
    this.#compared = null;
  }

  /** The learner's state, `null` if it never took a step. Rejects where it diverged. */
  async save(): Promise<ArrayBuffer | null> {
    return this.trainer.step > 0 ? this.trainer.save() : null;
  }

  /** {@link save} for what is about to be replaced: `null` also where it diverged, and nobody wants it back. */
  async saveIfSound(): Promise<ArrayBuffer | null> {
    try {
      return await this.save();
    } catch (error) {
      if (error instanceof DivergedStateError) return null;
      throw error;
    }
  }

  /** Copies the project's own learner as it is at the moment of the call. */
  async snapshot(): Promise<LearnerSnapshot> {
    const { trainer } = this;
    const byteLength = trainer.learnedBytes;
    const restore = await trainer.snapshot();
    const assertThere = () => {
      if (trainer !== this.trainer) throw new Error('Another learner has taken this one’s place.');
    };
    return {
      byteLength,
      restore: () => {
        assertThere();
        this.endComparison();
        restore();
        this.#forgetPredictions();
      },
      predict: async (picture, yieldToEventLoop) => {
        assertThere();
        const restoreToday = await trainer.snapshot();
        try {
          restore();
          return await predictionBy(trainer, picture, yieldToEventLoop);
        } finally {
          restoreToday();
        }
      },
    };
  }

  /** Puts a saved state in place, which ends a comparison. One that does not fit throws and leaves all as it is. */
  restore(state: ArrayBuffer): void {
    assertStateBytes(state);
    this.trainer.restore(state);
    this.endComparison();
    this.#forgetPredictions();
  }

  /** A full-picture prediction; `yieldToEventLoop` lets messages in meanwhile. */
  async predict(picture: PictureReplica, yieldToEventLoop: () => Promise<void>): Promise<PicturePrediction> {
    return predictionBy(this.trainer, picture, yieldToEventLoop);
  }

  /** {@link predict}, and its scores, which can be taken again after the labels changed. */
  async predictScored(
    picture: PictureReplica,
    yieldToEventLoop: () => Promise<void>,
  ): Promise<PicturePrediction & ScoresAtStep> {
    const prediction = await this.predict(picture, yieldToEventLoop);
    // The caller's copy is transferred to the page; this one stays.
    this.#keep(picture, prediction.step, prediction.classMap.slice());
    const scores = picture.score(prediction.classMap);
    return { ...prediction, labelRevision: picture.labelRevision, scores, comparedScores: null };
  }

  /** {@link predictScored}, by either learner in one go. */
  async predictLive(picture: PictureReplica, yieldToEventLoop: () => Promise<void>): Promise<ActivePrediction> {
    const { b } = this.#learners;
    const compared = b === null ? null : await predictionBy(b, picture, yieldToEventLoop);
    this.#compared = compared && { picture, classMap: compared.classMap.slice() };
    const prediction = await this.predictScored(picture, yieldToEventLoop);
    return { ...prediction, compared, comparedScores: compared && picture.score(compared.classMap) };
  }

  /** Scores of a picture that is not shown, by a new prediction. */
  async scoreUnasked(picture: PictureReplica, yieldToEventLoop: () => Promise<void>): Promise<ScoresAtStep> {
    try {
      const { step, labelRevision, scores, comparedScores } = await this.predictScored(picture, yieldToEventLoop);
      return { step, labelRevision, scores, comparedScores };
    } catch (error) {
      // Counts as predicted: what failed is not tried for ever, but when the learner or the labels are others.
      picture.prediction = { step: this.trainer.step, classMap: null, heldOut: null };
      throw error;
    }
  }

  /** A picture's newest prediction against today's labels, `null` where none was kept. */
  rescore(picture: PictureReplica): ScoresAtStep | null {
    const { step, classMap } = picture.prediction ?? { step: 0, classMap: null };
    if (classMap === null) return null;
    const compared = this.#compared?.picture === picture ? this.#compared.classMap : null;
    const comparedScores = compared && picture.score(compared);
    return { step, labelRevision: picture.labelRevision, scores: picture.score(classMap), comparedScores };
  }

  /** The next picture, but the active one, whose labels were not scored against a prediction by today's learner. */
  nextToScore(): PictureReplica | null {
    const { step } = this.trainer;
    if (step === 0) return null;
    for (const picture of this.#pictures.values()) {
      if (picture.id === this.#activeId || picture.use === 'skip' || picture.prediction?.step === step) continue;
      if (this.trainer.isLabeled(picture.id) || picture.heldOut.size > 0) return picture;
    }
    return null;
  }

  /** A picture whose held-out strokes were not scored against a prediction by today's learner; `null`: none. */
  nextToEvaluate(): PictureReplica | null {
    const { step } = this.trainer;
    return step === 0 ? null : (this.#heldOutPictures.find(({ prediction }) => prediction?.step !== step) ?? null);
  }

  /** Scores of all held-out strokes, by today's learner; `null` where there are none, or some are not predicted yet. */
  get heldOutScores(): HeldOutScores | null {
    if (this.trainer.step === 0 || this.nextToEvaluate() !== null) return null;
    return scoreHeldOut(this.#heldOutPictures.flatMap(({ prediction }) => prediction?.heldOut ?? []));
  }

  /** Gives the learners' memory back. */
  dispose(): void {
    this.#learners.dispose();
  }

  #include(picture: PictureReplica): void {
    if (this.#pictures.has(picture.id)) {
      throw new Error('The same picture came twice, so it was not opened for training.');
    }
    this.#pictures.set(picture.id, picture);
  }

  #keep(picture: PictureReplica, step: number, classMap: Uint8Array): void {
    let bytes = classMap.length;
    for (const { id, prediction } of this.#pictures.values()) {
      if (id !== picture.id) bytes += prediction?.classMap?.length ?? 0;
    }
    picture.predicted(step, classMap, bytes <= this.#keptMapBytes || picture.id === this.#activeId);
  }

  get #heldOutPictures(): PictureReplica[] {
    return [...this.#pictures.values()].filter(({ use, heldOut }) => use === 'train' && heldOut.size > 0);
  }

  #forgetPredictions(): void {
    for (const picture of this.#pictures.values()) picture.prediction = null;
    this.#compared = null;
  }
}

/** Class ids of a saved learner's outputs; `null` where there is none, or its bytes are not one's. */
function channelsOf(state: ArrayBuffer | null): readonly number[] | null {
  if (state === null) return null;
  try {
    return decodeTrainerState(state).channels;
  } catch {
    // Whoever restores it says what is wrong with it.
    return null;
  }
}

async function predictionBy(
  trainer: Trainer,
  picture: PictureReplica,
  yieldToEventLoop: () => Promise<void>,
): Promise<PicturePrediction> {
  const { step } = trainer;
  return { step, ...(await trainer.predict(picture.id, yieldToEventLoop)) };
}
