import * as tf from '@tensorflow/tfjs-core';
import { type BatchShape, ITEM_WORDS, sampleBatch, sampleWeights } from '../kernels/batch/sampleBatch.ts';
import { concatenateFlat } from '../kernels/optimizer/concatenateFlat.ts';
import { deferringSums } from '../kernels/webgpu/webgpuDeferredSums.ts';
import { flatLength } from '../models/parameters.ts';
import { passCost } from '../models/passCost.ts';
import type { UpdateRates } from '../optimizer/optimizer.ts';
import type { LearnedVector } from '../pretrained/pretrainedWeights.ts';
import { createStepRunner, type StepRunner } from '../recording/stepRunner.ts';
import { ResidentTensor } from '../residentTensor.ts';
import { learnedVectors, type StepModel, stepGradients } from './stepGradients.ts';

/** What a training step is made of; none of it changes from one step to the next, but for what learns. */
export interface StepParts extends StepModel {
  /** float32 `[P, 3]`: standardised pixels. */
  readonly pictures: ResidentTensor;
  /** int32 `[P]`: channel index of every pixel, 255 where unlabeled. */
  readonly labels: ResidentTensor;
  /** float32 `[P]`: how much every pixel counts in the label loss; `null`: all the same. */
  readonly pixelWeights: ResidentTensor | null;
  /** int32 `[P]`: the pictures' own colours as `packedColors` gives them; read by the smoothness term alone, `null` without it. */
  readonly colors: ResidentTensor | null;
  readonly batch: BatchShape;
}

/** What may differ from one step to the next. */
export interface StepInputs {
  /** What every picture of the batch shows, as `writeItem` wrote it. */
  readonly items: Int32Array<ArrayBuffer>;
  /** One weight per output. */
  readonly weight: Float32Array<ArrayBuffer>;
  /** Factor of the smoothness term where the step has one; 0 unless given. */
  readonly smoothnessWeight?: number;
  readonly rates: UpdateRates;
  /** Rates of the pretrained layers where they are fine-tuned; `rates` unless given. */
  readonly pretrainedRates?: UpdateRates;
}

/** The label loss of a step, over its batch and before its update. */
export interface StepStats {
  readonly loss: number;
  /** Denominator of the loss. */
  readonly denominator: number;
  /** Labeled pixels that were predicted right. */
  readonly correct: number;
  readonly labeled: number;
}

/** One training step, taken. */
export interface TrainedStep extends StepStats {
  /** Steps taken, this one included. */
  readonly step: number;
  readonly learningRate: number;
}

/** A step's gradients by maps and by weights take as much again as the pass, each. */
const FLOPS_PER_PASS = 3;

/** Steps that may be taken between two calls of {@link TrainingStep.takeStats}. */
export const MAX_UNREAD_STEPS = 64;

/**
 * One training step, to be taken again and again: sample a batch, predict, label loss, gradients, update. On WebGPU the
 * first step runs operation by operation, the second is recorded and later ones are replayed: what differs between steps
 * is uploaded in small buffers. The owner disposes it before the parts.
 */
export class TrainingStep {
  readonly #items: ResidentTensor;
  readonly #weight: ResidentTensor;
  /** `null` without the smoothness term. */
  readonly #smoothnessWeight: ResidentTensor | null;
  readonly #runner: StepRunner;

  readonly #parts: StepParts;

  constructor(parts: StepParts) {
    this.#parts = parts;
    this.#items = new ResidentTensor([parts.batch.batch, ITEM_WORDS], 'int32');
    this.#weight = new ResidentTensor([parts.outputs], 'float32');
    this.#smoothnessWeight = parts.smoothness === null ? null : new ResidentTensor([1], 'float32');
    const { network, outputs, batch } = parts;
    const flops = FLOPS_PER_PASS * passCost(network, outputs, batch).flops;
    const result = { dtype: 'float32', size: 4, mostUnread: MAX_UNREAD_STEPS, flops } as const;
    this.#runner = createStepRunner(() => this.#compute(), result);
  }

  /** Dispatches a step and returns. */
  run({ items, weight, smoothnessWeight = 0, rates, pretrainedRates = rates }: StepInputs): void {
    this.#items.write(items);
    this.#weight.write(weight);
    // The number itself tells one weight from another.
    this.#smoothnessWeight?.hold(smoothnessWeight, () => Float32Array.of(smoothnessWeight));
    this.#parts.optimizer.prepare(rates);
    this.#fineTuned?.optimizer.prepare(pretrainedRates);
    this.#runner.run();
  }

  /** The figures of the steps since the last call, in order, once they are computed. */
  async takeStats(): Promise<StepStats[]> {
    const results = await this.#runner.takeResults();
    return results.map(([loss = 0, denominator = 0, correct = 0, labeled = 0]) => ({
      loss,
      denominator,
      correct,
      labeled,
    }));
  }

  /** Compiles the shaders without taking a step, where that takes time. */
  compile(): Promise<void> {
    return this.#runner.compile();
  }

  dispose(): void {
    this.#runner.dispose();
    this.#items.dispose();
    this.#weight.dispose();
    this.#smoothnessWeight?.dispose();
  }

  /** Pretrained weights that are fine-tuned. */
  get #fineTuned(): LearnedVector | null {
    return this.#parts.fineTuned ? this.#parts.pretrained.learned : null;
  }

  #compute(): tf.Tensor {
    const { pictures, labels, pixelWeights, colors, batch } = this.#parts;
    const vectors = learnedVectors(this.#parts);
    const stats = tf.tidy(() => {
      const items = this.#items.tensor as tf.Tensor2D;
      const sampled = sampleBatch(pictures.tensor as tf.Tensor2D, labels.tensor as tf.Tensor1D, items, batch);
      const weights = pixelWeights === null ? null : (pixelWeights.tensor as tf.Tensor1D);
      const sample = {
        ...sampled,
        pixelWeight: weights === null ? null : sampleWeights(weights, items, batch),
        items,
        colors: colors === null ? null : (colors.tensor as tf.Tensor1D),
        weight: this.#weight.tensor as tf.Tensor1D,
        smoothnessWeight: this.#smoothnessWeight === null ? null : (this.#smoothnessWeight.tensor as tf.Tensor1D),
      };
      const figures = deferringSums(() => stepGradients(this.#parts, sample));
      const gradients = [...figures.gradients];
      for (const { specs, optimizer } of vectors) {
        const own = gradients.splice(0, specs.length);
        const starts = specs.map((spec) => spec.start);
        optimizer.apply(concatenateFlat(own, starts, flatLength(specs)));
      }
      return figures.stats;
    });
    return vectors.reduce((figures, { optimizer }) => optimizer.reportTo(figures), stats);
  }
}
