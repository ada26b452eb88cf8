import { afterEach, beforeEach, expect, it } from 'vitest';
import { restartWebgpu } from '../../../segmentation/backendTestTools.ts';
import { forceDefaultLimits } from '../../../segmentation/recording/defaultLimitsTestTools.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../../settings/learner.ts';
import { Line } from '../sessionLine.ts';
import { projectOf, scene } from '../sessionTestTools.ts';

/** The default network on a picture of which one map takes 96 channels. */
const SETTINGS = { ...DEFAULT_LEARNER_SETTINGS, stepBudget: 2 };
let line: Line;
let liftLimits: () => void;

beforeEach(async () => {
  // 128 MiB at once.
  liftLimits = forceDefaultLimits();
  await restartWebgpu();
  line = new Line();
  line.client.start('webgpu');
});

afterEach(async () => {
  liftLimits();
  await line.close();
});

it('a step with a map that the device cannot bind is refused with what would fit, and nothing is lost', async () => {
  line.client.open(projectOf([scene('large', 1024, 512), scene('small')], SETTINGS));
  const failed = line.next('failed');
  line.client.train();
  expect(await failed).toMatchObject({
    fatal: false,
    cause: 'memory',
    message: expect.stringMatching(/1024 × 512 .* 192 MiB .* 128 MiB .* a reduction of 2\.$/),
  });
  await expect(line.client.save()).resolves.toBeNull();
  expect(line.events.filter(({ type }) => type === 'telemetry' || type === 'prediction')).toEqual([]);
});

it('where no reduction would do, a smaller network is proposed', async () => {
  const network = { kind: 'unet', width: 64, depth: 2, stride: 4 } as const;
  line.client.open(projectOf([scene('huge', 3072, 3072)], { ...SETTINGS, network }));
  const failed = line.next('failed');
  line.client.train();
  expect(await failed).toMatchObject({ cause: 'memory', message: expect.stringContaining('a smaller network') });
});

it('a reduction that fits learns', async () => {
  const network = { kind: 'unet', width: 4, depth: 1, stride: 1 } as const;
  line.client.open(projectOf([scene()], { ...SETTINGS, network }));
  const finished = line.next('status', ({ phase }) => phase === 'finished');
  line.client.train();
  expect((await finished).step).toBe(2);
});
