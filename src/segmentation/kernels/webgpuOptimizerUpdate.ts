import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../../settings/learner.ts';
import { BETA1, BETA2 } from './optimizerUpdate.ts';

const WORKGROUP_SIZE = 64;

/** Everything of an update lies in tensors, so that it can be recorded and replayed. */
interface UpdateTensors {
  /** `[(1 + moments) · P]`: parameters, then the rule's moments; written in place. */
  readonly state: TensorInfo;
  /** `[P]` */
  readonly gradient: TensorInfo;
  /** `[P]` */
  readonly decayMask: TensorInfo;
  /** The rule's, see `UPDATE_NUMBERS`. */
  readonly numbers: TensorInfo;
}

/** One update on the WebGPU backend, in one dispatch. Nothing is returned, and nothing is to be disposed. */
export function updateInPlace(kind: OptimizerKind, tensors: UpdateTensors, backend: WebGPUBackend): void {
  const { state, gradient, decayMask, numbers } = tensors;
  const length = gradient.shape[0] as number;
  backend.runWebGPUProgram(
    {
      variableNames: ['gradient', 'decayMask', 'numbers'],
      outputShape: [...state.shape],
      uniforms: 'parameterCount : i32,',
      shaderKey: `optimizerUpdate_${kind}`,
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(length / WORKGROUP_SIZE), 1, 1],
      workgroupSize: [WORKGROUP_SIZE, 1, 1],
      getUserCode: () => `
        fn main(index : i32) {
          let count = uniforms.parameterCount;
          if (index >= count) {
            return;
          }
          let parameter = result[index];
          let decayed = parameter * decayMask[index];
          ${kind === 'adamw' ? ADAMW : SGD}
        }
      `,
    },
    [gradient, decayMask, numbers],
    'float32',
    [{ type: 'int32', data: [length] }],
    state,
  );
}

const ADAMW = `
  let g = gradient[index];
  let mean = result[count + index] * ${BETA1} + g * ${1 - BETA1};
  let square = result[2 * count + index] * ${BETA2} + g * g * ${1 - BETA2};
  result[count + index] = mean;
  result[2 * count + index] = square;
  result[index] = parameter - decayed * numbers[1] - numbers[0] * (mean / (sqrt(square) + numbers[2]));
`;

const SGD = `
  let velocity = result[count + index] * numbers[2] + (gradient[index] + decayed * numbers[1]);
  result[count + index] = velocity;
  result[index] = parameter - velocity * numbers[0];
`;
