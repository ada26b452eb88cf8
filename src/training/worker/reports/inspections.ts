import { UNLABELED } from '../../../labels/planes.ts';
import { magnitudes, tallyGradient } from '../../../metrics/gradientMap.ts';
import { weightsChange } from '../../../metrics/weightsChange.ts';
import { inspectPixel, targetOf } from '../../../segmentation/inspection/inspectedPixel.ts';
import type { Inspection } from '../../../segmentation/inspection/inspection.ts';
import type { Trainer } from '../../../segmentation/trainer/trainer.ts';
import type { ProbedPixel, StepsWay } from '../../inspectionMessages.ts';
import type { Command } from '../../protocol.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { PictureReplica } from '../replica/pictureReplica.ts';
import type { Reports } from './reports.ts';

/** What was last taken apart. */
interface Taken {
  readonly trainer: Trainer;
  readonly picture: PictureReplica;
  readonly step: number;
  readonly labelRevision: number;
  readonly inspection: Inspection;
  readonly way: StepsWay | null;
}

/** Commands that leave the learner, its labels and the picture on the screen as they are. */
const HARMLESS: ReadonlySet<Command['type']> = new Set(['save', 'predict', 'inspect', 'probe']);

/** Takes the active picture's loss apart for the page, for as long as that is asked for; costs nothing while it is not. */
export class Inspections {
  readonly #run: TrainingRun;
  readonly #reports: Reports;
  #isOn = false;
  /** Whether something is another since the last inspection. */
  #isDue = false;
  #taken: Taken | null = null;

  constructor(run: TrainingRun, reports: Reports) {
    this.#run = run;
    this.#reports = reports;
  }

  /** A command is about to be carried out: what it changes is to be seen. */
  announce(type: Command['type'] | undefined): void {
    if (type !== undefined && !HARMLESS.has(type)) this.#isDue = true;
  }

  /** Begins or ends to inspect. Throws one sentence for what is neither. */
  switch({ on }: Extract<Command, { type: 'inspect' }>): void {
    if (typeof on !== 'boolean') throw new Error('The learner cannot be inspected like that; nothing was changed.');
    this.#isOn = on;
    this.#isDue = on;
    if (!on) this.#taken = null;
  }

  /** Inspects the active picture and tells the page, if that is asked for. A failure is told, and ends it. */
  async show(project: LearningProject): Promise<void> {
    const picture = project.active;
    this.#isDue = false;
    if (!this.#isOn || picture === null) return;
    try {
      await this.#run.drain();
      const { trainer } = project;
      const { step } = trainer;
      const { labelRevision } = picture;
      const inspection = await trainer.inspect(picture.id);
      const way = this.#wayTo(trainer, step, inspection);
      this.#taken = { trainer, picture, step, labelRevision, inspection, way };
      this.#tell(project, this.#taken);
    } catch (error) {
      this.#isOn = false;
      this.#taken = null;
      this.#reports.failed(error, false);
    }
  }

  /** {@link show}, where something is another since it was called last; false when there is nothing to do. */
  async catchUp(project: LearningProject): Promise<boolean> {
    if (!this.#isOn || !this.#isDue || project.active === null) return false;
    await this.show(project);
    this.#run.interrupted();
    return true;
  }

  /** Answers what is asked of one pixel, in any case. Throws one sentence for a pixel that cannot be. */
  async probe(project: LearningProject | null, command: Extract<Command, { type: 'probe' }>): Promise<void> {
    const { requestId, pictureId, x, y } = command;
    let found: ProbedPixel | null = null;
    try {
      const taken = this.#taken;
      if (taken === null || project?.trainer !== taken.trainer || pictureId !== taken.picture.id) return;
      const { inspection, step, labelRevision, way } = taken;
      const { width, height, outputs, denominator } = inspection;
      if (!isIndex(x, width) || !isIndex(y, height)) {
        throw new Error('There is no such pixel in the picture; nothing was changed.');
      }
      const pixel = await inspectPixel(inspection, y * width + x);
      found = { step, labelRevision, x, y, outputs, denominator, way, ...pixel };
    } finally {
      this.#reports.probed(requestId, found);
    }
  }

  #wayTo(trainer: Trainer, step: number, { weights }: Inspection): StepsWay | null {
    const former = this.#taken;
    if (former === null || former.trainer !== trainer || step < former.step) return null;
    // The same weights, of other labels or of another picture.
    if (step === former.step) return former.way;
    const change = weightsChange(former.inspection.weights, weights);
    return change && { ...change, fromStep: former.step, toStep: step };
  }

  #tell(project: LearningProject, { picture, step, labelRevision, inspection }: Taken): void {
    const { width, height, outputs, labels, loss, labelGradient, smoothnessGradient, value } = inspection;
    const channels = outputs.length;
    const map = magnitudes(labelGradient, channels);
    const unlabeledAs = targetOf(UNLABELED, loss);
    const tally = tallyGradient({ labels, gradient: labelGradient, channels, unlabeledAs }, map);
    this.#reports.inspection(project, picture, {
      step,
      labelRevision,
      width,
      height,
      labelLoss: map.buffer,
      smoothness: smoothnessGradient && magnitudes(smoothnessGradient, channels).buffer,
      tally,
      loss: value,
    });
  }
}

function isIndex(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length;
}
