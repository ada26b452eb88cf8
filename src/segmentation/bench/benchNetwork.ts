import { UNLABELED } from '../../labels/planes.ts';
import { Random } from '../random.ts';
import type { BenchOptimizer, EngineSetup } from './benchEngine.ts';

/** A square convolution with `same` padding and bias. */
export interface BenchLayer {
  readonly name: string;
  readonly kernel: number;
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

const layer = (name: string, inputs: number, outputs: number, stride = 1): BenchLayer => ({
  name,
  kernel: 3,
  stride,
  inputs,
  outputs,
  relu: true,
});

const CLASS_COUNT = 4;
const FULL = layer('full', 3, 16);
const HALF = layer('half', 16, 32, 2);
const QUARTER = layer('quarter', 32, 64, 2);
const HALF_UP = layer('halfUp', 96, 32);
const FULL_UP = layer('fullUp', 48, 16);
const HEAD: BenchLayer = { name: 'head', kernel: 1, stride: 1, inputs: 16, outputs: CLASS_COUNT, relu: false };

/** In forward order; the first reads the picture, the last gives the logits. */
export const BENCH_LAYERS: readonly BenchLayer[] = [FULL, HALF, QUARTER, HALF_UP, FULL_UP, HEAD];

/** What an engine does with a feature map `T`. */
export interface BenchNetworkOps<T> {
  /** Convolution, bias, and ReLU where the layer has one. */
  convolution(x: T, layer: BenchLayer): T;
  /** Twice as high and wide, each pixel repeated. */
  upsample(x: T): T;
  /** Channels of `enlarged`, then those of `skip`. */
  concat(enlarged: T, skip: T): T;
}

/** The network that every engine of the bench trains, from the picture to its logits, four a pixel. */
export function describeBenchNetwork<T>(ops: BenchNetworkOps<T>, picture: T): T {
  const full = ops.convolution(picture, FULL);
  const half = ops.convolution(full, HALF);
  const quarter = ops.convolution(half, QUARTER);
  const halfUp = ops.convolution(ops.concat(ops.upsample(quarter), half), HALF_UP);
  const fullUp = ops.convolution(ops.concat(ops.upsample(halfUp), full), FULL_UP);
  return ops.convolution(fullUp, HEAD);
}

/** Share of the pixels that have a label. */
const LABELED_SHARE = 0.1;

/** Rates at which the loss falls steadily, so that engines are compared while the weights move. */
const LEARNING_RATES: Readonly<Record<BenchOptimizer, number>> = { adam: 0.002, sgd: 0.05 };

/** The bench's one problem of a size: seeded noise, a tenth of its pixels labeled by its colours, seeded weights. */
export function benchSetup(sizePx: number, optimizer: BenchOptimizer): EngineSetup {
  const random = Random.fromSeed(sizePx);
  const picture = Float32Array.from({ length: 3 * sizePx * sizePx }, () => random.normal());
  const labels = Int32Array.from({ length: sizePx * sizePx }, (_, pixel) => {
    if (random.uniform(0, 1) >= LABELED_SHARE) return UNLABELED;
    const [red = 0, green = 0] = picture.subarray(3 * pixel, 3 * pixel + 2);
    return (red > 0 ? 2 : 0) + (green > 0 ? 1 : 0);
  });
  return { sizePx, optimizer, learningRate: LEARNING_RATES[optimizer], picture, labels, weights: initialWeights() };
}

/** He initialisation (He et al. 2015, eq. 10: standard deviation `√(2/fanIn)`), biases of 0. */
function initialWeights(): Map<string, Float32Array<ArrayBuffer>> {
  const random = Random.fromSeed(1);
  const weights = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { name, kernel, inputs, outputs } of BENCH_LAYERS) {
    const fanIn = kernel * kernel * inputs;
    const deviation = Math.sqrt(2 / fanIn);
    weights.set(
      `${name}/kernel`,
      Float32Array.from({ length: fanIn * outputs }, () => deviation * random.normal()),
    );
    weights.set(`${name}/bias`, new Float32Array(outputs));
  }
  return weights;
}

/** The parameter of a setup that is called `name`. Throws a `RangeError` when there is none. */
export function weightsOf(setup: EngineSetup, name: string): Float32Array<ArrayBuffer> {
  const values = setup.weights.get(name);
  if (values === undefined) throw new RangeError(`The bench's network has no parameter ${name}.`);
  return values;
}

/** What a step cannot do without. */
export interface StepWork {
  /** Floating-point operations of the convolutions: a multiplication and an addition count two. */
  readonly flop: number;
  /** Bytes of the convolutions' tensors: each pass reads its two once and writes its one once. */
  readonly bytes: number;
}

/**
 * Work of one step on a `size × size` picture: of each convolution the forward pass, the filter gradient, and (but for
 * the first, whose input is the picture) the input gradient. Loss, update, ReLU and enlargement are left out: they are
 * few operations, and their bytes can be saved by doing them within a convolution.
 */
export function stepWork(sizePx: number): StepWork {
  let flop = 0;
  let bytes = 0;
  const ops: BenchNetworkOps<{ side: number }> = {
    convolution({ side }, { kernel, stride, inputs, outputs }) {
      const outSide = Math.ceil(side / stride);
      const weights = kernel * kernel * inputs * outputs;
      const passes = side === sizePx && inputs === FULL.inputs ? 2 : 3;
      flop += passes * 2 * outSide * outSide * weights;
      bytes += passes * 4 * (side * side * inputs + weights + outSide * outSide * outputs);
      return { side: outSide };
    },
    upsample: ({ side }) => ({ side: 2 * side }),
    concat: (enlarged) => enlarged,
  };
  describeBenchNetwork(ops, { side: sizePx });
  return { flop, bytes };
}
