import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { UNLABELED } from '../../labels/planes.ts';
import type { BenchEngine, EngineSetup } from './benchEngine.ts';
import { BENCH_LAYERS, type BenchLayer, describeBenchNetwork, weightsOf } from './benchNetwork.ts';

/**
 * TensorFlow.js as its users have it: variables, its own fused convolutions, loss, optimisers and WebGPU kernels. These are
 * the operations that its layers API calls (`Conv2D`, `UpSampling2D`, `Concatenate`), without that package.
 */
export async function createStockEngine(setup: EngineSetup): Promise<BenchEngine> {
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu') {
    throw new Error('TensorFlow.js could not start WebGPU.');
  }
  const { sizePx, learningRate } = setup;
  const variables = variablesOf(setup);
  const picture = tf.tensor4d(setup.picture, [1, sizePx, sizePx, 3]);
  const labeled = setup.labels.map((label) => (label === UNLABELED ? 0 : 1));
  const [target, weight] = tf.tidy(() => [
    tf.oneHot(tf.mul(tf.tensor1d(setup.labels, 'int32'), tf.tensor1d(labeled, 'int32')), classCount),
    tf.tensor2d(Float32Array.from(labeled), [labeled.length, 1]),
  ]);
  const optimizer =
    setup.optimizer === 'adam' ? tf.train.adam(learningRate, 0.9, 0.999, 1e-8) : tf.train.sgd(learningRate);
  const lossOfStep = () => {
    const logits = logitsOf(variables, picture);
    // Its default reduction divides by the number of weights that are not 0: the mean over labeled pixels.
    const rows = tf.reshape(logits, [-1, classCount]);
    return tf.losses.softmaxCrossEntropy(target, rows, tf.reshape(weight, [-1])) as tf.Scalar;
  };
  let latest: tf.Scalar | null = null;
  return {
    trainStep() {
      latest?.dispose();
      latest = optimizer.minimize(lossOfStep, true);
    },
    async loss() {
      return (await latest?.data())?.[0] ?? Number.NaN;
    },
    dispose() {
      tf.disposeVariables();
      tf.dispose([picture, target, weight]);
      latest?.dispose();
    },
  };
}

const classCount = BENCH_LAYERS.at(-1)?.outputs ?? 0;

type Variables = ReadonlyMap<string, tf.Variable>;

function variablesOf(setup: EngineSetup): Variables {
  return new Map<string, tf.Variable>(
    BENCH_LAYERS.flatMap(({ name, kernel, inputs, outputs }): [string, tf.Variable][] => {
      const filter = tf.tensor4d(weightsOf(setup, `${name}/kernel`), [kernel, kernel, inputs, outputs]);
      const bias = tf.tensor1d(weightsOf(setup, `${name}/bias`));
      return [
        [`${name}/kernel`, tf.variable(filter)],
        [`${name}/bias`, tf.variable(bias)],
      ];
    }),
  );
}

function logitsOf(variables: Variables, picture: tf.Tensor4D): tf.Tensor4D {
  return describeBenchNetwork<tf.Tensor4D>(
    {
      convolution: (x, { name, stride, relu }: BenchLayer) =>
        tf.fused.conv2d({
          x,
          filter: variables.get(`${name}/kernel`) as unknown as tf.Tensor4D,
          bias: variables.get(`${name}/bias`) as tf.Tensor,
          strides: stride,
          pad: 'same',
          activation: relu ? 'relu' : 'linear',
        }),
      upsample: (x) => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]),
      concat: (enlarged, skip) => tf.concat([enlarged, skip], 3),
    },
    picture,
  );
}
