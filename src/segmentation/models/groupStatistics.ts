import * as tf from '@tensorflow/tfjs-core';
import { EPSILON } from '../kernels/groupNorm/groupNormKernels.ts';
import { channelMeans } from './groupNorm.ts';
import { groupsFor, IDLE_OPS, type NetworkDescription, type NetworkOps } from './networkOps.ts';
import { tensorOps } from './tensorOps.ts';

/** What a group normalisation measures over a picture, repeated for every channel of a group. */
export interface GroupStatistics {
  readonly mean: Float32Array<ArrayBuffer>;
  readonly variance: Float32Array<ArrayBuffer>;
}

/** {@link GroupStatistics} by the name of the normalisation. */
export type NetworkStatistics = ReadonlyMap<string, GroupStatistics>;

/**
 * The interpreter {@link tensorOps} for inference with given statistics: a normalisation that `statistics` names takes
 * mean and variance from there instead of from its map, any other one its own. With the statistics of a whole picture a
 * tile of it is normalised as the picture is.
 */
export function givenStatisticsOps(
  parameters: ReadonlyMap<string, tf.Tensor>,
  statistics: NetworkStatistics,
): NetworkOps<tf.Tensor4D> {
  const ops = tensorOps(parameters, null);
  return {
    ...ops,
    normRelu(x, name, channels) {
      const given = statistics.get(name);
      if (given === undefined) return ops.normRelu(x, name, channels);
      return tf.tidy(() => {
        const deviation = Float32Array.from(given.variance, (variance) => 1 / Math.sqrt(variance + EPSILON));
        const slope = tf.mul<tf.Tensor1D>(tf.tensor1d(deviation), parameters.get(`${name}/gain`) as tf.Tensor1D);
        const shift = tf.sub(parameters.get(`${name}/offset`) as tf.Tensor1D, tf.mul(tf.tensor1d(given.mean), slope));
        return tf.relu(tf.add<tf.Tensor4D>(tf.mul(x, slope), shift));
      });
    },
  };
}

/** A network's group normalisations, in order. */
export function normalizations(network: NetworkDescription): { readonly name: string; readonly channels: number }[] {
  const found: { name: string; channels: number }[] = [];
  const ops: NetworkOps<null> = {
    ...IDLE_OPS,
    normRelu(_x, name, channels) {
      found.push({ name, channels });
      return null;
    },
  };
  network.describe(ops, null, 1);
  return found;
}

/** Mean and variance over the pixels of `x`, one row each: `[1, H, W, C]` → `[2, C]`; the caller disposes it. */
export function channelMoments(x: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const mean = channelMeans(x);
    const variance = channelMeans(tf.square(tf.sub(x, mean)));
    return tf.reshape(tf.concat([mean, variance], 0), [2, x.shape[3]]);
  });
}

/** Gathers the moments of a map's channels part by part, in double precision: Chan, Golub & LeVeque 1983, eq. 2.1. */
export class MomentGatherer {
  #count = 0;
  readonly #mean: Float64Array;
  /** Sum of squared distances from the mean. */
  readonly #scatter: Float64Array;

  readonly #channels: number;

  constructor(channels: number) {
    this.#channels = channels;
    this.#mean = new Float64Array(channels);
    this.#scatter = new Float64Array(channels);
  }

  /** Adds a part of `pixels` pixels whose moments, `[2, C]`, are those of {@link channelMoments}. */
  add(moments: ArrayLike<number>, pixels: number): void {
    const total = this.#count + pixels;
    for (let channel = 0; channel < this.#channels; channel++) {
      const mean = this.#mean[channel] ?? 0;
      const distance = (moments[channel] ?? 0) - mean;
      const scatter = pixels * (moments[this.#channels + channel] ?? 0);
      this.#mean[channel] = mean + (distance * pixels) / total;
      this.#scatter[channel] =
        (this.#scatter[channel] ?? 0) + scatter + (distance * distance * this.#count * pixels) / total;
    }
    this.#count = total;
  }

  /** The statistics of every channel's group over all parts. */
  groupStatistics(): GroupStatistics {
    const count = this.#count;
    const channels = this.#channels;
    const perGroup = channels / groupsFor(channels);
    const mean = new Float32Array(channels);
    const variance = new Float32Array(channels);
    for (let first = 0; first < channels; first += perGroup) {
      const means = this.#mean.subarray(first, first + perGroup);
      const groupMean = means.reduce((sum, m) => sum + m, 0) / perGroup;
      const between = means.reduce((sum, m) => sum + (m - groupMean) ** 2, 0) / perGroup;
      const within =
        this.#scatter.subarray(first, first + perGroup).reduce((sum, s) => sum + s, 0) / (perGroup * count);
      mean.fill(groupMean, first, first + perGroup);
      variance.fill(within + between, first, first + perGroup);
    }
    return { mean, variance };
  }
}
