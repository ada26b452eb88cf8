import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as layers from '@tensorflow/tfjs-layers';
import { UNLABELED } from '../../labels/planes.ts';
import type { BenchEngine, EngineSetup } from './benchEngine.ts';
import { BENCH_LAYERS, type BenchLayer, describeBenchNetwork, weightsOf } from './benchNetwork.ts';

/** TensorFlow.js as its users have it: a layers model, its own loss, optimisers and WebGPU kernels. */
export async function createStockEngine(setup: EngineSetup): Promise<BenchEngine> {
  if (!(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu') {
    throw new Error('TensorFlow.js could not start WebGPU.');
  }
  const { sizePx, learningRate } = setup;
  const model = buildModel(setup);
  const picture = tf.tensor4d(setup.picture, [1, sizePx, sizePx, 3]);
  const labeled = setup.labels.map((label) => (label === UNLABELED ? 0 : 1));
  const [target, weight] = tf.tidy(() => [
    tf.oneHot(tf.mul(tf.tensor1d(setup.labels, 'int32'), tf.tensor1d(labeled, 'int32')), classCount),
    tf.tensor2d(Float32Array.from(labeled), [labeled.length, 1]),
  ]);
  const optimizer =
    setup.optimizer === 'adam' ? tf.train.adam(learningRate, 0.9, 0.999, 1e-8) : tf.train.sgd(learningRate);
  const lossOfStep = () => {
    const logits = model.apply(picture, { training: true }) as tf.Tensor4D;
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

function buildModel(setup: EngineSetup): layers.LayersModel {
  const { sizePx } = setup;
  const picture = layers.input({ shape: [sizePx, sizePx, 3] });
  const logits = describeBenchNetwork<layers.SymbolicTensor>(
    {
      convolution: (x, layer) => convolutionOf(setup, layer).apply(x) as layers.SymbolicTensor,
      upsample: (x) =>
        layers.layers.upSampling2d({ size: [2, 2], interpolation: 'nearest' }).apply(x) as layers.SymbolicTensor,
      concat: (enlarged, skip) =>
        layers.layers.concatenate({ axis: 3 }).apply([enlarged, skip]) as layers.SymbolicTensor,
    },
    picture,
  );
  return layers.model({ inputs: picture, outputs: logits });
}

function convolutionOf(setup: EngineSetup, { name, kernel, stride, inputs, outputs, relu }: BenchLayer) {
  return layers.layers.conv2d({
    name,
    filters: outputs,
    kernelSize: kernel,
    strides: stride,
    padding: 'same',
    activation: relu ? 'relu' : 'linear',
    weights: [
      tf.tensor4d(weightsOf(setup, `${name}/kernel`), [kernel, kernel, inputs, outputs]),
      tf.tensor1d(weightsOf(setup, `${name}/bias`)),
    ],
  });
}
