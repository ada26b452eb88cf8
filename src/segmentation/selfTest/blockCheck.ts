import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { INVERTED_RESIDUAL } from '../kernels/invertedResidual/invertedResidual.ts';
import {
  type PlannedInvertedResidual,
  runInvertedResidual,
} from '../kernels/invertedResidual/webgpuInvertedResidual.ts';
import { assertAgrees, noise } from './disagreement.ts';
import { checkPlanned } from './plannedCheck.ts';

const TAPS = [-1, 0, 1] as const;
const TAP_COUNT = TAPS.length ** 2;

/** A planned block's operands on a map that its tiles overhang. */
interface Trial {
  /** Of `x`, two pictures. */
  readonly shape: readonly [number, number, number, number];
  readonly sides: readonly [number, number];
  readonly x: Float32Array;
  readonly expand: Float32Array;
  readonly expandBias: Float32Array;
  readonly depthwise: Float32Array;
  readonly depthwiseBias: Float32Array;
  readonly project: Float32Array;
  readonly projectBias: Float32Array;
}

function trialOf({ plan }: PlannedInvertedResidual): Trial {
  const { inputs, wide, outputs, stride } = plan;
  // Two whole tiles and a bit.
  const sides = [2 * plan.height + 1, 2 * plan.width + 1] as const;
  const shape = [2, stride * sides[0], stride * sides[1], inputs] as const;
  // Sums of as many numbers stay about as large, so that ReLU6 cuts off some at either end.
  const numbers = (length: number, seed: number, scale: number) => noise(length, seed).map((value) => scale * value);
  return {
    shape,
    sides,
    x: numbers(tf.util.sizeFromShape([...shape]), 50, 3),
    expand: numbers(inputs * wide, 51, 3 / Math.sqrt(inputs)),
    expandBias: numbers(wide, 52, 2),
    depthwise: numbers(TAP_COUNT * wide, 53, 1),
    depthwiseBias: numbers(wide, 54, 2),
    project: numbers(wide * outputs, 55, 1 / Math.sqrt(wide)),
    projectBias: numbers(outputs, 56, 1),
  };
}

/** Runs a block by its plan, whatever suits the small map of the trial; the caller disposes the result. */
function run(backend: WebGPUBackend, { plan, isResidual }: PlannedInvertedResidual, trial: Trial): tf.Tensor {
  const { inputs, wide, outputs, stride, isExpanded } = plan;
  const operands = {
    x: tf.tensor(trial.x, [...trial.shape]),
    ...(isExpanded
      ? { expand: tf.tensor(trial.expand, [1, 1, inputs, wide]), expandBias: tf.tensor1d(trial.expandBias) }
      : {}),
    depthwise: tf.tensor(trial.depthwise, [3, 3, wide, 1]),
    depthwiseBias: tf.tensor1d(trial.depthwiseBias),
    project: tf.tensor(trial.project, [1, 1, wide, outputs]),
    projectBias: tf.tensor1d(trial.projectBias),
  };
  const result = runInvertedResidual(backend, operands, { stride, isResidual }, plan);
  tf.dispose(Object.values(operands));
  return tf.engine().makeTensorFromTensorInfo(result);
}

const relu6 = (value: number) => Math.min(Math.max(0, value), 6);

/** `relu6(bias + Σ row · weights)` for every column of `weights [rows, columns]`, or without `relu6`. */
function multiplied(row: Float64Array, weights: Float32Array, bias: Float32Array, cut: (value: number) => number) {
  const sums = Float64Array.from(bias);
  row.forEach((value, i) => {
    for (let column = 0; column < sums.length; column++) {
      sums[column] = (sums[column] as number) + value * (weights[i * sums.length + column] as number);
    }
  });
  return sums.map(cut);
}

/** All channels of an output pixel by the definition, in double precision. */
function expectedPixel(
  { plan, isResidual }: PlannedInvertedResidual,
  trial: Trial,
  [picture, row, column]: readonly [number, number, number],
): Float64Array {
  const { inputs, wide, stride, isExpanded } = plan;
  const [, height, width] = trial.shape;
  const pixelAt = (y: number, x: number) => {
    const at = ((picture * height + y) * width + x) * inputs;
    return Float64Array.from(trial.x.subarray(at, at + inputs));
  };
  const sums = Float64Array.from(trial.depthwiseBias);
  TAPS.forEach((down, tapY) => {
    TAPS.forEach((right, tapX) => {
      // `same` padding of an even side adds nothing before it at stride 2.
      const [y, x] = [row * stride + down + stride - 1, column * stride + right + stride - 1];
      if (y < 0 || y >= height || x < 0 || x >= width) return;
      const pixel = pixelAt(y, x);
      const widened = isExpanded ? multiplied(pixel, trial.expand, trial.expandBias, relu6) : pixel;
      widened.forEach((value, channel) => {
        const weight = trial.depthwise[(tapY * TAPS.length + tapX) * wide + channel] as number;
        sums[channel] = (sums[channel] as number) + value * weight;
      });
    });
  });
  const narrowed = multiplied(sums.map(relu6), trial.project, trial.projectBias, (value) => value);
  return isResidual ? pixelAt(row, column).map((value, i) => value + (narrowed[i] as number)) : narrowed;
}

/** Throws a `DisagreementError` where pixels of `y`, on either side of where tiles begin and end, are not as defined. */
function compare(planned: PlannedInvertedResidual, trial: Trial, y: Float32Array): void {
  const { outputs } = planned.plan;
  const [height, width] = trial.sides;
  const along = (tile: number, side: number) => [0, tile - 1, tile, side - 2, side - 1];
  const pixels = along(planned.plan.height, height).flatMap((row, i) => {
    const columns = along(planned.plan.width, width);
    // Every row and every column once in each picture, and the corners.
    const met = new Set([columns[i], columns[(i + 2) % columns.length]]);
    return [...met].map((column) => [row, column as number] as const);
  });
  const found: number[] = [];
  const expected: number[] = [];
  for (let picture = 0; picture < 2; picture++) {
    for (const [row, column] of pixels) {
      const at = ((picture * height + row) * width + column) * outputs;
      found.push(...y.subarray(at, at + outputs));
      expected.push(...expectedPixel(planned, trial, [picture, row, column]));
    }
  }
  assertAgrees(INVERTED_RESIDUAL, found, expected);
}

/**
 * Runs every planned inverted residual block by that very plan on maps that its tiles overhang, and compares pixels of all
 * kinds with the definition in plain loops. `read` brings a tensor's numbers back and disposes it. Rejects with a
 * `DisagreementError`.
 */
export async function checkBlocks(
  backend: WebGPUBackend,
  all: readonly PlannedInvertedResidual[],
  read: (tensor: tf.Tensor) => Promise<Float32Array>,
): Promise<void> {
  const runHere = (planned: Parameters<typeof run>[1], trial: Trial) => run(backend, planned, trial);
  await checkPlanned(all, { trialOf, run: runHere, compare }, read);
}
