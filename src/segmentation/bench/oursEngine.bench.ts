import type { WasmPaths } from '../../base/wasmBinaries.ts';
import { IDENTITY } from '../augmentation/augmentation.ts';
import { startBackend } from '../backend.ts';
import { ITEM_WORDS, writeItem } from '../kernels/batch/sampleBatch.ts';
import { collectParameters, flatLength, type ParameterSpec } from '../models/parameters.ts';
import { plainUnet } from '../models/plainUnet.ts';
import { Optimizer } from '../optimizer/optimizer.ts';
import { ResidentTensor } from '../residentTensor.ts';
import { MAX_UNREAD_STEPS, type StepStats, TrainingStep } from '../trainer/trainingStep.ts';
import type { BenchEngine, EngineSetup } from './benchEngine.ts';
import { BENCH_LAYERS, weightsOf } from './benchNetwork.ts';

/** The bench's layers by the names that they have in our plain U-Net of width 16 and depth 3. */
const LAYER_OF: Readonly<Record<string, string>> = {
  stem: 'full',
  down1: 'half',
  down2: 'quarter',
  up1: 'halfUp',
  up0: 'fullUp',
  head: 'head',
};

/** This repository's training step, the page's own, with the sampling of a batch. `wasmPaths` as in {@link startBackend}. */
export async function createOursEngine(
  setup: EngineSetup,
  backend: 'webgpu' | 'wasm',
  wasmPaths: WasmPaths,
): Promise<BenchEngine> {
  await startBackend(backend, wasmPaths);
  const { sizePx, learningRate } = setup;
  const outputs = BENCH_LAYERS.at(-1)?.outputs ?? 0;
  const network = plainUnet(16, 3, 1);
  const specs = collectParameters(network, outputs);
  const initial = new Float32Array(flatLength(specs));
  for (const spec of specs) initial.set(initialValues(spec, setup), spec.start);
  const optimizer = new Optimizer(
    setup.optimizer === 'adam' ? 'adamw' : 'sgd',
    initial,
    new Float32Array(initial.length),
  );
  const pictures = new ResidentTensor([sizePx * sizePx, 3], 'float32');
  pictures.write(setup.picture);
  const labels = new ResidentTensor([sizePx * sizePx], 'int32');
  labels.write(setup.labels);
  const step = new TrainingStep({
    pretrained: { fixed: new Map(), learned: null, cut: () => new Map() },
    fineTuned: false,
    network,
    specs,
    outputs,
    optimizer,
    pictures,
    labels,
    batch: { batch: 1, height: sizePx, width: sizePx },
    pixelWeights: null,
    colors: null,
    smoothness: null,
    loss: {
      loss: 'crossEntropy',
      treatment: 'ignore',
      classCount: outputs,
      labelSmoothing: 0,
      backgroundChannel: 0,
    },
  });
  const items = new Int32Array(ITEM_WORDS);
  writeItem(items, 0, IDENTITY, { width: sizePx, height: sizePx });
  const inputs = {
    items,
    weight: new Float32Array(outputs).fill(1),
    rates: { learningRate, weightDecay: 0, momentum: 0 },
  };
  let unread = 0;
  let latest: Promise<StepStats[]> = Promise.resolve([]);
  const read = () => {
    unread = 0;
    latest = step.takeStats();
  };
  return {
    trainStep() {
      step.run(inputs);
      unread++;
      // As the page does: the figures come back in bursts, and nobody waits for them.
      if (unread === MAX_UNREAD_STEPS) read();
    },
    async loss() {
      if (unread > 0) read();
      return (await latest).at(-1)?.loss ?? Number.NaN;
    },
    dispose() {
      step.dispose();
      optimizer.dispose();
      pictures.dispose();
      labels.dispose();
    },
  };
}

/**
 * A parameter of ours from the bench's. A convolution over two maps laid side by side is two of ours: the filter's input
 * channels, its third axis, are dealt out, those of the enlarged map first.
 */
function initialValues({ name, shape, size }: ParameterSpec, setup: EngineSetup): Float32Array {
  const [own = '', ...rest] = name.split('/');
  const values = weightsOf(setup, `${LAYER_OF[own]}/${rest.at(-1)}`);
  if (values.length === size) return values;
  const [, , inputs = 0, channels = 0] = shape;
  const allInputs = values.length / (9 * channels);
  const first = rest[0] === 'deep' ? 0 : allInputs - inputs;
  return Float32Array.from({ length: size }, (_, i) => {
    const tap = Math.floor(i / (inputs * channels));
    return values[(tap * allInputs + first) * channels + (i % (inputs * channels))] as number;
  });
}
