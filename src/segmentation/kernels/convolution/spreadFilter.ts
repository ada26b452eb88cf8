import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

const WORKGROUP_SIZE = 64;

/**
 * Which of the three taps along an axis each of the four taps of the transposed convolution adds up: an output pixel at
 * offset k − 1 from the first of the two that came from one input pixel.
 */
const TAPS_OF = [[2], [1, 2], [0, 1], [0]] as const;

/** `M [16, 9]` with `spread = M · filter`, both with one row per tap. */
const SPREAD = TAPS_OF.flatMap((rows) =>
  TAPS_OF.map((columns) =>
    Array.from({ length: 9 }, (_, tap) =>
      rows.includes(Math.floor(tap / 3) as never) && columns.includes((tap % 3) as never) ? 1 : 0,
    ),
  ),
);

/**
 * The filter `[4, 4, Cout, Cin]` of the transposed convolution of stride 2 that does what `filter [3, 3, Cin, Cout]` does
 * on a map with doubled pixels. The caller disposes it.
 */
export function spreadFilter(filter: tf.Tensor4D): tf.Tensor4D {
  const [, , inputs, outputs] = filter.shape;
  const shape: [number, number, number, number] = [4, 4, outputs, inputs];
  if (tf.getBackend() === 'webgpu') return runProgram(filter, shape, SPREAD);
  return tf.tidy(() => {
    const taps = tf.matMul(tf.tensor2d(SPREAD), tf.reshape(filter, [9, inputs * outputs]));
    return tf.transpose(tf.reshape(taps, [4, 4, inputs, outputs]), [0, 1, 3, 2]);
  });
}

/**
 * The adjoint of {@link spreadFilter}: the gradient `[3, 3, Cin, Cout]` of the filter from that of the spread one,
 * `[4, 4, Cout, Cin]`. The caller disposes it.
 */
export function foldFilter(gradient: tf.Tensor4D): tf.Tensor4D {
  const [, , outputs, inputs] = gradient.shape;
  const shape: [number, number, number, number] = [3, 3, inputs, outputs];
  if (tf.getBackend() === 'webgpu') return runProgram(gradient, shape, transposed(SPREAD));
  return tf.tidy(() => {
    const taps = tf.reshape(tf.transpose(gradient, [0, 1, 3, 2]), [16, inputs * outputs]);
    return tf.reshape(tf.matMul(tf.tensor2d(transposed(SPREAD)), taps), shape);
  });
}

function transposed(matrix: readonly (readonly number[])[]): number[][] {
  return (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] as number));
}

/** One invocation per element of the result: adds up the taps that its row of the matrix names; channels change places. */
function runProgram(
  from: tf.Tensor4D,
  shape: [number, number, number, number],
  matrix: readonly (readonly number[])[],
): tf.Tensor4D {
  const size = tf.util.sizeFromShape(shape);
  const cases = matrix.map((row, tap) => {
    const terms = row.flatMap((one, i) => (one === 1 ? [`filterOf[${i} * channels + at]`] : []));
    return `case ${tap}: { sum = ${terms.join(' + ')}; }`;
  });
  const program: WebGPUProgram = {
    variableNames: ['filterOf'],
    outputShape: shape,
    size: true,
    shaderKey: `spreadFilter_${matrix.length}`,
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(size / WORKGROUP_SIZE), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          let channels = uniforms.outShape.z * uniforms.outShape.w;
          let last = index % uniforms.outShape.w;
          let at = last * uniforms.outShape.z + (index / uniforms.outShape.w) % uniforms.outShape.z;
          var sum = 0.0;
          switch (index / channels) {
            ${cases.join('\n')}
            default: {}
          }
          result[index] = sum;
        }
      }
    `,
  };
  const output = (tf.backend() as WebGPUBackend).runWebGPUProgram(program, [from], 'float32');
  return tf.engine().makeTensorFromTensorInfo(output) as tf.Tensor4D;
}
