import { suggestRegion } from '../editor/suggestedRegion.ts';
import { type LabelPlanes, UNLABELED } from '../labels/planes.ts';
import { type ConfusionMatrix, confusionMatrix } from '../metrics/confusionMatrix.ts';
import { meanIou } from '../metrics/scores.ts';
import { Random } from '../segmentation/random.ts';
import { Trainer } from '../segmentation/trainer/trainer.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { type EvaluationPicture, planesOf, scoredTruth, strokedClasses } from './evaluationPicture.ts';
import { largestStrokes, strokeAcross } from './simulatedPainter.ts';

/** How good the masks were after `step` steps. */
export interface ScoredCheckpoint {
  readonly step: number;
  /** Of training alone, from the first step's call; predictions in between are left out. */
  readonly seconds: number;
  /** In [0, 1], over the classes of the scored truth. */
  readonly meanIou: number;
}

/** What is trained and scored together. */
export interface Experiment {
  /** Learned from, by their strokes. */
  readonly training: readonly EvaluationPicture[];
  /** Scored, all in one confusion matrix. */
  readonly scored: readonly EvaluationPicture[];
  /** Which of their pixels count, void ones never. */
  readonly pixels: 'all' | 'unpainted';
  readonly settings: LearnerSettings;
  /** Steps after which the masks are scored, rising; training ends with the last. */
  readonly checkpoints: readonly number[];
  /**
   * Where somebody paints a further stroke after every checkpoint, having begun with one a class (single pictures only):
   * where the page points to, or in places drawn at random. `null`: all strokes are there from the start.
   */
  readonly painter: Painter | null;
}

export type Painter = 'doubt' | 'random';

/** Of an experiment's seed, a stream of its own. */
const PAINTER_STREAM = 7;
/** Steps that are dispatched before the page would look up again. */
const STEPS_A_TURN = 5;

/**
 * Trains as the page does and scores the predictions: *single* is one picture for both and its unpainted pixels, *multi*
 * other pictures and all pixels. `nowMs` is a clock. tfjs's backend must be ready. Throws an `Error` when fewer than two
 * classes have strokes, and where nothing can be scored.
 */
export async function trainedScores(experiment: Experiment, nowMs: () => number): Promise<ScoredCheckpoint[]> {
  const { training, scored, pixels, settings, checkpoints, painter } = experiment;
  const channels = strokedClasses(training.map(({ strokes }) => strokes));
  if (channels.length < 2) throw new Error('Strokes of two classes are needed to train and score.');
  const trainer = new Trainer({ channels, settings });
  try {
    const painted = training.map(({ strokes }) => (painter === null ? strokes : largestStrokes(strokes)));
    for (const [i, { id, pixels: rgba }] of training.entries()) {
      trainer.addPicture(id, rgba, painted[i] as LabelPlanes, 'train');
    }
    const random = Random.fromSeed(settings.seed, PAINTER_STREAM);
    for (const { id, pixels: rgba, width, height } of scored) {
      if (training.some((picture) => picture.id === id)) continue;
      trainer.addPicture(id, rgba, planesOf(new Uint8Array(width * height).fill(UNLABELED), width, height), 'test');
    }
    const truths = scored.map((picture) => withoutOthers(scoredTruth(picture, pixels), channels));
    const reached: ScoredCheckpoint[] = [];
    let seconds = 0;
    for (const step of checkpoints) {
      const startMs = nowMs();
      while (trainer.step < step) await trainer.trainSteps(Math.min(STEPS_A_TURN, step - trainer.step));
      seconds += (nowMs() - startMs) / 1000;
      reached.push({ step, seconds, meanIou: await scoreOf(trainer, scored, truths) });
      if (painter === null) continue;
      for (const [i, { id, truth }] of training.entries()) {
        await paintFurther(trainer, id, truth, painted[i] as LabelPlanes, channels, painter, () =>
          random.uniform(0, 1),
        );
      }
    }
    return reached;
  } finally {
    trainer.dispose();
  }
}

/** Paints a stroke more, where there is something to paint. */
async function paintFurther(
  trainer: Trainer,
  id: string,
  truth: Uint8Array,
  planes: LabelPlanes,
  channels: readonly number[],
  painter: Painter,
  random: () => number,
): Promise<void> {
  const { width, height, classIds, strokeIds } = planes;
  const prediction = { width, height, ...(await trainer.predict(id)) };
  const region = suggestRegion(prediction, classIds, painter, [], random);
  const stroke = region === null ? null : strokeAcross(region, truth, classIds, width, channels);
  if (stroke === null) return;
  const strokeId = 1 + strokeIds.reduce((most, one) => Math.max(most, one), 0);
  for (const pixel of stroke.pixels) {
    classIds[pixel] = stroke.classId;
    strokeIds[pixel] = strokeId;
  }
  trainer.labelsChanged(id);
}

async function scoreOf(
  trainer: Trainer,
  pictures: readonly EvaluationPicture[],
  truths: readonly Uint8Array[],
): Promise<number> {
  const matrices: ConfusionMatrix[] = [];
  for (const [i, { id }] of pictures.entries()) {
    matrices.push(confusionMatrix(truths[i] as Uint8Array, (await trainer.predict(id)).classMap));
  }
  const score = meanIou(pooled(matrices), 'benchmark');
  if (score === null) throw new Error('There is no pixel to score.');
  return score;
}

/** What the network cannot name is no fault of its: it is void. */
function withoutOthers(truth: Uint8Array, channels: readonly number[]): Uint8Array {
  return truth.map((id) => (channels.includes(id) ? id : UNLABELED));
}

function pooled(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const [first] = matrices;
  if (first === undefined) throw new Error('There is no picture to score.');
  const counts = first.counts.map((_, cell) => matrices.reduce((sum, matrix) => sum + (matrix.counts[cell] ?? 0), 0));
  return { classCount: first.classCount, counts };
}
