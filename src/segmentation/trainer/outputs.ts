import * as tf from '@tensorflow/tfjs-core';
import { PREDICTED_UNLABELED } from '../../labels/planes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { ParameterSpec } from '../models/parameters.ts';

/** What every output of a network stands for: class ids in channel order, 254 ("predicted unlabeled") for the extra one. */
export type OutputKeys = readonly number[];

/** What the outputs stand for that these classes and settings need. */
export function outputKeys(channels: readonly number[], { unlabeled }: LearnerSettings): OutputKeys {
  return unlabeled === 'extraClass' ? [...channels, PREDICTED_UNLABELED] : channels;
}

/**
 * A flat vector `[P]` made for the outputs `from`, rearranged for the outputs `to`: the columns of kept outputs are
 * copied with everything else, dropped ones left out, new ones taken from `fresh` (flat, made for `to`).
 *
 * `fromSpecs` and `toSpecs` are one network's parameters for either number of outputs; the head's two come last.
 */
export function remapOutputs(
  flat: tf.Tensor1D,
  fromSpecs: readonly ParameterSpec[],
  toSpecs: readonly ParameterSpec[],
  from: OutputKeys,
  to: OutputKeys,
  fresh: Float32Array,
): tf.Tensor1D {
  return tf.tidy(() => {
    const headStart = fromSpecs.find((spec) => spec.kind === 'headKernel')?.start ?? 0;
    const parts = [tf.slice1d(flat, 0, headStart)];
    let end = headStart;
    toSpecs.forEach((spec, i) => {
      const old = fromSpecs[i];
      if (old === undefined || spec.start < headStart) return;
      if (spec.start > end) parts.push(tf.zeros([spec.start - end]));
      end = spec.start + spec.size;
      const rows = spec.size / to.length;
      const pool = tf.concat(
        [
          tf.reshape(tf.slice1d(flat, old.start, old.size), [rows, from.length]),
          tf.tensor2d(fresh.subarray(spec.start, spec.start + spec.size), [rows, to.length]),
        ],
        1,
      );
      const columns = to.map((key, column) => (from.includes(key) ? from.indexOf(key) : from.length + column));
      parts.push(tf.reshape<tf.Rank.R1>(tf.gather(pool, tf.tensor1d(columns, 'int32'), 1), [-1]));
    });
    return tf.concat(parts);
  });
}
