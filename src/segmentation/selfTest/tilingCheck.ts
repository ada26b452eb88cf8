import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { convolve, type PlannedConvolution } from '../kernels/convolution/webgpuConvolution.ts';
import type { ConvolutionAxis } from '../kernels/convolution/webgpuConvolutionAxis.ts';
import { blockSides } from '../kernels/convolution/webgpuConvolutionPlan.ts';
import { assertAgrees, noise } from './disagreement.ts';

/** Outputs of a pixel that are checked, the last one among them: a twin in plain loops of all would take seconds. */
const CHECKED_OUTPUTS = 24;

/** A planned convolution's operands on a map that its tiles overhang, and what the definition makes of them. */
interface Trial {
  readonly shapes: { readonly x: number[]; readonly filter: number[]; readonly y: number[] };
  readonly x: Float32Array;
  readonly filter: Float32Array;
  readonly bias: Float32Array | null;
  readonly addend: Float32Array | null;
}

function trialOf({ plan, inputs, outputs, hasBias, hasAddend, isFilterTurned }: PlannedConvolution): Trial {
  // Two whole blocks and a bit, in two pictures.
  const [blockHeight, blockWidth] = blockSides(plan);
  const sides = [2 * blockHeight + 1, 2 * blockWidth + 1] as const;
  const inputSide = ({ stride, inputDilation }: ConvolutionAxis, side: number) =>
    Math.ceil((side * stride) / inputDilation);
  const shapes = {
    x: [2, inputSide(plan.rows, sides[0]), inputSide(plan.columns, sides[1]), inputs],
    filter: [plan.rows.taps, plan.columns.taps, ...(isFilterTurned ? [outputs, inputs] : [inputs, outputs])],
    y: [2, ...sides, outputs],
  };
  const numbers = (shape: readonly number[], seed: number) => noise(tf.util.sizeFromShape([...shape]), seed);
  return {
    shapes,
    x: numbers(shapes.x, 1),
    filter: numbers(shapes.filter, 2),
    bias: hasBias ? numbers([outputs], 3) : null,
    addend: hasAddend ? numbers(shapes.y, 4) : null,
  };
}

/** Runs a convolution by its plan, whatever suits the small map of the trial; the caller disposes the result. */
function run(
  backend: WebGPUBackend,
  { plan, activation, hasMoments, isFilterTurned }: PlannedConvolution,
  trial: Trial,
): tf.Tensor {
  const { shapes } = trial;
  const operands = {
    x: tf.tensor(trial.x, shapes.x),
    filter: tf.tensor(trial.filter, shapes.filter),
    bias: trial.bias && tf.tensor1d(trial.bias),
    addend: trial.addend && tf.tensor(trial.addend, shapes.y),
  };
  const { rows, columns } = plan;
  const result = convolve(
    backend,
    { ...operands, isFilterTurned, rows, columns, outputShape: shapes.y, activation, isNormalized: hasMoments },
    plan,
  );
  tf.dispose(Object.values(operands).filter((operand) => operand !== null));
  return tf.engine().makeTensorFromTensorInfo(result);
}

/** Input pixels that one output pixel meets along an axis, as `ConvolutionAxis` defines it. */
function met(axis: ConvolutionAxis, output: number, side: number): { readonly tap: number; readonly at: number }[] {
  return Array.from({ length: axis.taps }, (_, tap) => ({
    tap,
    at: (output * axis.stride + tap * axis.dilation - axis.pad) / axis.inputDilation,
  })).filter(({ at }) => Number.isInteger(at) && at >= 0 && at < side);
}

/** Where tiles and blocks of them begin and end, and where the map does. */
function checkedPixels({ plan }: PlannedConvolution, [, height = 0, width = 0]: readonly number[]): [number, number][] {
  const along = (tile: number, block: number, side: number) => [
    ...new Set([0, tile - 1, tile, block - 1, block, side - 2, side - 1]),
  ];
  const [blockHeight, blockWidth] = blockSides(plan);
  const columns = along(plan.width, blockWidth, width);
  return along(plan.height, blockHeight, height).flatMap((y) => columns.map((x): [number, number] => [y, x]));
}

/** A sum as an activation lets it through. */
function activated(sum: number, activation: PlannedConvolution['activation']): number {
  if (activation === 'linear') return sum;
  return Math.min(Math.max(0, sum), activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY);
}

/** Throws a `DisagreementError` where pixels of `y` are not what the definition says. */
function compare(planned: PlannedConvolution, trial: Trial, y: Float32Array): void {
  const { plan, inputs, outputs, activation, isFilterTurned } = planned;
  const lastTap = plan.rows.taps * plan.columns.taps - 1;
  const weightAt = (tap: number, input: number, output: number) =>
    isFilterTurned ? ((lastTap - tap) * outputs + output) * inputs + input : (tap * inputs + input) * outputs + output;
  const [batch = 0, inHeight = 0, inWidth = 0] = trial.shapes.x;
  const [, height = 0, width = 0] = trial.shapes.y;
  const stride = Math.ceil(outputs / CHECKED_OUTPUTS);
  const found: number[] = [];
  const expected: number[] = [];
  for (let picture = 0; picture < batch; picture++) {
    for (const [row, column] of checkedPixels(planned, trial.shapes.y)) {
      const places = met(plan.rows, row, inHeight).flatMap((r) =>
        met(plan.columns, column, inWidth).map((c) => ({
          pixel: ((picture * inHeight + r.at) * inWidth + c.at) * inputs,
          tap: r.tap * plan.columns.taps + c.tap,
        })),
      );
      for (let output = (outputs - 1) % stride; output < outputs; output += stride) {
        const at = ((picture * height + row) * width + column) * outputs + output;
        let sum = (trial.bias?.[output] ?? 0) + (trial.addend?.[at] ?? 0);
        for (const { pixel, tap } of places) {
          for (let input = 0; input < inputs; input++) {
            sum += (trial.x[pixel + input] as number) * (trial.filter[weightAt(tap, input, output)] as number);
          }
        }
        expected.push(activated(sum, activation));
        found.push(y[at] as number);
      }
    }
  }
  assertAgrees('convolution', found, expected);
}

/**
 * Runs every planned convolution by that very plan on maps that its tiles overhang, and compares pixels of all kinds with
 * the definition in plain loops. `read` brings a tensor's numbers back and disposes it. Rejects with a `DisagreementError`.
 */
export async function checkTilings(
  backend: WebGPUBackend,
  all: readonly PlannedConvolution[],
  read: (tensor: tf.Tensor) => Promise<Float32Array>,
): Promise<void> {
  const trials = all.map((planned) => ({ planned, trial: trialOf(planned) }));
  const results = trials.map(({ planned, trial }) => read(run(backend, planned, trial)));
  const numbers = await Promise.all(results);
  trials.forEach(({ planned, trial }, i) => {
    compare(planned, trial, numbers[i] as Float32Array);
  });
}
