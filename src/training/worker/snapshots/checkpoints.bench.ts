import { expect, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS } from '../../../settings/learner.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, waves } from '../sessionTestTools.ts';

/** What a checkpoint may cost of the time between two of them. */
const MAX_SHARE = 0.03;
/** As the worker takes them. */
const INTERVAL_MS = 8000;
const COPIES = 20;

test('a checkpoint of the default network, WASM', async () => {
  const session = new InProcessSession();
  session.client.start('wasm');
  session.client.open(projectOf([waves(128)], { ...DEFAULT_LEARNER_SETTINGS, stepBudget: 4 }));
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  await finished;
  let bytes = 0;
  const cpu = process.cpuUsage();
  for (let i = 0; i < COPIES; i++) bytes = (await session.client.save())?.byteLength ?? 0;
  const { user, system } = process.cpuUsage(cpu);
  await session.close();
  const costMs = (user + system) / 1000 / COPIES;
  const share = costMs / INTERVAL_MS;
  console.log(
    `${(bytes / 2 ** 20).toFixed(2)} MiB, ${costMs.toFixed(1)} ms of processor time: ${(100 * share).toFixed(2)} %`,
  );
  expect(share).toBeLessThan(MAX_SHARE);
});
