import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { fixture } from './optimizer.fixture.ts';
import { Optimizer } from './optimizer.ts';

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

const mask = Float32Array.from(fixture.decayed, (decayed) => (decayed ? 1 : 0));

async function run(optimizer: Optimizer, steps: number, start = fixture.start, first = 0): Promise<number[][]> {
  const trace: number[][] = [];
  let parameters = tf.tensor1d(start);
  for (let step = first; step < first + steps; step++) {
    const gradient = tf.tensor1d(fixture.gradients[step] ?? []);
    const next = optimizer.update(parameters, gradient, {
      learningRate: fixture.rates[step] ?? Number.NaN,
      weightDecay: fixture.weightDecay,
    });
    tf.dispose([parameters, gradient]);
    parameters = next;
    trace.push([...(await parameters.data())]);
  }
  parameters.dispose();
  return trace;
}

// optimizer.fixture.py writes the numbers with PyTorch, in double precision.
test.each(['adamw', 'sgd'] as const)('%s follows PyTorch step by step', async (kind) => {
  const optimizer = new Optimizer(kind, mask);
  const trace = await run(optimizer, fixture.gradients.length);
  trace.forEach((values, step) => {
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(fixture[kind][step]?.[i] ?? Number.NaN, 5);
    });
  });
  optimizer.dispose();
});

test.each(['adamw', 'sgd'] as const)('%s goes on from saved moments exactly', async (kind) => {
  const whole = new Optimizer(kind, mask);
  const expected = await run(whole, 6);
  const first = new Optimizer(kind, mask);
  const before = await run(first, 3);
  const handles = first.cloneMoments();
  const moments = await Promise.all(handles.map(async (m) => Float32Array.from(await m.data())));
  const second = new Optimizer(kind, mask);
  second.setMoments(moments, first.updates);
  expect(await run(second, 3, before[2], 3)).toEqual(expected.slice(3));
  tf.dispose(handles);
  for (const optimizer of [whole, first, second]) optimizer.dispose();
});

test('an update leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const optimizer = new Optimizer('adamw', mask);
  await run(optimizer, 4);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('moments of another length are refused', () => {
  const optimizer = new Optimizer('adamw', mask);
  expect(() => optimizer.setMoments([new Float32Array(4)], 1)).toThrow(RangeError);
  expect(() => optimizer.setMoments([new Float32Array(4), new Float32Array(3)], 1)).toThrow(RangeError);
  optimizer.dispose();
});
