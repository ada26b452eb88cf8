import {
  IDLE_OPS,
  layerByLayer,
  type NetworkDescription,
  type NetworkOps,
  type PretrainedShape,
} from '../models/networkOps.ts';

/** A convolution whose weights come with the page. */
export interface PretrainedLayer {
  readonly name: string;
  /** `[k, k, Cin, Cout]`, or `[k, k, C, 1]` where every channel has a filter of its own. */
  readonly kernelShape: readonly [number, number, number, number];
  /** Length of the bias. */
  readonly outputs: number;
  /** Whether its weights stay frozen during fine-tuning, too. */
  readonly fixed: boolean;
}

/** The pretrained convolutions of a network, in the order in which it asks for them; none for most networks. */
export function pretrainedLayers(network: Pick<NetworkDescription, 'describe'>): PretrainedLayer[] {
  const layers: PretrainedLayer[] = [];
  const ops: NetworkOps<null> = {
    ...IDLE_OPS,
    pretrainedConvolution(_x, name, shape) {
      layers.push({ name, kernelShape: kernelShape(shape), outputs: shape.outputs, fixed: shape.fixed ?? false });
      return null;
    },
    invertedResidual: (x, name, shape) => layerByLayer(ops, x, name, shape),
  };
  network.describe(ops, null, 1);
  return layers;
}

function kernelShape({ kernel, inputs, outputs, depthwise = false }: PretrainedShape): PretrainedLayer['kernelShape'] {
  return depthwise ? [kernel, kernel, inputs, 1] : [kernel, kernel, inputs, outputs];
}
