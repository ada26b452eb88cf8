import type { Cost } from '../../../segmentation/trainer/changeCosts.ts';
import { Trainer, type TrainerConfig } from '../../../segmentation/trainer/trainer.ts';
import type { TrainedStep } from '../../../segmentation/trainer/trainingStep.ts';
import { type SettingsDifference, withDifference } from '../../../settings/difference.ts';
import type { LearnerSettings } from '../../../settings/learner.ts';
import type { PictureUse } from '../../../settings/pictureUse.ts';
import type { PictureReplica } from './pictureReplica.ts';

/** What the same steps were for either learner. */
export interface TrainedSteps {
  readonly a: readonly TrainedStep[];
  /** `null`: there is one learner. */
  readonly b: readonly TrainedStep[] | null;
}

/**
 * The project's learner and, while two are compared, a second one beside it: the same pictures and labels, by reference,
 * the same seed and number of steps, and one setting apart. The owner disposes them.
 */
export class Learners {
  #channels: readonly number[];
  #settings: LearnerSettings;
  #a: Trainer;
  #second: { readonly difference: SettingsDifference; readonly trainer: Trainer } | null = null;

  constructor({ channels, settings }: Pick<TrainerConfig, 'channels' | 'settings'>) {
    this.#channels = channels;
    this.#settings = settings;
    this.#a = new Trainer({ channels, settings });
  }

  /** The project's own: what is saved, restored and asked for predictions. */
  get a(): Trainer {
    return this.#a;
  }

  /** The one that it is compared with. */
  get b(): Trainer | null {
    return this.#second?.trainer ?? null;
  }

  /** In what the second differs; `null`: there is none. */
  get difference(): SettingsDifference | null {
    return this.#second?.difference ?? null;
  }

  get channels(): readonly number[] {
    return this.#channels;
  }

  /** The first one's. */
  get settings(): LearnerSettings {
    return this.#settings;
  }

  get count(): 1 | 2 {
    return this.#second === null ? 1 : 2;
  }

  /** Steps of the first's budget, which both follow; see {@link Trainer.stepsAhead}. */
  get stepsAhead(): number {
    return this.#a.stepsAhead;
  }

  addPicture(picture: PictureReplica): void {
    for (const trainer of this.#all) addTo(trainer, picture);
  }

  removePicture(id: string): void {
    for (const trainer of this.#all) trainer.removePicture(id);
  }

  setUse(id: string, use: PictureUse): void {
    for (const trainer of this.#all) trainer.setUse(id, use);
  }

  setHeldOut(id: string, strokeIds: ReadonlySet<number>): void {
    for (const trainer of this.#all) trainer.setHeldOut(id, strokeIds);
  }

  labelsChanged(id: string): void {
    for (const trainer of this.#all) trainer.labelsChanged(id);
  }

  stretchBudget(): void {
    for (const trainer of this.#all) trainer.stretchBudget();
  }

  continueBudget(): void {
    for (const trainer of this.#all) trainer.continueBudget();
  }

  /** What {@link configure} costs for these, of one learner or of two. */
  costsOf(channels: readonly number[], settings: LearnerSettings): ReadonlySet<Cost> {
    const second = this.#second;
    const ofSecond = second?.trainer.costsOf(channels, withDifference(settings, second.difference)) ?? [];
    return new Set([...this.#a.costsOf(channels, settings), ...ofSecond]);
  }

  /**
   * Takes over other classes and settings, the second in all but its difference. Where the network is another one, which
   * starts untrained, the second starts over, too; `pictures` are then handed to it.
   */
  configure(
    channels: readonly number[],
    settings: LearnerSettings,
    pictures: Iterable<PictureReplica>,
  ): 'kept' | 'rebuilt' {
    this.#channels = channels;
    this.#settings = settings;
    const change = this.#a.configure(channels, settings);
    if (this.#second === null) return change;
    const { difference, trainer } = this.#second;
    if (change === 'rebuilt') this.#putBeside(difference, pictures);
    else trainer.configure(channels, withDifference(settings, difference));
    return change;
  }

  /** Untrained learners in place of these, with these pictures; where `difference` is given a second one beside the first. */
  startOver(difference: SettingsDifference | null, pictures: readonly PictureReplica[]): void {
    this.#a.dispose();
    this.#a = this.#untrained(this.#settings, pictures);
    if (difference === null) this.endComparison();
    else this.#putBeside(difference, pictures);
  }

  /** Gives the second learner's memory back; the first stays as it is. */
  endComparison(): void {
    this.#second?.trainer.dispose();
    this.#second = null;
  }

  /** Both take `count` steps; see {@link Trainer.trainSteps}. */
  trainSteps(count: number): Promise<TrainedSteps> {
    const a = this.#a.trainSteps(count);
    const b = this.b?.trainSteps(count) ?? null;
    return Promise.all([a, b]).then(([ofA, ofB]) => ({ a: ofA, b: ofB }));
  }

  async compile(predictedId: string | null): Promise<void> {
    for (const trainer of this.#all) await trainer.compile(predictedId);
  }

  dispose(): void {
    for (const trainer of this.#all) trainer.dispose();
    this.#second = null;
  }

  get #all(): readonly Trainer[] {
    return this.#second === null ? [this.#a] : [this.#a, this.#second.trainer];
  }

  #putBeside(difference: SettingsDifference, pictures: Iterable<PictureReplica>): void {
    const former = this.#second;
    const trainer = this.#untrained(withDifference(this.#settings, difference), pictures);
    this.#second = { difference, trainer };
    former?.trainer.dispose();
  }

  #untrained(settings: LearnerSettings, pictures: Iterable<PictureReplica>): Trainer {
    const trainer = new Trainer({ channels: this.#channels, settings });
    for (const picture of pictures) addTo(trainer, picture);
    return trainer;
  }
}

function addTo(trainer: Trainer, { id, pixels, planes, use, heldOut }: PictureReplica): void {
  trainer.addPicture(id, pixels, planes, use);
  trainer.setHeldOut(id, heldOut);
}
