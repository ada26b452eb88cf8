import { layerByLayer, type NetworkDescription, type NetworkOps, oneAfterAnother } from './networkOps.ts';

const BYTES_PER_NUMBER = 4;

/** A feature map of every picture in a batch. */
interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Memory and arithmetic of one pass of pictures through a network. */
export interface PassCost {
  /** Bytes of the largest feature map, the most that one shader binds. */
  readonly largestBytes: number;
  /** Bytes of all feature maps, which a training step keeps for its gradients. */
  readonly totalBytes: number;
  /** Products and sums of its convolutions; a training step takes about three times as many. */
  readonly flops: number;
}

/**
 * Counts what a network makes of `batch` pictures of `width × height`, multiples of its `sizeMultiple`: feature maps in
 * 32-bit floats, the pictures and the logits among them.
 */
export function passCost(
  network: NetworkDescription,
  outputs: number,
  { batch, width, height }: { readonly batch: number; readonly width: number; readonly height: number },
): PassCost {
  let largestBytes = 0;
  let totalBytes = 0;
  let flops = 0;
  const made = (shape: MapShape): MapShape => {
    const bytes = BYTES_PER_NUMBER * batch * shape.height * shape.width * shape.channels;
    largestBytes = Math.max(largestBytes, bytes);
    totalBytes += bytes;
    return shape;
  };
  const scaled = (x: MapShape, factor: number, channels = x.channels): MapShape =>
    made({ height: Math.ceil(x.height * factor), width: Math.ceil(x.width * factor), channels });
  /** `taps`: how many input numbers each number of the map sums over. */
  const convolved = (map: MapShape, taps: number): MapShape => {
    flops += 2 * batch * map.height * map.width * map.channels * taps;
    return map;
  };
  const convolution: NetworkOps<MapShape>['pretrainedConvolution'] = (x, _name, shape) =>
    convolved(
      scaled(x, 1 / (shape.stride ?? 1), shape.outputs),
      shape.kernel ** 2 * (shape.depthwise === true ? 1 : shape.inputs),
    );
  const ops: NetworkOps<MapShape> = {
    convolution: (x, name, shape) => convolution(x, name, { ...shape, activation: 'linear' }),
    joinedConvolution: (first, second) => oneAfterAnother(ops, first, second),
    convolutionRelu: (x, name, shape) => convolution(x, name, { ...shape, activation: 'linear' }),
    pretrainedConvolution: convolution,
    // Wide maps count although some devices never make them: every device takes what is let through.
    invertedResidual: (x, name, shape) => layerByLayer(ops, x, name, shape),
    enlargeAndJoinRelu: (_deep, map, _name, { deep, skip, outputs: channels }) =>
      convolved(scaled(map, 1, channels), 9 * (deep + skip)),
    normRelu: (x) => scaled(x, 1),
    maxPool: (x) => scaled(x, 0.5),
    upsample: (x) => scaled(x, 2),
    add: (x) => scaled(x, 1),
    head: (x, inputs, channels) => convolved(scaled(x, 1, channels), inputs),
  };
  network.describe(ops, made({ height, width, channels: 3 }), outputs);
  return { largestBytes, totalBytes, flops };
}

/** Numbers for each pixel of a picture in the largest map that a network makes of it, picture and logits among them. */
export function numbersPerPixel(network: NetworkDescription, outputs: number): number {
  const side = network.sizeMultiple;
  const { largestBytes } = passCost(network, outputs, { batch: 1, width: side, height: side });
  return largestBytes / (BYTES_PER_NUMBER * side ** 2);
}
