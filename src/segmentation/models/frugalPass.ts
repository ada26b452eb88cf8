import * as tf from '@tensorflow/tfjs-core';
import { joinsConvolutions } from '../kernels/convolution/joinedConvolution.ts';
import { isFused } from './invertedResidual.ts';
import { layerByLayer, type NetworkDescription, type NetworkOps, oneAfterAnother } from './networkOps.ts';

/** A feature map that is yet to be computed from others. */
interface LazyMap {
  readonly inputs: readonly LazyMap[];
  readonly run: (...maps: tf.Tensor4D[]) => tf.Tensor4D;
}

/**
 * Runs a network for inference in little memory: every feature map is disposed as soon as it was read for the last time,
 * where a `tf.tidy` around the whole network would keep all of them to the end.
 *
 * `ops` computes; `picture` is `[B, H, W, 3]` with sides that fit the network, and stays the caller's. The caller
 * disposes the logits `[B, H, W, outputs]`. Nothing here can be differentiated.
 */
export function frugalPass(
  network: NetworkDescription,
  ops: NetworkOps<tf.Tensor4D>,
  picture: tf.Tensor4D,
  outputs: number,
): tf.Tensor4D {
  return compute(network.describe(lazyOps(ops), lazyPicture(picture), outputs));
}

/**
 * The map that the normalisation `name` of a network is about to normalise, for inference: nothing is computed that it
 * does not depend on. Else as {@link frugalPass}. Throws a `RangeError` for a name that the network does not have.
 */
export function normInput(
  network: NetworkDescription,
  ops: NetworkOps<tf.Tensor4D>,
  picture: tf.Tensor4D,
  name: string,
): tf.Tensor4D {
  const lazy = lazyOps(ops);
  const found: LazyMap[] = [];
  const watching: NetworkOps<LazyMap> = {
    ...lazy,
    normRelu(x, other, channels) {
      if (other === name) found.push(x);
      return lazy.normRelu(x, other, channels);
    },
  };
  network.describe(watching, lazyPicture(picture), 1);
  const [input] = found;
  if (input === undefined) throw new RangeError(`The network has no normalisation ${name}.`);
  return compute(input);
}

/** A second handle on the tensor, so that the caller's outlives its last use here. */
function lazyPicture(picture: tf.Tensor4D): LazyMap {
  return { inputs: [], run: () => picture.clone() };
}

/**
 * What is added comes first: it is often the last that a long way of maps is needed for. What is no kernel of its own on the
 * backend in force comes layer by layer, so that maps in between are disposed, too.
 */
function lazyOps(ops: NetworkOps<tf.Tensor4D>): NetworkOps<LazyMap> {
  const one = (x: LazyMap, run: (map: tf.Tensor4D) => tf.Tensor4D): LazyMap => ({
    inputs: [x],
    run: (map) => run(map as tf.Tensor4D),
  });
  const two = (a: LazyMap, b: LazyMap, run: (left: tf.Tensor4D, right: tf.Tensor4D) => tf.Tensor4D): LazyMap => ({
    inputs: [a, b],
    run: (left, right) => run(left as tf.Tensor4D, right as tf.Tensor4D),
  });
  const lazy: NetworkOps<LazyMap> = {
    convolution: (x, name, shape, addend) =>
      addend === undefined
        ? one(x, (map) => ops.convolution(map, name, shape))
        : two(addend, x, (other, map) => ops.convolution(map, name, shape, other)),
    joinedConvolution: (first, second) =>
      joinsConvolutions()
        ? two(first.x, second.x, (a, b) => ops.joinedConvolution({ ...first, x: a }, { ...second, x: b }))
        : oneAfterAnother(lazy, first, second),
    convolutionRelu: (x, name, shape) => one(x, (map) => ops.convolutionRelu(map, name, shape)),
    pretrainedConvolution: (x, name, shape, addend) =>
      addend === undefined
        ? one(x, (map) => ops.pretrainedConvolution(map, name, shape))
        : two(addend, x, (other, map) => ops.pretrainedConvolution(map, name, shape, other)),
    invertedResidual: (x, name, shape) =>
      isFused(shape) ? one(x, (map) => ops.invertedResidual(map, name, shape)) : layerByLayer(lazy, x, name, shape),
    enlargeAndJoinRelu: (deep, skip, name, shape) =>
      two(deep, skip, (a, b) => ops.enlargeAndJoinRelu(a, b, name, shape)),
    normRelu: (x, name, channels) => one(x, (map) => ops.normRelu(map, name, channels)),
    maxPool: (x) => one(x, ops.maxPool),
    upsample: (x) => one(x, ops.upsample),
    add: (a, b) => two(a, b, ops.add),
    head: (x, inputs, outputs) => one(x, (map) => ops.head(map, inputs, outputs)),
  };
  return lazy;
}

function compute(target: LazyMap): tf.Tensor4D {
  const readsLeft = new Map<LazyMap, number>();
  const order: LazyMap[] = [];
  const request = (map: LazyMap) => {
    const reads = readsLeft.get(map) ?? 0;
    readsLeft.set(map, reads + 1);
    if (reads > 0) return;
    map.inputs.forEach(request);
    order.push(map);
  };
  request(target);
  const tensors = new Map<LazyMap, tf.Tensor4D>();
  for (const map of order) {
    const inputs = map.inputs.map((input) => tensors.get(input) as tf.Tensor4D);
    tensors.set(
      map,
      tf.tidy(() => map.run(...inputs)),
    );
    for (const input of map.inputs) {
      const left = (readsLeft.get(input) ?? 0) - 1;
      readsLeft.set(input, left);
      if (left === 0) tensors.get(input)?.dispose();
    }
  }
  return tensors.get(target) as tf.Tensor4D;
}
