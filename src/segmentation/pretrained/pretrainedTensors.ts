import type * as tf from '@tensorflow/tfjs-core';
import { ResidentTensor } from '../residentTensor.ts';
import { mobileNetWeights } from './mobileNetWeights.ts';
import type { LayerWeights } from './packedWeights.ts';
import type { PretrainedLayer } from './pretrainedLayers.ts';

/** The weights that a layer came with; do not write into them. Throws a `RangeError` where there are none. */
export function publishedWeights(name: string): LayerWeights {
  const weights = mobileNetWeights().get(name);
  if (weights === undefined) throw new RangeError(`There are no pretrained weights for ${name}.`);
  return weights;
}

/**
 * The weights that layers came with, on the device: `NAME/kernel` and `NAME/bias`. Recorded steps read them where they
 * lie, so they stay until the owner disposes them, after the steps.
 */
export class PretrainedTensors {
  readonly byName: ReadonlyMap<string, tf.Tensor>;
  readonly #residents: ResidentTensor[] = [];

  constructor(layers: readonly PretrainedLayer[]) {
    const byName = new Map<string, tf.Tensor>();
    const place = (name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>) => {
      const resident = new ResidentTensor([...shape], 'float32');
      resident.write(values);
      this.#residents.push(resident);
      byName.set(name, resident.tensor);
    };
    for (const { name, kernelShape, outputs } of layers) {
      const weights = publishedWeights(name);
      place(`${name}/kernel`, kernelShape, weights.kernel);
      place(`${name}/bias`, [outputs], weights.bias);
    }
    this.byName = byName;
  }

  dispose(): void {
    for (const resident of this.#residents) resident.dispose();
  }
}
