import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { stepMs, trialSize } from './stepTime.ts';

const settings: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'plainUnet', width: 4, depth: 1, stride: 1 },
  smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0 },
};

test.each(['wasm', 'webgpu'] as const)('a step has a time on %s, and leaves no tensor behind', async (backend) => {
  await startBackend(backend, WASM_PATHS);
  const before = tf.memory().numTensors;
  const ms = await stepMs({ channels: [3, 7], settings, width: 24, height: 17 }, () => Promise.resolve());
  expect(ms).toBeGreaterThan(0);
  expect(ms).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(tf.memory().numTensors).toBe(before);
});

test('a picture is enlarged or shrunk to what has to be known, and stays as long as it is wide', () => {
  expect(trialSize(64, 48)).toEqual({ width: 256, height: 192 });
  expect(trialSize(300, 256)).toEqual({ width: 300, height: 256 });
  expect(trialSize(512, 300)).toEqual({ width: 512, height: 300 });
  expect(trialSize(2048, 1024)).toEqual({ width: 512, height: 256 });
  expect(trialSize(16, 16_384)).toEqual({ width: 1, height: 512 });
});
