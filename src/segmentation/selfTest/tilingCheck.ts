import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { convolve, type PlannedConvolution } from '../kernels/convolution/webgpuConvolution.ts';
import type { ConvolutionAxis } from '../kernels/convolution/webgpuConvolutionAxis.ts';
import { blockSides } from '../kernels/convolution/webgpuConvolutionPlan.ts';
import { assertAgrees, noise } from './disagreement.ts';
import { checkPlanned } from './plannedCheck.ts';

/** Outputs of a pixel that are checked, the last one among them: a twin in plain loops of all would take seconds. */
const CHECKED_OUTPUTS = 24;

/** A map, the filter over it, and how that slides. */
interface TrialInput {
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
  readonly shapes: { readonly x: number[]; readonly filter: number[] };
  readonly x: Float32Array;
  readonly filter: Float32Array;
}

/** A planned convolution's operands on a map that its tiles overhang, and what the definition makes of them. */
interface Trial {
  readonly own: TrialInput;
  /** Of the second convolution. */
  readonly other: TrialInput | null;
  readonly shape: number[];
  readonly bias: Float32Array | null;
  readonly addend: Float32Array | null;
}

function trialOf(planned: PlannedConvolution): Trial {
  const { plan, inputs, otherInputs, outputs, hasBias, hasAddend, isFilterTurned } = planned;
  // Two whole blocks and a bit, in two pictures.
  const [blockHeight, blockWidth] = blockSides(plan);
  const sides = [2 * blockHeight + 1, 2 * blockWidth + 1] as const;
  const inputSide = ({ stride, inputDilation }: ConvolutionAxis, side: number) =>
    Math.ceil((side * stride) / inputDilation);
  const numbers = (shape: readonly number[], seed: number) => noise(tf.util.sizeFromShape([...shape]), seed);
  const inputOf = (walk: Pick<TrialInput, 'rows' | 'columns'>, channels: number, seed: number): TrialInput => {
    const { rows, columns } = walk;
    const shapes = {
      x: [2, inputSide(rows, sides[0]), inputSide(columns, sides[1]), channels],
      filter: [rows.taps, columns.taps, ...(isFilterTurned ? [outputs, channels] : [channels, outputs])],
    };
    return { rows, columns, shapes, x: numbers(shapes.x, seed), filter: numbers(shapes.filter, seed + 1) };
  };
  const shape = [2, ...sides, outputs];
  return {
    own: inputOf(plan, inputs, 1),
    other: plan.other === null || otherInputs === null ? null : inputOf(plan.other, otherInputs, 5),
    shape,
    bias: hasBias ? numbers([outputs], 3) : null,
    addend: hasAddend ? numbers(shape, 4) : null,
  };
}

/** Runs a convolution by its plan, whatever suits the small map of the trial; the caller disposes the result. */
function run(
  backend: WebGPUBackend,
  { plan, activation, hasMoments, isFilterTurned }: PlannedConvolution,
  trial: Trial,
): tf.Tensor {
  const { own, other, shape } = trial;
  const tensorsOf = ({ x, filter, shapes }: TrialInput) => {
    return { x: tf.tensor(x, shapes.x), filter: tf.tensor(filter, shapes.filter) };
  };
  const operands = {
    ...tensorsOf(own),
    bias: trial.bias && tf.tensor1d(trial.bias),
    addend: trial.addend && tf.tensor(trial.addend, shape),
  };
  const added = other && { ...tensorsOf(other), rows: other.rows, columns: other.columns };
  const { rows, columns } = plan;
  const result = convolve(
    backend,
    {
      ...operands,
      other: added,
      isFilterTurned,
      rows,
      columns,
      outputShape: shape,
      activation,
      isNormalized: hasMoments,
    },
    plan,
  );
  tf.dispose([...Object.values(operands), added?.x, added?.filter].filter((operand) => operand instanceof tf.Tensor));
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

/** What a convolution makes of a pixel's neighbourhood, output channel by output channel. */
function outputsAt(
  { rows, columns, shapes, x, filter }: TrialInput,
  [picture, row, column]: readonly [number, number, number],
  isFilterTurned: boolean,
): (output: number) => number {
  const [, inHeight = 0, inWidth = 0, inputs = 0] = shapes.x;
  const outputs = shapes.filter[isFilterTurned ? 2 : 3] as number;
  const lastTap = rows.taps * columns.taps - 1;
  const weightAt = (tap: number, input: number, output: number) =>
    isFilterTurned ? ((lastTap - tap) * outputs + output) * inputs + input : (tap * inputs + input) * outputs + output;
  const places = met(rows, row, inHeight).flatMap((r) =>
    met(columns, column, inWidth).map((c) => ({
      pixel: ((picture * inHeight + r.at) * inWidth + c.at) * inputs,
      tap: r.tap * columns.taps + c.tap,
    })),
  );
  return (output) => {
    let sum = 0;
    for (const { pixel, tap } of places) {
      for (let input = 0; input < inputs; input++) {
        sum += (x[pixel + input] as number) * (filter[weightAt(tap, input, output)] as number);
      }
    }
    return sum;
  };
}

/** Throws a `DisagreementError` where pixels of `y` are not what the definition says. */
function compare(planned: PlannedConvolution, trial: Trial, y: Float32Array): void {
  const { outputs, activation, isFilterTurned } = planned;
  const { own, other, shape } = trial;
  const [batch = 0, height = 0, width = 0] = shape;
  const stride = Math.ceil(outputs / CHECKED_OUTPUTS);
  const found: number[] = [];
  const expected: number[] = [];
  for (let picture = 0; picture < batch; picture++) {
    for (const [row, column] of checkedPixels(planned, shape)) {
      const ownAt = outputsAt(own, [picture, row, column], isFilterTurned);
      const otherAt = other === null ? () => 0 : outputsAt(other, [picture, row, column], false);
      for (let output = (outputs - 1) % stride; output < outputs; output += stride) {
        const at = ((picture * height + row) * width + column) * outputs + output;
        const given = (trial.bias?.[output] ?? 0) + (trial.addend?.[at] ?? 0);
        expected.push(activated(given + ownAt(output) + otherAt(output), activation));
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
  const runHere = (planned: Parameters<typeof run>[1], trial: Trial) => run(backend, planned, trial);
  await checkPlanned(all, { trialOf, run: runHere, compare }, read);
}
