import * as tf from '@tensorflow/tfjs-core';
import {
  type ChannelPrediction,
  predictionBytes,
  unpackPrediction,
} from '../kernels/predictionBytes/predictionBytes.ts';
import { frugalPass } from '../models/frugalPass.ts';
import { givenStatisticsOps } from '../models/groupStatistics.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import { passCost } from '../models/passCost.ts';
import { haloPx } from '../models/receptiveField.ts';
import { predictLogits, splitParameters, tensorOps } from '../models/tensorOps.ts';
import type { StandardizedPicture } from '../picture.ts';
import type { PretrainedWeights } from '../pretrained/pretrainedWeights.ts';
import { createStepRunner, type StepRunner } from '../recording/stepRunner.ts';
import { ResidentTensor } from '../residentTensor.ts';
import { mostBindingBytes } from '../trainer/stepMemory.ts';
import { flipAveraged } from './flipAveraging.ts';
import { measureStatistics, predictTiled, type YieldToEventLoop } from './tiledPrediction.ts';
import { needsTiles, planTiles } from './tiles.ts';

export interface PredictorParts {
  readonly network: NetworkDescription;
  readonly specs: readonly ParameterSpec[];
  /** Channels of the logits. */
  readonly outputs: number;
  readonly pretrained: Pick<PretrainedWeights, 'fixed' | 'cut'>;
  /** The flat vector `[P]` of today's parameters; on WebGPU always the same tensor. */
  readonly parameters: () => tf.Tensor1D;
  /** Whether the predictions of a picture and of its mirror image are averaged. */
  readonly flips: boolean;
  /** Of the pictures. */
  readonly width: number;
  readonly height: number;
  /** A picture with more pixels is predicted in tiles. */
  readonly maxPixels: number;
}

/** Bytes of a feature map that a backend without a limit of its own is trusted with … */
const MAP_BYTES = 2 ** 27;
/** … and that no device is asked for: several are needed at once. */
const MAX_MAP_BYTES = 2 ** 28;

/** How many pixels a network predicts in one pass, by the numbers that a pixel has in its largest map. */
export function pixelsInOnePass(numbers: number): number {
  const bytes = Math.min(mostBindingBytes() ?? MAP_BYTES, MAX_MAP_BYTES);
  return Math.floor(bytes / (4 * numbers));
}

/** A picture to predict. */
export interface PredictorInput {
  /** Identifies these values: another picture, or other values, have another number. */
  readonly version: number;
  /** Computes the standardised values; called only when they are needed. */
  standardized(): StandardizedPicture;
}

/**
 * Predicts pictures of one size with the newest parameters: in one pass, which on WebGPU is recorded and replayed and leaves four
 * bytes a pixel to read back; or, where they are too large for that, in tiles with normalisation statistics measured
 * over the whole picture. The owner disposes it before the parts.
 */
export class PicturePredictor {
  readonly #onePass: { readonly runner: StepRunner; readonly pixels: ResidentTensor } | null;

  readonly #parts: PredictorParts;

  constructor(parts: PredictorParts) {
    this.#parts = parts;
    const { width, height } = parts;
    if (needsTiles(width, height, parts)) {
      this.#onePass = null;
      return;
    }
    const pixels = new ResidentTensor([width * height, 3], 'float32');
    const { network, outputs, flips } = parts;
    const flops = (flips ? 2 : 1) * passCost(network, outputs, { batch: 1, width, height }).flops;
    const result = { dtype: 'int32', size: width * height, mostUnread: 2, flops } as const;
    this.#onePass = { runner: createStepRunner(() => this.#computeOnePass(pixels), result), pixels };
  }

  /** Awaits `yieldToEventLoop` between tiles; when that rejects, the prediction ends with its error. */
  async predict(input: PredictorInput, yieldToEventLoop: YieldToEventLoop): Promise<ChannelPrediction> {
    if (this.#onePass === null) return this.#predictInTiles(input.standardized(), yieldToEventLoop);
    const { runner, pixels } = this.#onePass;
    pixels.hold(input.version, () => input.standardized().values);
    runner.run();
    const [words] = await runner.takeResults();
    return unpackPrediction(words as Int32Array);
  }

  /** Compiles the shaders without predicting, where that takes time. */
  async compile(): Promise<void> {
    await this.#onePass?.runner.compile();
  }

  dispose(): void {
    this.#onePass?.runner.dispose();
    this.#onePass?.pixels.dispose();
  }

  #computeOnePass(pixels: ResidentTensor): tf.Tensor {
    const { network, specs, outputs, pretrained, parameters, flips, width, height } = this.#parts;
    return tf.tidy(() => {
      const input: tf.Tensor4D = tf.reshape(pixels.tensor, [1, height, width, 3]);
      const learned = [...pretrained.cut('predicting'), ...splitParameters(parameters(), specs)];
      const ops = tensorOps(new Map([...pretrained.fixed, ...learned]), null);
      return predictionBytes(predictLogits(network, ops, input, outputs, flips));
    });
  }

  async #predictInTiles(picture: StandardizedPicture, yieldToEventLoop: YieldToEventLoop): Promise<ChannelPrediction> {
    const { network, specs, outputs, pretrained, flips, maxPixels } = this.#parts;
    const { sizeMultiple } = network;
    const request = { sizeMultiple, haloPx: haloPx(network), rampPx: 0, maxPixels };
    const plan = planTiles(picture.width, picture.height, request);
    const learned = new Map([...pretrained.cut('predicting'), ...splitParameters(this.#parts.parameters(), specs)]);
    const parameters = new Map([...pretrained.fixed, ...learned]);
    try {
      const logitsOf = async (mirrored: boolean) => {
        const statistics = await measureStatistics(picture, plan, network, parameters, yieldToEventLoop, mirrored);
        const ops = givenStatisticsOps(parameters, statistics);
        return (input: tf.Tensor4D) => frugalPass(network, ops, input, outputs);
      };
      const straight = await logitsOf(false);
      const mirrored = flips ? await logitsOf(true) : null;
      const averaged = (input: tf.Tensor4D) =>
        mirrored === null ? straight(input) : flipAveraged(input, straight, mirrored);
      return await predictTiled(picture, plan, averaged, outputs, yieldToEventLoop);
    } finally {
      tf.dispose([...learned.values()]);
    }
  }
}
