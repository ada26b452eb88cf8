import { afterEach, beforeEach, expect, it } from 'vitest';
import { restartWebgpu } from '../../../segmentation/backendTestTools.ts';
import { forceDefaultLimits } from '../../../segmentation/recording/defaultLimitsTestTools.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../../settings/learner.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, scene } from '../sessionTestTools.ts';

/** The default network on a picture of which one map takes 96 channels. */
const SETTINGS = { ...DEFAULT_LEARNER_SETTINGS, stepBudget: 2 };
let session: InProcessSession;
let liftLimits: () => void;

beforeEach(async () => {
  // 128 MiB at once.
  liftLimits = forceDefaultLimits();
  await restartWebgpu();
  session = new InProcessSession();
  session.client.start('webgpu');
});

afterEach(async () => {
  liftLimits();
  await session.close();
});

it('a step with a map that the device cannot bind is refused with what would fit, and nothing is lost', async () => {
  session.client.open(projectOf([scene('large', 1024, 512), scene('small')], SETTINGS));
  const failed = session.next('failed');
  session.client.train();
  expect(await failed).toMatchObject({
    fatal: false,
    cause: 'memory',
    message: expect.stringMatching(/1024 × 512 .* 192 MiB .* 128 MiB .* a reduction of 2\.$/),
  });
  await expect(session.client.save()).resolves.toBeNull();
  expect(session.events.filter(({ type }) => type === 'telemetry' || type === 'prediction')).toEqual([]);
});

it('where no reduction would do, a smaller network is proposed', async () => {
  const network = { kind: 'unet', width: 64, depth: 2, stride: 4 } as const;
  session.client.open(projectOf([scene('huge', 3072, 3072)], { ...SETTINGS, network }));
  const failed = session.next('failed');
  session.client.train();
  expect(await failed).toMatchObject({ cause: 'memory', message: expect.stringContaining('a smaller network') });
});

it('a reduction that fits learns', async () => {
  const network = { kind: 'unet', width: 4, depth: 1, stride: 1 } as const;
  session.client.open(projectOf([scene()], { ...SETTINGS, network }));
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  expect((await finished).step).toBe(2);
});
