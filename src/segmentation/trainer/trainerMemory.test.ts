import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { restartWebgpu, WASM_PATHS } from '../backendTestTools.ts';
import { BufferRouter } from '../recording/bufferRouter.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { LiveBuffers } from '../recording/liveBuffersTestTools.ts';
import { wavesPicture } from '../wavesTestTools.ts';
import { Trainer } from './trainer.ts';

/** Maps that outweigh the pictures and the parameters. */
const SETTINGS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 16, depth: 1, stride: 1 },
  smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0 },
  augmentation: { ...DEFAULT_LEARNER_SETTINGS.augmentation, scale: 0 },
};
/** Of what the recordings need themselves. */
const MOST = 1.1;

test('a learner takes no more memory than its recorded steps and predictions, whatever sizes come and go', async () => {
  const live = new LiveBuffers(await restartWebgpu());
  await startBackend('webgpu', WASM_PATHS);
  const router = BufferRouter.of(gpuInternals(tf.backend() as WebGPUBackend));
  const trainer = new Trainer({ channels: [0, 1], settings: SETTINGS });
  const expectTight = () => {
    expect(router.recordedBytes).toBeGreaterThan(2 ** 20);
    expect(live.bytes / router.recordedBytes).toBeLessThan(MOST);
  };
  for (const sizePx of [64, 40]) {
    const { pixels, planes } = wavesPicture(sizePx, [0, 1]);
    trainer.addPicture(`${sizePx}`, pixels, planes, 'train');
    // Each of the pictures has its turns.
    for (let step = 0; step < 6; step++) await trainer.trainSteps(1);
    expectTight();
    for (let time = 0; time < 3; time++) await trainer.predict(`${sizePx}`);
    expectTight();
  }
  trainer.dispose();
});
