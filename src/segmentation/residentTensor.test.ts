import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { startBackend } from './backend.ts';
import { WASM_PATHS } from './backendTestTools.ts';
import { ResidentTensor } from './residentTensor.ts';

describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s', (backend) => {
  test('values of a version are made and written once, until others were written', async () => {
    await startBackend(backend, WASM_PATHS);
    const resident = new ResidentTensor([3], 'float32');
    const made: number[] = [];
    const hold = async (version: number, value: number) => {
      resident.hold(version, () => {
        made.push(version);
        return new Float32Array(3).fill(value);
      });
      const doubled = tf.mul(resident.tensor, tf.scalar(2));
      const values = [...(await doubled.data())];
      doubled.dispose();
      return values;
    };
    expect(await hold(1, 5)).toEqual([10, 10, 10]);
    expect(await hold(1, 6)).toEqual([10, 10, 10]);
    expect(await hold(2, 7)).toEqual([14, 14, 14]);
    resident.write(Float32Array.of(1, 2, 3));
    expect(await hold(2, 8)).toEqual([16, 16, 16]);
    expect(made).toEqual([1, 2, 2]);
    expect(() => resident.hold(3, () => new Float32Array(2))).toThrow(RangeError);
    expect(await hold(2, 9)).toEqual([18, 18, 18]);
    resident.dispose();
  });
});
