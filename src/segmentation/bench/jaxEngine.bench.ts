import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { UNLABELED } from '../../labels/planes.ts';
import type { BenchEngine, EngineSetup } from './benchEngine.ts';
import { BENCH_LAYERS, describeBenchNetwork, weightsOf } from './benchNetwork.ts';

type Parameters = Record<string, np.Array>;

/** Parameters, and what the update rule keeps beside them: moments and powers of β, all on the device. */
type State = { parameters: Parameters; means: Parameters; squares: Parameters; powers: np.Array[] };

const BETAS = [0.9, 0.999] as const;
const EPSILON = 1e-8;

/** jax-js: loss, gradients and update in one `jit`, which records the step's kernels and replays them. */
export async function createJaxEngine(setup: EngineSetup, backend: 'webgpu' | 'wasm'): Promise<BenchEngine> {
  if (!(await init(backend)).includes(backend)) throw new Error(`jax-js could not start ${backend}.`);
  defaultDevice(backend);
  const { sizePx } = setup;
  const pixels = sizePx * sizePx;
  const picture = np.array(transposed(setup.picture, pixels, 3), { shape: [1, 3, sizePx, sizePx] });
  const target = np.array(oneHotPlanes(setup.labels), { shape: [1, classCount, sizePx, sizePx] });
  const labeledCount = setup.labels.reduce((count, label) => count + (label === UNLABELED ? 0 : 1), 0);
  // Unlabeled pixels have a target of zeros, so that they add nothing.
  const lossOf = (parameters: Parameters, x: np.Array, oneHot: np.Array) =>
    oneHot
      .mul(nn.logSoftmax(logitsOf(parameters, x), 1))
      .sum()
      .mul(-1 / labeledCount);
  const update = setup.optimizer === 'adam' ? adam : sgd;
  const step = jit((state: State, x: np.Array, oneHot: np.Array): [np.Array, State] => {
    const [loss, gradient] = valueAndGrad(lossOf)(tree.ref(state.parameters), x, oneHot);
    return [loss, update(state, gradient, setup.learningRate)];
  });
  let state = initialState(setup);
  let latest: np.Array | null = null;
  return {
    trainStep() {
      latest?.dispose();
      [latest, state] = step(state, picture.ref, target.ref);
    },
    async loss() {
      return (await latest?.ref.data())?.[0] ?? Number.NaN;
    },
    dispose() {
      tree.dispose([state, picture, target]);
      latest?.dispose();
      step.dispose();
    },
  };
}

const classCount = BENCH_LAYERS.at(-1)?.outputs ?? 0;

/** Logits `[1, 4, H, W]`, in the layout of jax-js's convolution. Consumes its arguments. */
function logitsOf(parameters: Parameters, picture: np.Array): np.Array {
  // A map may be read twice, so every reader gets a reference of its own, and ours goes at the end.
  const maps = [picture];
  const keep = (map: np.Array) => {
    maps.push(map);
    return map;
  };
  const logits = describeBenchNetwork<np.Array>(
    {
      convolution(x, { name, stride, relu }) {
        const y = convolution(x.ref, of(parameters, `${name}/kernel`), stride);
        const biased = y.add(of(parameters, `${name}/bias`));
        return keep(relu ? nn.relu(biased) : biased);
      },
      upsample: (x) => keep(np.repeat(np.repeat(x.ref, 2, 2), 2, 3)),
      concat: (enlarged, skip) => keep(np.concatenate([enlarged.ref, skip.ref], 1)),
    },
    picture,
  );
  for (const map of maps) if (map !== logits) map.dispose();
  return logits;
}

/**
 * The picture of a strided convolution is padded first, as `same` pads even sides: left to the convolution, jax-js 0.1.25
 * gets its input gradient wrong on WebGPU at most sizes, though not on WASM.
 */
function convolution(x: np.Array, kernel: np.Array, stride: number): np.Array {
  if (stride === 1) return lax.conv(x, kernel, [1, 1], 'SAME');
  const after: [number, number] = [0, 1];
  return lax.conv(np.pad(x, [[0, 0], [0, 0], after, after]), kernel, [stride, stride], 'VALID');
}

/** Both rules consume the state and the gradient. */
function sgd(state: State, gradient: Parameters, learningRate: number): State {
  const parameters = mapParameters(state.parameters, (value, name) => value.sub(of(gradient, name).mul(learningRate)));
  return { ...state, parameters };
}

/** As tfjs's: `ε` is added to the root of the corrected second moment. */
function adam(state: State, gradient: Parameters, learningRate: number): State {
  const [beta1, beta2] = BETAS;
  const powers = state.powers.map((power, i) => power.mul(BETAS[i] ?? Number.NaN));
  const [power1, power2] = powers as [np.Array, np.Array];
  const [correction1, correction2] = [np.subtract(1, power1.ref), np.subtract(1, power2.ref)];
  const means = mapParameters(state.means, (mean, name) => mean.mul(beta1).add(of(gradient, name).ref.mul(1 - beta1)));
  const squares = mapParameters(state.squares, (square, name) =>
    square.mul(beta2).add(np.square(of(gradient, name)).mul(1 - beta2)),
  );
  const parameters = mapParameters(state.parameters, (value, name) => {
    const mean = of(means, name).ref.div(correction1.ref);
    const root = np.sqrt(of(squares, name).ref.div(correction2.ref));
    return value.sub(mean.div(root.add(EPSILON)).mul(learningRate));
  });
  tree.dispose([correction1, correction2]);
  return { parameters, means, squares, powers };
}

function initialState(setup: EngineSetup): State {
  const parameters: Parameters = {};
  for (const { name, kernel, inputs, outputs } of BENCH_LAYERS) {
    const taps = kernel * kernel;
    const filter = new Float32Array(taps * inputs * outputs);
    const byOutput = transposed(weightsOf(setup, `${name}/kernel`), taps * inputs, outputs);
    for (let start = 0; start < filter.length; start += taps * inputs) {
      filter.set(transposed(byOutput.subarray(start, start + taps * inputs), taps, inputs), start);
    }
    parameters[`${name}/kernel`] = np.array(filter, { shape: [outputs, inputs, kernel, kernel] });
    parameters[`${name}/bias`] = np.array(weightsOf(setup, `${name}/bias`), { shape: [1, outputs, 1, 1] });
  }
  if (setup.optimizer === 'sgd') return { parameters, means: {}, squares: {}, powers: [] };
  const zeros = () => mapParameters(tree.ref(parameters), (value) => np.zerosLike(value));
  return { parameters, means: zeros(), squares: zeros(), powers: BETAS.map(() => np.array([1])) };
}

function of(parameters: Parameters, name: string): np.Array {
  const value = parameters[name];
  if (value === undefined) throw new RangeError(`The network has no parameter ${name}.`);
  return value;
}

function mapParameters(parameters: Parameters, change: (value: np.Array, name: string) => np.Array): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, change(value, name)]));
}

/** `[rows, columns]` to `[columns, rows]`. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? Number.NaN);
}

/** `[4, H·W]`: 1 where a pixel has the plane's class. */
function oneHotPlanes(labels: Int32Array): Float32Array<ArrayBuffer> {
  const planes = new Float32Array(classCount * labels.length);
  labels.forEach((label, pixel) => {
    if (label !== UNLABELED) planes[label * labels.length + pixel] = 1;
  });
  return planes;
}
