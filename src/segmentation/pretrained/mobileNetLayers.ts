import { mobileNet, TAPS } from './mobileNet.ts';
import { type PretrainedLayer, pretrainedLayers } from './pretrainedLayers.ts';

/** Every layer that {@link mobileNet} may ask for. */
export function allMobileNetLayers(): PretrainedLayer[] {
  return pretrainedLayers({
    describe(ops, picture) {
      mobileNet(ops, picture, TAPS.length);
      return picture;
    },
  });
}
