import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { restartWebgpu } from '../../../segmentation/backendTestTools.ts';
import { tilingLimits } from '../../../segmentation/kernels/webgpu/webgpuTiling.ts';
import { pretendHardware } from '../../../segmentation/kernels/webgpu/webgpuTilingTestTools.ts';
import { DEFAULT_GPU_TUNING, type GpuTuning } from '../../../settings/gpuTuning.ts';
import { parseTunedAdapter } from '../../../settings/gpuVerdicts.ts';
import type { LearnerSettings } from '../../../settings/learner.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { SETTINGS } from '../sessionTestTools.ts';

const SMALLEST: LearnerSettings = {
  ...SETTINGS,
  network: { kind: 'plainUnet', width: 4, depth: 1, stride: 1 },
  smoothness: { ...SETTINGS.smoothness, weight: 0 },
};

let session: InProcessSession;
beforeEach(async () => {
  await restartWebgpu();
  session = new InProcessSession();
});
afterEach(() => session.close());

it('a worker that is told to times its adapter, and answers with what a page takes', async () => {
  const tuned = session.next('tuned');
  session.client.tune({ channels: [3, 7], settings: SMALLEST, width: 20, height: 16 });
  const answer = await tuned;
  expect(parseTunedAdapter(answer)).toEqual({
    adapter: answer.adapter,
    tuning: answer.tuning,
    stepMs: answer.stepMs,
  });
  expect(answer.stepMs?.webgpu).toBeGreaterThan(0);
  expect(answer.stepMs?.wasm).toBeGreaterThan(0);
  // It has no project, and says nothing of one.
  expect(session.events.map(({ type }) => type)).toEqual(['tuned']);
  expect(tf.memory().numTensors).toBe(0);
});

it('what cannot be timed is refused with a sentence', async () => {
  const requests = [
    { channels: [3, 7], settings: SMALLEST, width: 0, height: 16 },
    { channels: [], settings: SMALLEST, width: 16, height: 16 },
    { channels: [3, 7], settings: {} as LearnerSettings, width: 16, height: 16 },
  ];
  for (const request of requests) {
    const failed = session.next('failed');
    session.client.tune(request);
    expect((await failed).message).toMatch(/^[A-Z].*\.$/);
    await session.close();
    session = new InProcessSession();
  }
});

it('a worker that learns times nothing', async () => {
  const started = session.next('started');
  session.client.start('wasm');
  await started;
  const failed = session.next('failed');
  session.client.tune({ channels: [3, 7], settings: SMALLEST, width: 16, height: 16 });
  expect(await failed).toMatchObject({ fatal: false, message: expect.stringContaining('times nothing') });
  expect(tf.getBackend()).toBe('wasm');
});

it('kernels are cut as they were timed on the adapter that is started, and on no other', async () => {
  const tuning: GpuTuning = { ...DEFAULT_GPU_TUNING, sums: 16, workgroupSize: 128 };
  const start = async (adapter: string) => {
    pretendHardware(true);
    const started = session.next('started');
    session.client.start('webgpu', { sound: [], always: false }, [
      { adapter, tuning, avoidedBecause: 'It is slower.' },
    ]);
    const { backend } = await started;
    const { sums, workgroupSize } = tilingLimits(tf.backend() as WebGPUBackend);
    return { backend, sums, workgroupSize };
  };
  const other = await start('another/card/');
  expect(other).toMatchObject({ sums: DEFAULT_GPU_TUNING.sums, workgroupSize: DEFAULT_GPU_TUNING.workgroupSize });
  await session.close();
  session = new InProcessSession();
  const own = await start(other.backend.identity);
  // It was asked for by its name, so that it is not avoided.
  expect(own).toMatchObject({ sums: 16, workgroupSize: 128, backend: { backend: 'webgpu', avoided: false } });
});
