import * as tf from '@tensorflow/tfjs-core';
import type { NetworkDescription } from './models/networkOps.ts';
import { collectParameters, initialParameters } from './models/parameters.ts';
import { tensorOps } from './models/tensorOps.ts';
import { pretrainedLayers } from './pretrained/pretrainedLayers.ts';
import { PretrainedTensors } from './pretrained/pretrainedTensors.ts';
import { Random } from './random.ts';

/** Random parameters of a network by name, and its pretrained weights as they are. Offsets are far from 0: what a blank surround gives is not blank itself. */
export function randomParameters(network: NetworkDescription, outputs: number, seed: number): Map<string, tf.Tensor> {
  const specs = collectParameters(network, outputs);
  const keys = Array.from({ length: outputs }, (_, i) => i);
  const values = initialParameters(specs, seed, keys);
  const random = Random.fromSeed(seed, 5);
  const learned = specs.map(({ name, kind, shape, start, size }) => {
    const drawn = kind === 'offset' || kind === 'headBias';
    const own = values.slice(start, start + size).map((value) => (drawn ? random.normal() / 2 : value));
    return [name, tf.tensor(own, [...shape])] as const;
  });
  return new Map<string, tf.Tensor>([...learned, ...new PretrainedTensors(pretrainedLayers(network)).byName]);
}

/** Logits of a network without normalisation: in its place a gain and an offset per channel, then ReLU. */
export function normFreeLogits(
  network: NetworkDescription,
  parameters: ReadonlyMap<string, tf.Tensor>,
  picture: tf.Tensor4D,
  outputs: number,
): tf.Tensor4D {
  const of = (name: string) => parameters.get(name) as tf.Tensor1D;
  const ops = {
    ...tensorOps(parameters, null),
    normRelu: (x: tf.Tensor4D, name: string) =>
      tf.relu(tf.add<tf.Tensor4D>(tf.mul(x, of(`${name}/gain`)), of(`${name}/offset`))),
  };
  return network.describe<tf.Tensor4D>(ops, picture, outputs);
}
