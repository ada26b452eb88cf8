import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { EXPONENT_BITS } from '../webgpu/webgpuFloats.ts';
import { AVERAGE_SHARE, BETA1, BETA2, type UpdateRule, vectorCount } from './optimizerUpdate.ts';

const WORKGROUP_SIZE = 64;

/** What varies from one update to the next lies in tensors, so that it can be recorded and replayed. */
interface UpdateTensors {
  /**
   * The rule's vectors, see `vectorCount`, one every `stride` elements, written in place; then one element that becomes 1
   * for good once any of theirs is no finite number.
   */
  readonly state: TensorInfo;
  readonly stride: number;
  /** `[P]` */
  readonly gradient: TensorInfo;
  /** `[P]` */
  readonly decayMask: TensorInfo;
  /** The rule's, see `UPDATE_NUMBERS`. */
  readonly numbers: TensorInfo;
}

/** One update on the WebGPU backend, in one dispatch. Nothing is returned, and nothing is to be disposed. */
export function updateInPlace(rule: UpdateRule, tensors: UpdateTensors, backend: WebGPUBackend): void {
  const { state, stride, gradient, decayMask, numbers } = tensors;
  const { kind, averages } = rule;
  const length = gradient.shape[0] as number;
  backend.runWebGPUProgram(
    {
      variableNames: ['gradient', 'decayMask', 'numbers'],
      outputShape: [...state.shape],
      uniforms: 'parameterCount : i32, stride : i32,',
      shaderKey: `optimizerUpdate_${kind}${averages ? '_average' : ''}`,
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(length / WORKGROUP_SIZE), 1, 1],
      workgroupSize: [WORKGROUP_SIZE, 1, 1],
      getUserCode: () => `
        fn main(index : i32) {
          if (index >= uniforms.parameterCount) {
            return;
          }
          let stride = uniforms.stride;
          let parameter = result[index];
          let decayed = parameter * decayMask[index];
          ${kind === 'adamw' ? ADAMW : SGD}
          ${averages ? averageAt(vectorCount(rule) - 1) : ''}
          ${NUMBERS[kind].map((number) => noteUnlessFinite(number, vectorCount(rule))).join('')}
        }
      `,
    },
    [gradient, decayMask, numbers],
    'float32',
    [
      { type: 'int32', data: [length] },
      { type: 'int32', data: [stride] },
    ],
    state,
  );
}

const ADAMW = `
  let g = gradient[index];
  let mean = result[stride + index] * ${BETA1} + g * ${1 - BETA1};
  let square = result[2 * stride + index] * ${BETA2} + g * g * ${1 - BETA2};
  result[stride + index] = mean;
  result[2 * stride + index] = square;
  result[index] = parameter - decayed * numbers[1] - numbers[0] * (mean / (sqrt(square) + numbers[2]));
`;

const SGD = `
  let velocity = result[stride + index] * numbers[2] + (gradient[index] + decayed * numbers[1]);
  result[stride + index] = velocity;
  result[index] = parameter - velocity * numbers[0];
`;

/** What an update computes, by which everything else goes. */
const NUMBERS: Readonly<Record<UpdateRule['kind'], readonly string[]>> = {
  adamw: ['result[index]', 'mean', 'square'],
  sgd: ['result[index]', 'velocity'],
};

/** WGSL that notes behind the last of `vectors` that a number is not finite; whoever does so writes the same. */
function noteUnlessFinite(number: string, vectors: number): string {
  return `
    if ((bitcast<u32>(${number}) & ${EXPONENT_BITS}) == ${EXPONENT_BITS}) {
      result[${vectors} * stride] = 1.0;
    }
  `;
}

/**
 * A step's figures `[4]`, the first of which, the loss, is NaN where {@link updateInPlace} noted a number that is not
 * finite: the loss itself may not show it, for a shader's `max` and `select` may take NaN for a number.
 */
export function lossUnlessDiverged(
  figures: TensorInfo,
  rule: UpdateRule,
  { state, stride }: Pick<UpdateTensors, 'state' | 'stride'>,
  backend: WebGPUBackend,
): TensorInfo {
  return backend.runWebGPUProgram(
    {
      variableNames: ['figures', 'state'],
      outputShape: [...figures.shape],
      size: true,
      uniforms: 'noted : i32,',
      shaderKey: 'lossUnlessDiverged',
      dispatchLayout: { x: [0] },
      dispatch: [1, 1, 1],
      workgroupSize: [WORKGROUP_SIZE, 1, 1],
      getUserCode: () => `
        fn main(index : i32) {
          if (index < uniforms.size) {
            result[index] = select(figures[index], uniforms.NAN, (index == 0) & (state[uniforms.noted] != 0.0));
          }
        }
      `,
    },
    [figures, { ...state, shape: [state.shape[0] as number] }],
    'float32',
    [{ type: 'int32', data: [vectorCount(rule) * stride] }],
  );
}

/** WGSL that lets the average, vector number `vector`, follow the new parameter. */
function averageAt(vector: number): string {
  return `
    let average = result[${vector} * stride + index];
    result[${vector} * stride + index] = average + (result[index] - average) * numbers[${AVERAGE_SHARE}];
  `;
}
