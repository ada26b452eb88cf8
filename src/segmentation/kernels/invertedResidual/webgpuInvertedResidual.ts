import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { depthwiseOf } from '../convolution/convolutionAttributes.ts';
import { addKernel } from '../replaceKernel.ts';
import { runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { isFollowingPlans, NotedPlans } from '../webgpu/webgpuNotedPlans.ts';
import { tilingLimits } from '../webgpu/webgpuTiling.ts';
import { INVERTED_RESIDUAL, type InvertedResidualAttributes, type InvertedResidualInputs } from './invertedResidual.ts';
import {
  type InvertedResidualPlan,
  type InvertedResidualSizes,
  invertedResidualKey,
  invertedResidualPlan,
} from './webgpuInvertedResidualPlan.ts';
import { invertedResidualShader } from './webgpuInvertedResidualShader.ts';

/** A block that was planned, without its tensors: a shader of its own, whatever sizes it runs on. */
export interface PlannedInvertedResidual {
  readonly plan: InvertedResidualPlan;
  readonly isResidual: boolean;
}

const planned = new NotedPlans<PlannedInvertedResidual>();

/** Every inverted residual block that a backend ran, or compiled ahead, each with the plan that it was given. */
export function plannedInvertedResiduals(backend: WebGPUBackend): PlannedInvertedResidual[] {
  return planned.of(backend);
}

/**
 * Runs an inverted residual block on the WebGPU backend in one dispatch, by the plan that suits its size unless another one
 * is given; the caller disposes the result. See {@link INVERTED_RESIDUAL}; throws a `RangeError` unless all channels are
 * multiples of four, and an addend is of the result's shape.
 */
export function runInvertedResidual(
  backend: WebGPUBackend,
  inputs: InvertedResidualInputs,
  { stride, isResidual }: InvertedResidualAttributes,
  given?: InvertedResidualPlan,
): TensorInfo {
  const { x, expand, expandBias, depthwise, depthwiseBias, project, projectBias } = inputs;
  const [wide, outputs] = [depthwise.shape[2] as number, project.shape[3] as number];
  const sizes = { inputs: x.shape[3] as number, wide, outputs, stride, isExpanded: expand !== undefined };
  if ([sizes.inputs, wide, outputs].some((channels) => channels % 4 !== 0)) {
    throw new RangeError(`Channels come in fours, not ${sizes.inputs}, ${wide} and ${outputs}.`);
  }
  const attrs = { strides: stride, pad: 'same', dataFormat: 'NHWC' } as const;
  const { padInfo, outHeight, outWidth } = depthwiseOf([...x.shape.slice(0, 3), wide], depthwise.shape, attrs);
  const shape = [x.shape[0] as number, outHeight, outWidth, outputs];
  if (isResidual && x.shape.join() !== shape.join()) {
    throw new RangeError(`A map of shape [${x.shape}] does not fit a result of shape [${shape}].`);
  }
  const plan = given ?? formerPlan(backend, sizes) ?? invertedResidualPlan(sizes, shape, tilingLimits(backend));
  const name = `invertedResidual_${invertedResidualKey(plan)}_${isResidual}`;
  planned.note(backend, name, { plan, isResidual });
  const tiles = (shape[0] as number) * Math.ceil(outHeight / plan.height) * Math.ceil(outWidth / plan.width);
  return runFlatProgram(backend, {
    name,
    inputs: {
      x: [x, 4],
      ...(expand === undefined || expandBias === undefined
        ? {}
        : { expand: [expand, 4] as const, expandBias: [expandBias, 4] as const }),
      depthwise: [depthwise, 4],
      depthwiseBias: [depthwiseBias, 4],
      project: [project, 4],
      projectBias: [projectBias, 4],
    },
    output: { shape, dtype: 'float32', components: 4 },
    invocations: tiles * plan.workgroupSize,
    workgroupSize: plan.workgroupSize,
    uniforms: { pad: [padInfo.top, padInfo.left, 0, 0] },
    code: () => invertedResidualShader(plan, isResidual),
  });
}

/** How a block of these sizes was planned first, where former plans are followed; `null`: none was. */
function formerPlan(backend: WebGPUBackend, sizes: InvertedResidualSizes): InvertedResidualPlan | null {
  if (!isFollowingPlans()) return null;
  const names = Object.keys(sizes) as (keyof InvertedResidualSizes)[];
  const former = planned.of(backend).find(({ plan }) => names.every((name) => plan[name] === sizes[name]));
  return former?.plan ?? null;
}

/** Gives the WebGPU backend {@link INVERTED_RESIDUAL}. Idempotent; call it once the backend's package is loaded. */
export function registerWebGpuInvertedResidual(): void {
  addKernel(INVERTED_RESIDUAL, 'webgpu', ({ inputs, attrs, backend }) =>
    runInvertedResidual(
      backend as WebGPUBackend,
      inputs as unknown as InvertedResidualInputs,
      attrs as unknown as InvertedResidualAttributes,
    ),
  );
}
