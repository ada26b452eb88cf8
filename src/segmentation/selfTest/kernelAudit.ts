import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { MASKED_LOSS } from '../kernels/maskedLoss/maskedLoss.ts';
import { PREDICTION_BYTES, unpackPrediction } from '../kernels/predictionBytes/predictionBytes.ts';
import { assertAgrees, DisagreementError } from './disagreement.ts';
import { numbersOf, twinOf } from './kernelTwins.ts';

/** One call of a kernel: what it got and gave, kept on the graphics processor until {@link compareWithTwins}. */
interface NotedCall {
  readonly kernelName: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Whether it takes a list, as `Concat` does; then operands are named by their places in it. */
  readonly isList: boolean;
  readonly outputs: readonly tf.TensorInfo[];
}

/**
 * Runs `work` on the WebGPU backend, which must be in force, and notes every kernel that it calls with its operands and
 * results. Nothing that `work` computes with may be written to in place. What `work` returns is disposed; what is noted is
 * given back by {@link compareWithTwins}.
 */
export function noteKernels(work: () => tf.TensorContainer): NotedCall[] {
  const calls: NotedCall[] = [];
  const backend = tf.backend() as WebGPUBackend;
  const stock = tf.getKernelsForBackend('webgpu');
  const put = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, 'webgpu');
    tf.registerKernel(config);
  };
  const keep = (info: tf.TensorInfo): tf.TensorInfo => {
    backend.incRef(info.dataId);
    return { dataId: info.dataId, shape: [...info.shape], dtype: info.dtype };
  };
  for (const config of stock) {
    const { kernelName } = config;
    put({
      ...config,
      kernelFunc: (params) => {
        const outputs = config.kernelFunc(params);
        const inputs = Object.entries<tf.TensorInfo | undefined>(params.inputs).flatMap(([name, input]) =>
          input === undefined ? [] : [[name, keep(input)] as const],
        );
        calls.push({
          kernelName,
          attrs: { ...params.attrs },
          inputs: Object.fromEntries(inputs),
          isList: Array.isArray(params.inputs),
          outputs: (Array.isArray(outputs) ? outputs : [outputs]).map(keep),
        });
        return outputs;
      },
    });
  }
  try {
    tf.dispose(tf.tidy(work));
  } finally {
    stock.forEach(put);
  }
  return calls;
}

/** A noted call, its numbers at hand. */
interface ReadCall extends NotedCall {
  readonly numbers: ReadonlyMap<object, Float32Array | Int32Array>;
}

/** Summands of a number that a kernel adds up: where they cancel out, their rounding is left. */
const SUMS_OVER_PIXELS = /BackpropFilter|GroupNormReluGradient|^Sum$/;

/** What rounding alone may leave of sums that cancel out, see {@link SUMS_OVER_PIXELS}. */
function floorOf({ kernelName, inputs, numbers }: ReadCall): number {
  if (!SUMS_OVER_PIXELS.test(kernelName)) return 0;
  const operands = Object.values(inputs).filter(({ dtype }) => dtype === 'float32');
  const [first] = operands;
  if (first === undefined) return 0;
  const summands = tf.util.sizeFromShape(first.shape) / (first.shape.at(-1) ?? 1);
  const largest = operands.slice(0, 2).map(({ dataId }) => {
    let most = 0;
    for (const value of numbers.get(dataId) ?? []) most = Math.max(most, Math.abs(value));
    return most;
  });
  return 1e-7 * summands * largest.reduce((product, size) => product * Math.max(size, 1e-3), 1);
}

/** Two words of a prediction agree where every byte does, up to one; where the network wavers, either channel may win. */
function assertPredictionAgrees(found: Int32Array, expected: Int32Array): void {
  const [ours, twins] = [unpackPrediction(found), unpackPrediction(expected)];
  for (let pixel = 0; pixel < expected.length; pixel++) {
    const byte = (of: 'confidence' | 'margin') => Math.abs((ours[of][pixel] ?? 0) - (twins[of][pixel] ?? 0)) <= 1;
    const sameChannel = ours.channelMap[pixel] === twins.channelMap[pixel] || (twins.margin[pixel] ?? 0) <= 1;
    if (!(sameChannel && byte('confidence') && byte('margin'))) throw new DisagreementError(PREDICTION_BYTES);
  }
}

/** Runs `work`, which waits for nothing, on the processor; WebGPU is in force again afterwards. */
export function onProcessor<T>(work: () => T): T {
  void tf.setBackend('cpu');
  try {
    if (tf.getBackend() !== 'cpu') throw new Error('TensorFlow.js could not change to the processor.');
    return work();
  } finally {
    void tf.setBackend('webgpu');
  }
}

function compareCall(call: ReadCall): void {
  const { kernelName, attrs, inputs, isList, outputs, numbers } = call;
  const twin = twinOf(kernelName);
  if (twin === null) return;
  const operands = Object.entries(inputs).map(([name, { dataId, shape, dtype }]) => {
    const values = numbers.get(dataId) as Float32Array;
    // Behind a gradient its kernel keeps sums of its own.
    return [name, tf.tensor(values.subarray(0, tf.util.sizeFromShape(shape)), shape, dtype)] as const;
  });
  const named = Object.fromEntries(operands);
  const expected = twin({ inputs: isList ? Object.assign([], named) : named, attrs });
  expected?.forEach((output, i) => {
    const wanted = output instanceof tf.Tensor ? numbersOf(output) : output;
    const found = numbers.get((outputs[i] as tf.TensorInfo).dataId) as Float32Array | Int32Array;
    if (kernelName === PREDICTION_BYTES) assertPredictionAgrees(found as Int32Array, wanted as Int32Array);
    else {
      const length = kernelName === MASKED_LOSS ? wanted.length : found.length;
      assertAgrees(kernelName, found.subarray(0, length), wanted, floorOf(call));
    }
  });
}

/**
 * Compares noted calls with what the processor makes of the same operands, one by one, with `yieldToEventLoop` between them. The CPU
 * backend must have been started before. `read` brings a tensor's numbers back. Rejects with a `DisagreementError` that
 * names the first kernel that disagrees.
 */
export async function compareWithTwins(
  calls: readonly NotedCall[],
  read: (tensor: tf.TensorInfo) => Promise<Float32Array | Int32Array>,
  yieldToEventLoop: () => Promise<void>,
): Promise<void> {
  const backend = tf.backend() as WebGPUBackend;
  const kept = calls.flatMap(({ inputs, outputs }) => [...Object.values(inputs), ...outputs]);
  try {
    const byData = new Map(kept.map((info) => [info.dataId, info]));
    const numbers = new Map(
      await Promise.all([...byData].map(async ([dataId, info]) => [dataId, await read(info)] as const)),
    );
    for (const call of calls) {
      onProcessor(() => tf.tidy(() => compareCall({ ...call, numbers })));
      await yieldToEventLoop();
    }
  } finally {
    for (const { dataId } of kept) backend.disposeData(dataId);
  }
}
