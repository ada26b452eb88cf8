import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { flush, type GpuInternals, gpuInternals } from './gpuInternals.ts';
import { LiveBuffers } from './liveBuffersTestTools.ts';
import type { Recording } from './recording.ts';
import { RecordingRunner } from './stepRunner.ts';
import { VIEW_ALIGNMENT, viewOf } from './tensorViews.ts';

let backend: WebGPUBackend;
let gpu: GpuInternals;
const runners: RecordingRunner[] = [];

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  backend = tf.backend() as WebGPUBackend;
  gpu = gpuInternals(backend);
});

afterEach(() => {
  for (const runner of runners.splice(0)) runner.dispose();
});

function runnerOf(step: () => tf.Tensor): RecordingRunner {
  const runner = new RecordingRunner(gpu, step, { dtype: 'float32', size: 1, mostUnread: 16, flops: 0 });
  runners.push(runner);
  return runner;
}

/** `weights −= rate · gradient`, in place. */
function descend(weights: tf.Tensor, gradient: tf.Tensor, rate: tf.Tensor): void {
  const program: WebGPUProgram = {
    variableNames: ['gradient', 'rate'],
    outputShape: weights.shape,
    size: true,
    shaderKey: 'testDescend',
    dispatchLayout: { x: weights.shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(weights.size / 64), 1, 1],
    workgroupSize: [64, 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) { result[index] = result[index] - rate[0] * gradient[index]; }
      }`,
  };
  backend.runWebGPUProgram(program, [gradient, rate], 'float32', undefined, weights);
}

function onGpu<T extends tf.Tensor>(tensor: T): T {
  gpu.uploadToGPU(tensor.dataId);
  return tensor;
}

function write(tensor: tf.Tensor, values: number[]): void {
  flush(gpu);
  gpu.queue.writeBuffer(gpu.tensorMap.get(tensor.dataId).resource as GPUBuffer, 0, new Float32Array(values));
}

async function read(tensor: tf.Tensor): Promise<number[]> {
  gpu.tensorMap.get(tensor.dataId).values = null;
  return Array.from(await tensor.data());
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
}

/** Least squares with resident inputs: loss `mean((x·w − y)²)`, then one step of descent. */
function leastSquares() {
  const x = onGpu(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]));
  const y = onGpu(tf.tensor2d([1, 0, -1], [3, 1]));
  const weights = onGpu(tf.tensor2d([0.5, -0.25], [2, 1]));
  const rate = onGpu(tf.tensor1d([0.01]));
  const step = () =>
    tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads((w) => tf.mean(tf.square(tf.sub(tf.matMul(x, w as tf.Tensor2D), y))))([
        weights,
      ]);
      descend(weights, grads[0] as tf.Tensor, rate);
      return value;
    });
  return { x, y, weights, rate, step, dispose: () => tf.dispose([x, y, weights, rate]) };
}

/** The same in double precision; `rates[i]` is the rate of step i. */
function leastSquaresByHand(rates: readonly number[]): { losses: number[]; weights: number[] } {
  const rows = [
    [1, 2, 1],
    [3, 4, 0],
    [5, 6, -1],
  ] as const;
  const weights: [number, number] = [0.5, -0.25];
  const losses = rates.map((rate) => {
    let loss = 0;
    const gradient: [number, number] = [0, 0];
    for (const [a, b, y] of rows) {
      const error = a * weights[0] + b * weights[1] - y;
      loss += (error * error) / 3;
      gradient[0] += (2 * error * a) / 3;
      gradient[1] += (2 * error * b) / 3;
    }
    weights[0] -= rate * gradient[0];
    weights[1] -= rate * gradient[1];
    return loss;
  });
  return { losses, weights };
}

test('replays compute what the step says, with rates that change between them', async () => {
  const problem = leastSquares();
  const runner = runnerOf(problem.step);
  const rates = Array.from({ length: 12 }, (_, i) => 0.01 + 0.001 * i);
  for (const rate of rates) {
    write(problem.rate, [rate]);
    runner.run();
  }
  const losses = (await runner.takeResults()).map(([loss]) => loss as number);
  expect(runner.refusal).toBeNull();
  expect(runner.replayed?.dispatchCount).toBeGreaterThan(3);
  const expected = leastSquaresByHand(rates);
  expect(losses).toHaveLength(12);
  expectClose(losses, expected.losses);
  expectClose(await read(problem.weights), expected.weights);
  problem.dispose();
});

test('several recordings and eager operations take turns without touching one another', async () => {
  const [a, b] = [leastSquares(), leastSquares()];
  const runners = [runnerOf(a.step), runnerOf(b.step)] as const;
  write(b.rate, [0.02]);
  for (let i = 0; i < 8; i++) {
    runners[0].run();
    // Scratch work of the same sizes, which would land in a recording's buffers if these had been given back.
    const scratch = tf.tidy(() => tf.square(tf.matMul(a.x, tf.fill([2, 1], 2))));
    runners[1].run();
    expect(Array.from(await scratch.data())).toEqual([36, 196, 484]);
    scratch.dispose();
  }
  const lossesOf = async (i: 0 | 1) => (await runners[i].takeResults()).map(([loss]) => loss as number);
  const [expectedA, expectedB] = [0.01, 0.02].map((rate) => leastSquaresByHand(Array(8).fill(rate)).losses);
  expectClose(await lossesOf(0), expectedA ?? []);
  expectClose(await lossesOf(1), expectedB ?? []);
  a.dispose();
  b.dispose();
});

test('gives back every buffer and tensor', async () => {
  const problem = leastSquares();
  await read(problem.weights);
  const before = backend.memory() as unknown as { numBytesInGPU: number };
  const tensors = tf.memory().numTensors;
  for (let round = 0; round < 3; round++) {
    const runner = runnerOf(problem.step);
    for (let i = 0; i < 4; i++) runner.run();
    await runner.takeResults();
    runner.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect((backend.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU).toBe(before.numBytesInGPU);
  }
  problem.dispose();
});

test('replays create no buffer, no bind group and no tensor', async () => {
  const problem = leastSquares();
  const runner = runnerOf(problem.step);
  runner.run();
  runner.run();
  await runner.takeResults();
  runner.run();
  await runner.takeResults();
  const { device } = gpu;
  const made: string[] = [];
  for (const method of ['createBuffer', 'createBindGroup', 'createComputePipeline'] as const) {
    const stock = device[method].bind(device) as (descriptor: never) => unknown;
    Object.assign(device, {
      [method]: (descriptor: never) => {
        made.push(method);
        return stock(descriptor);
      },
    });
  }
  const { numTensors } = tf.memory();
  for (let i = 0; i < 5; i++) runner.run();
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(await runner.takeResults()).toHaveLength(5);
  for (const method of ['createBuffer', 'createBindGroup', 'createComputePipeline'] as const) {
    delete (device as unknown as Record<string, unknown>)[method];
  }
  expect(made).toEqual([]);
  problem.dispose();
});

test('a step that uploads something new each time is refused, and runs eagerly', async () => {
  const x = onGpu(tf.tensor1d([1, 2]));
  let time = 0;
  const runner = runnerOf(() => tf.tidy(() => tf.sum(tf.mul(x, tf.tensor1d([time++, 1])))));
  for (let i = 0; i < 4; i++) runner.run();
  expect(runner.refusal).toMatch(/uploads/);
  expect((await runner.takeResults()).map(([sum]) => sum)).toEqual([2, 3, 4, 5]);
  x.dispose();
});

test('constants that the step uploads are kept with the recording', async () => {
  const x = onGpu(tf.tensor1d([1, 2]));
  const runner = runnerOf(() => tf.tidy(() => tf.sum(tf.mul(x, tf.tensor1d([10, 1])))));
  for (let i = 0; i < 4; i++) {
    runner.run();
    write(x, [i + 2, 2]);
  }
  expect(runner.refusal).toBeNull();
  expect((await runner.takeResults()).map(([sum]) => sum)).toEqual([12, 22, 32, 42]);
  x.dispose();
});

test('a step that reads back is refused', async () => {
  const x = onGpu(tf.tensor1d([1, 2]));
  const reads: Promise<unknown>[] = [];
  const runner = runnerOf(() =>
    tf.tidy(() => {
      const doubled = tf.keep(tf.mul(x, x));
      reads.push(doubled.data().then(() => doubled.dispose()));
      return tf.sum(doubled);
    }),
  );
  for (let i = 0; i < 3; i++) runner.run();
  expect(runner.refusal).toMatch(/reads values back|copies/);
  expect((await runner.takeResults()).map(([sum]) => sum)).toEqual([5, 5, 5]);
  await Promise.all(reads);
  x.dispose();
});

test('records anew after a tensor of the step was disposed', async () => {
  let x = onGpu(tf.tensor1d([1, 2]));
  const runner = runnerOf(() => tf.tidy(() => tf.sum(tf.square(x))));
  for (let i = 0; i < 3; i++) runner.run();
  const first = runner.replayed;
  x.dispose();
  x = onGpu(tf.tensor1d([3, 4]));
  flush(gpu);
  expect(first?.stale).toBe(true);
  for (let i = 0; i < 3; i++) runner.run();
  expect((await runner.takeResults()).map(([sum]) => sum)).toEqual([5, 5, 5, 25, 25, 25]);
  expect(runner.replayed).not.toBe(first);
  x.dispose();
});

test('a failing step leaves the backend usable and can run again', async () => {
  const x = onGpu(tf.tensor1d([1, 2]));
  let fails = false;
  const runner = runnerOf(() =>
    tf.tidy(() => {
      const doubled = tf.mul(x, x);
      if (fails) throw new Error('on purpose');
      return tf.sum(doubled);
    }),
  );
  runner.run();
  fails = true;
  expect(() => runner.run()).toThrow('on purpose');
  fails = false;
  for (let i = 0; i < 3; i++) runner.run();
  expect((await runner.takeResults()).map(([sum]) => sum)).toEqual([5, 5, 5, 5]);
  expect(Array.from(await tf.add(x, x).data())).toEqual([2, 4]);
  x.dispose();
});

test('results that are waited for come although the runner is gone', async () => {
  const problem = leastSquares();
  const runner = runnerOf(problem.step);
  for (let i = 0; i < 3; i++) runner.run();
  const results = runner.takeResults();
  runner.dispose();
  const losses = (await results).map(([loss]) => loss as number);
  expectClose(losses, leastSquaresByHand([0.01, 0.01, 0.01]).losses);
  problem.dispose();
});

test('compiles ahead without taking the step', async () => {
  const problem = leastSquares();
  const runner = runnerOf(problem.step);
  await runner.compile();
  expect(await read(problem.weights)).toEqual([0.5, -0.25]);
  runner.run();
  expect((await runner.takeResults())[0]?.[0]).toBeCloseTo(leastSquaresByHand([0.01]).losses[0] as number, 5);
  problem.dispose();
});

test('a view reads and follows its parent, outlives it, and cannot reach too far', async () => {
  const parent = onGpu(tf.tensor1d(Array.from({ length: VIEW_ALIGNMENT + 4 }, (_, i) => i)));
  const view = viewOf<tf.Tensor2D>(gpu, parent, VIEW_ALIGNMENT, [2, 2]);
  const doubled = tf.add(view, view);
  expect(Array.from(await doubled.data())).toEqual([128, 130, 132, 134]);
  const one = onGpu(tf.tensor1d([1]));
  const copy = tf.mul(parent, one);
  descend(parent, copy, one);
  const after = tf.add(view, view);
  expect(Array.from(await after.data())).toEqual([0, 0, 0, 0]);
  expect(Array.from(await view.data())).toEqual([0, 0, 0, 0]);
  expect(() => viewOf(gpu, parent, 1, [2])).toThrow(RangeError);
  expect(() => viewOf(gpu, parent, VIEW_ALIGNMENT, [5])).toThrow(RangeError);
  const inner = viewOf<tf.Tensor1D>(gpu, parent, 0, [VIEW_ALIGNMENT + 4]);
  const { numBytesInGPU } = backend.memory() as unknown as { numBytesInGPU: number };
  parent.dispose();
  // Would take the parent's buffer if it had been given back.
  const other = onGpu(tf.fill([VIEW_ALIGNMENT + 4], 7));
  expect(Array.from(await tf.add(view, view).data())).toEqual([0, 0, 0, 0]);
  tf.dispose([view, inner, doubled, after, one, copy, other]);
  flush(gpu);
  expect((backend.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU).toBeLessThan(numBytesInGPU);
});

test('what a step left when it ran before is given back when it is recorded', () => {
  const x = onGpu(tf.ones([256, 256]));
  const runner = runnerOf(() => tf.tidy(() => tf.sum(tf.mul(tf.add(x, 1), tf.sub(x, 2)))));
  runner.run();
  const router = gpu.bufferManager;
  expect(router.getNumFreeBuffers()).toBeGreaterThan(0);
  const before = router.numBytesAllocated;
  runner.run();
  expect(router.getNumFreeBuffers()).toBe(0);
  runner.run();
  expect(router.numBytesAllocated).toBeLessThan(before);
  expect(runner.replayed?.byteCount).toBeGreaterThanOrEqual(256 * 256 * 4);
});

test('a refused recording gives its memory back at once, but for the result, which goes with it', async () => {
  const live = new LiveBuffers(backend.device);
  const x = onGpu(tf.ones([256, 256]));
  let uploaded = 0;
  const runner = runnerOf(() =>
    tf.tidy(() => {
      uploaded++;
      return tf.sum(tf.mul(tf.add(x, tf.tensor(new Float32Array(256 * 256).fill(uploaded), [256, 256])), x));
    }),
  );
  runner.run();
  const { bytes } = live;
  runner.run();
  expect(runner.refusal).not.toBeNull();
  expect(live.bytes - bytes).toBeLessThan(4096);
  for (let i = 0; i < 3; i++) runner.run();
  expect(live.bytes - bytes).toBeLessThan(4096);
  expect((await runner.takeResults()).map(([sum]) => sum)).toEqual([2, 3, 4, 5, 6].map((each) => each * 65536));
});

test('a replay in several submissions gives the same bits as in one', async () => {
  const seen: number[][] = [];
  for (const submissions of [1, 2, 7, 1000]) {
    const { step, weights } = leastSquares();
    const runner = runnerOf(step);
    for (let i = 0; i < 2; i++) runner.run();
    const recording = runner.replayed as Recording;
    let submitted = 0;
    const { submit } = gpu.queue;
    gpu.queue.submit = (buffers) => {
      submitted++;
      return submit.call(gpu.queue, buffers);
    };
    for (let i = 0; i < 5; i++) {
      recording.submissions = submissions;
      recording.replay();
    }
    gpu.queue.submit = submit;
    expect(submitted).toBe(5 * Math.min(submissions, recording.dispatchCount));
    seen.push(await read(weights));
  }
  for (const weights of seen) expect(weights).toEqual(seen[0]);
});
