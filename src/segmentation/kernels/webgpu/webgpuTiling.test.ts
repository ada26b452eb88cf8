import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { cheapestTiling, type TilingLimits, tilingLimits } from './webgpuTiling.ts';
import { pretendHardware } from './webgpuTilingTestTools.ts';

const limits: TilingLimits = {
  sums: 64,
  wantedInvocations: 1,
  workgroupSize: 64,
  lanes: 256,
  products: 1000,
  inputReads: 'vectors',
};
const tiling = (reads: number, sums: number, products: number) => ({ body: { reads, sums, products } });

test('the fewest reads for each product win', () => {
  const best = tiling(60, 64, 576);
  expect(cheapestTiling([tiling(10, 16, 40), best, tiling(60, 64, 500)], limits)).toBe(best);
});

test('what reads, sums or multiplies too much is left out', () => {
  const modest = tiling(20, 16, 20);
  expect(cheapestTiling([modest, tiling(1000, 64, 1e3), tiling(10, 65, 1e3), tiling(10, 64, 1e6)], limits)).toBe(
    modest,
  );
  const first = tiling(1000, 1000, 1);
  expect(cheapestTiling([first, tiling(2000, 1, 2000)], limits)).toBe(first);
});

test('software is given larger tiles and fewer of them', async () => {
  await startBackend('webgpu', WASM_PATHS);
  const limitsNow = () => tilingLimits(tf.backend() as WebGPUBackend);
  const before = limitsNow();
  pretendHardware(true);
  const hardware = limitsNow();
  pretendHardware(false);
  expect(hardware.sums).toBeLessThanOrEqual(64);
  expect(hardware.wantedInvocations).toBeGreaterThanOrEqual(8192);
  expect(limitsNow()).toBe(before);
  // Which of the two the adapter of this machine is, its own name says.
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  expect(before !== hardware).toBe(/swiftshader|llvmpipe/i.test(device.adapterInfo.architecture));
});
