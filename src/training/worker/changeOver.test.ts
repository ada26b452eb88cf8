import { afterEach, expect, it } from 'vitest';
import type { BackendName } from '../backendMessages.ts';
import { InProcessSession } from './inProcessSessionTestTools.ts';
import { projectOf, SETTINGS, scene } from './sessionTestTools.ts';

let session: InProcessSession;
afterEach(() => session.close());

/** A learner that trains, several steps at a time. */
async function train(backend: BackendName): Promise<void> {
  session = new InProcessSession();
  session.client.start(backend);
  session.client.open(projectOf([scene()]));
  const trained = session.next('telemetry', ({ points }) => (points.at(-1)?.step ?? 0) > 4);
  session.client.train();
  await trained;
}

/** Steps that were told from the event at `from` on. */
const stepsTold = (from: number) =>
  session.events
    .slice(from)
    .flatMap((event) => (event.type === 'telemetry' ? event.points : []).map(({ step }) => step));

it('a project that is opened in the place of one that trains does not train by itself', async () => {
  await train('cpu');
  const ready = session.next('status', ({ projectId }) => projectId === 'other');
  session.client.open({ ...projectOf([scene()]), projectId: 'other' });
  expect(await ready).toMatchObject({ phase: 'ready', step: 0 });
  const from = session.events.length;
  // Whatever it did by itself would come before the second answer.
  for (let answers = 0; answers < 2; answers++) expect(await session.client.save()).toBeNull();
  expect(session.events.slice(from)).toEqual([]);
});

it('losses of a network that was replaced while it trained are not told of the next one', async () => {
  // Losses of steps under way come late there.
  await train('webgpu');
  const rebuilt = session.next('learner');
  session.client.configure('scene', [3, 7], { ...SETTINGS, network: { ...SETTINGS.network, width: 6 } });
  await rebuilt;
  const from = session.events.length;
  await session.next('telemetry');
  expect(stepsTold(from)[0]).toBe(1);
}, 180_000);
