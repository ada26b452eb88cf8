import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { advance, constant, repeat, wasmFunction } from '../wasm/wasmAssembler.ts';
import { instantiate } from '../wasm/wasmModule.ts';
import { vectorOps } from '../wasm/wasmVectorOps.ts';
import { MIN_EXPONENT, powerOfTwo } from './wasmPowerOfTwo.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
});

/** `2^x` of every number, by the code under test on the backend's memory. */
async function powers(lanes: 1 | 4, numbers: Float32Array): Promise<Float32Array> {
  const v = vectorOps(lanes);
  const code = wasmFunction('powers', ['from', 'blocks'], v, ({ parameters: { from, blocks }, vector }) => {
    const x = vector();
    const power = powerOfTwo(v, vector);
    return [
      ...power.prepare,
      repeat(blocks, [
        x.set(v.load(from.get, 0)),
        ...power.of(x),
        v.store(from.get, 0, x.get),
        advance(from, constant(v.bytes)),
      ]),
    ];
  });
  const backend = tf.backend() as BackendWasm;
  const tensor = backend.makeOutput([numbers.length], 'float32');
  backend.typedArrayFromHeap(tensor).set(numbers);
  instantiate([code], backend)['powers']?.(backend.getMemoryOffset(tensor.dataId), numbers.length / lanes);
  const found = Float32Array.from(backend.typedArrayFromHeap(tensor));
  backend.disposeData(tensor.dataId);
  return found;
}

describe.each([1, 4] as const)('%i lanes', (lanes) => {
  test('powers of two are within 2·10⁻⁷ of those of double precision', async () => {
    const numbers = Float32Array.from({ length: 400_000 }, (_, i) => (MIN_EXPONENT * i) / 399_999);
    const found = await powers(lanes, numbers);
    let worst = 0;
    for (let i = 0; i < numbers.length; i++) {
      const exact = 2 ** (numbers[i] as number);
      worst = Math.max(worst, Math.abs((found[i] as number) / exact - 1));
    }
    expect(worst).toBeLessThan(2e-7);
  });

  test('whole numbers are exact, what is below them all is as good as nothing, and NaN stays', async () => {
    const numbers = Float32Array.of(0, -1, -24, -124, -126, -1e4, Number.NEGATIVE_INFINITY, Number.NaN);
    const least = 2 ** MIN_EXPONENT;
    expect([...(await powers(lanes, numbers))]).toEqual([1, 0.5, 2 ** -24, 2 ** -124, least, least, least, Number.NaN]);
  });
});
