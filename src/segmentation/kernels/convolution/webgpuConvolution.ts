import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { componentsOf, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { runWithMoments } from '../webgpu/webgpuMapMoments.ts';
import { isFollowingPlans, NotedPlans } from '../webgpu/webgpuNotedPlans.ts';
import type { ConvolutionAxis } from './webgpuConvolutionAxis.ts';
import { type Activation, type Finish, gathersMoments } from './webgpuConvolutionFinish.ts';
import { blockSides, type ConvolutionPlan, invocationsOf, planKey, planOf } from './webgpuConvolutionPlan.ts';
import { convolutionShader } from './webgpuConvolutionShader.ts';
import { weightComponents } from './webgpuConvolutionWeights.ts';

/** One convolution with what follows it: `activation(x ∗ filter + other + bias + addend)`. */
export interface WebGpuConvolution {
  /** `[B, H, W, Cin]` */
  readonly x: TensorInfo;
  /** `[kh, kw, Cin, Cout]`; turned, `[kh, kw, Cout, Cin]` */
  readonly filter: TensorInfo;
  /** Whether the filter is turned by 180° and its channels are swapped as it is read. */
  readonly isFilterTurned: boolean;
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
  /** A second convolution, of another map with a filter as it lies, whose result is added; on graphics processors alone. */
  readonly other: {
    readonly x: TensorInfo;
    readonly filter: TensorInfo;
    readonly rows: ConvolutionAxis;
    readonly columns: ConvolutionAxis;
  } | null;
  /** `[B, H', W', Cout]` */
  readonly outputShape: readonly number[];
  /** `[Cout]` */
  readonly bias: TensorInfo | null;
  /** Of the output's shape. */
  readonly addend: TensorInfo | null;
  readonly activation: Activation;
  /** Whether a normalisation comes next. Moments for it are then gathered where that is of use: see `mapMoments`. */
  readonly isNormalized: boolean;
}

/** A convolution that was planned, without its tensors: a shader of its own, whatever sizes it runs on. */
export interface PlannedConvolution extends Finish {
  readonly plan: ConvolutionPlan;
  /** Geometry and what follows the sum, in one word. */
  readonly kind: string;
  readonly inputs: number;
  /** Of the second convolution; `null`: there is none. */
  readonly otherInputs: number | null;
  readonly outputs: number;
  readonly isFilterTurned: boolean;
}

const planned = new NotedPlans<PlannedConvolution>();

/** Every convolution that a backend ran, or compiled ahead, each with the tiling that it was given. */
export function plannedConvolutions(backend: WebGPUBackend): PlannedConvolution[] {
  return planned.of(backend);
}

/**
 * Runs a convolution on the WebGPU backend in one dispatch, by the plan that suits its size unless another one is given;
 * the caller disposes the result. A direct convolution, tiled over registers: see {@link convolutionShader}.
 */
export function convolve(
  backend: WebGPUBackend,
  convolution: WebGpuConvolution,
  plan = (isFollowingPlans() ? formerPlan(backend, convolution) : null) ?? newPlan(backend, convolution),
): TensorInfo {
  const { x, filter, other, bias, addend, outputShape, isFilterTurned } = convolution;
  const components = componentsOf(outputShape[3] as number);
  if ((other === null) !== (plan.other === null)) throw new RangeError('Software adds up no two convolutions in one.');
  const extras = {
    ...(other === null || plan.other === null
      ? {}
      : {
          other: [other.x, plan.other.chunk === 4 ? 4 : 1] as const,
          otherWeights: [other.filter, components] as const,
        }),
    ...(bias === null ? {} : { bias: [bias, components] as const }),
    ...(addend === null ? {} : { addend: [addend, components] as const }),
  };
  const finish = finishOf(convolution, plan);
  const options = { ...finish, components, isFilterTurned };
  const kind = kindOf(convolution);
  const name = `convolution_${kind}_${planKey(plan)}`;
  const channels = channelsOf(convolution);
  const key = [name, ...Object.values(channels)].join('_');
  planned.note(backend, key, { plan, kind, ...channels, isFilterTurned, ...finish });
  const program = {
    name,
    inputs: { x: [x, plan.chunk === 4 ? 4 : 1], weights: [filter, weightComponents(plan, options)], ...extras },
    invocations: invocationsOf(plan, outputShape),
    workgroupSize: plan.workgroupSize,
    code: () => convolutionShader(plan, options),
  } as const;
  if (finish.hasMoments) return runWithMoments(backend, program, outputShape, blockSides(plan));
  const output = { shape: outputShape, dtype: 'float32', components } as const;
  return runFlatProgram(backend, { ...program, output, uniforms: {} });
}

function newPlan(backend: WebGPUBackend, convolution: WebGpuConvolution): ConvolutionPlan {
  const { rows, columns, other, outputShape } = convolution;
  const { inputs, otherInputs } = channelsOf(convolution);
  return planOf(backend, {
    rows,
    columns,
    inputs,
    other: other === null || otherInputs === null ? null : { ...other, inputs: otherInputs },
    outputShape,
  });
}

function channelsOf({ x, other, outputShape }: WebGpuConvolution) {
  const otherInputs = other === null ? null : (other.x.shape[3] as number);
  return { inputs: x.shape[3] as number, otherInputs, outputs: outputShape[3] as number };
}

function finishOf(
  { bias, addend, activation, isNormalized, outputShape }: WebGpuConvolution,
  plan: ConvolutionPlan,
): Finish {
  const hasMoments = isNormalized && gathersMoments(plan, componentsOf(outputShape[3] as number));
  return { hasBias: bias !== null, hasAddend: addend !== null, activation, hasMoments };
}

/** What a shader's text depends on besides its tile. */
function kindOf(convolution: WebGpuConvolution): string {
  const { rows, columns, other, isFilterTurned, bias, addend, activation, isNormalized } = convolution;
  const axisKey = (axis: ConvolutionAxis) =>
    [axis.taps, axis.stride, axis.dilation, axis.pad, axis.inputDilation].join(',');
  return [
    axisKey(rows),
    axisKey(columns),
    isFilterTurned,
    bias !== null,
    addend !== null,
    activation,
    isNormalized,
    ...(other === null ? [] : [axisKey(other.rows), axisKey(other.columns)]),
  ].join('_');
}

/** How a convolution of this kind and these channels was planned first; `null`: none was. */
function formerPlan(backend: WebGPUBackend, convolution: WebGpuConvolution): ConvolutionPlan | null {
  const kind = kindOf(convolution);
  const { inputs, otherInputs, outputs } = channelsOf(convolution);
  const former = plannedConvolutions(backend).find(
    (known) =>
      known.kind === kind && known.inputs === inputs && known.otherInputs === otherInputs && known.outputs === outputs,
  );
  return former?.plan ?? null;
}
