import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { registerWasmIdentity } from './wasmIdentity.ts';
import { registerWasmSlice } from './wasmSlice.ts';

beforeAll(async () => {
  await startBackend('cpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
  registerWasmIdentity();
  registerWasmSlice();
});

const axis = fc.integer({ min: 1, max: 5 }).chain((side) =>
  fc.integer({ min: 0, max: side - 1 }).chain((begin) =>
    fc.record({
      side: fc.constant(side),
      begin: fc.constant(begin),
      size: fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: side - begin })),
    }),
  ),
);

test('a slice has the elements that the cpu backend cuts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 4 }), async (axes) => {
      const shape = axes.map(({ side }) => side);
      const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => i);
      const cut = async (backend: 'cpu' | 'wasm') => {
        await tf.setBackend(backend);
        const piece = tf.tidy(() =>
          tf.slice(
            tf.tensor(values, shape),
            axes.map(({ begin }) => begin),
            axes.map(({ size }) => size),
          ),
        );
        const result = { shape: piece.shape, values: Float32Array.from(await piece.data()) };
        piece.dispose();
        return result;
      };
      expect(await cut('wasm')).toEqual(await cut('cpu'));
    }),
  );
});

test('a slice is a copy', async () => {
  await tf.setBackend('wasm');
  const x = tf.tensor1d([1, 2, 3, 4]);
  const piece = tf.slice1d(x, 1, 2);
  x.dispose();
  const other = tf.fill([4], 9);
  expect([...(await piece.data())]).toEqual([2, 3]);
  tf.dispose([piece, other]);
});

test('a clone outlives its original, and frees the memory with the last of them', async () => {
  await tf.setBackend('wasm');
  const before = tf.backend().numDataIds();
  const x = tf.tensor1d([1, 2, 3, 4]);
  const clones = [x.clone(), x.clone()] as const;
  expect(tf.backend().numDataIds()).toBe(before + 1);
  x.dispose();
  clones[0].dispose();
  const other = tf.fill([4], 9);
  expect([...(await clones[1].data())]).toEqual([1, 2, 3, 4]);
  tf.dispose([clones[1], other]);
  expect(tf.backend().numDataIds()).toBe(before);
});
