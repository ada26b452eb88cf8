import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { concatenateFlat } from './concatenateFlat.ts';

beforeAll(async () => {
  for (const backend of ['cpu', 'wasm', 'webgpu'] as const) await startBackend(backend, WASM_PATHS);
});

const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 0, maxLength: 4 });
const pieces = fc.array(fc.record({ shape, gap: fc.nat({ max: 150 }) }), { maxLength: 14 });

test.each(['cpu', 'wasm', 'webgpu'] as const)('%s: tensors at their places, zeros between', async (backend) => {
  expect(await tf.setBackend(backend)).toBe(true);
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 70 }), async (layout, rest) => {
      let end = 0;
      const placed = layout.map(({ shape: sides, gap }, i) => {
        const size = sides.reduce((product, side) => product * side, 1);
        const start = end + gap;
        end = start + size;
        return { sides, start, values: Float32Array.from({ length: size }, (_, at) => 100 * i + at + 1) };
      });
      const expected = new Float32Array(end + rest);
      for (const { start, values } of placed) expected.set(values, start);
      // Memory that is given back first is full of something.
      tf.dispose(tf.tidy(() => tf.add(tf.fill([end + rest], 7), tf.fill([end + rest], 7))));
      const before = tf.memory().numTensors;
      const vector = tf.tidy(() =>
        concatenateFlat(
          placed.map(({ sides, values }) => tf.tensor(values, sides)),
          placed.map(({ start }) => start),
          end + rest,
        ),
      );
      expect(tf.memory().numTensors).toBe(before + 1);
      expect(Float32Array.from(await vector.data())).toEqual(expected);
      vector.dispose();
    }),
    { numRuns: backend === 'webgpu' ? 25 : 60 },
  );
});

test('tensors out of order, overlapping or too long are refused', () => {
  tf.tidy(() => {
    const two = [tf.ones([4]), tf.ones([4])];
    expect(() => concatenateFlat(two, [4, 0], 8)).toThrow(RangeError);
    expect(() => concatenateFlat(two, [0, 3], 8)).toThrow(RangeError);
    expect(() => concatenateFlat(two, [0, 5], 8)).toThrow(RangeError);
    expect(() => concatenateFlat(two, [0], 8)).toThrow(RangeError);
    expect(() => concatenateFlat(two, [0, 4], 8)).not.toThrow();
  });
});
