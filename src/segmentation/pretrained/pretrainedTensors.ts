import type * as tf from '@tensorflow/tfjs-core';
import type { NetworkDescription } from '../models/networkOps.ts';
import { ResidentTensor } from '../residentTensor.ts';
import { mobileNetWeights } from './mobileNetWeights.ts';
import { pretrainedLayers } from './pretrainedLayers.ts';

/**
 * The weights of a network's pretrained layers on the device: `NAME/kernel` and `NAME/bias`. Recorded steps read them
 * where they lie, so they stay until the owner disposes them, after the steps. Empty for a network without such layers.
 */
export class PretrainedTensors {
  readonly byName: ReadonlyMap<string, tf.Tensor>;
  private readonly residents: ResidentTensor[] = [];

  constructor(network: NetworkDescription) {
    const byName = new Map<string, tf.Tensor>();
    const place = (name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>) => {
      const resident = new ResidentTensor([...shape], 'float32');
      resident.write(values);
      this.residents.push(resident);
      byName.set(name, resident.tensor);
    };
    for (const { name, kernelShape, outputs } of pretrainedLayers(network)) {
      const weights = mobileNetWeights().get(name);
      if (weights === undefined) throw new RangeError(`There are no pretrained weights for ${name}.`);
      place(`${name}/kernel`, kernelShape, weights.kernel);
      place(`${name}/bias`, [outputs], weights.bias);
    }
    this.byName = byName;
  }

  dispose(): void {
    for (const resident of this.residents) resident.dispose();
  }
}
