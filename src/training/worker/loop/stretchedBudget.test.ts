import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodePatch } from '../../../labels/patchCodec.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { paint, projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

const BUDGET = 8;
const settings = {
  ...SETTINGS,
  stepBudget: BUDGET,
  learningRate: 0.01,
  continueRate: 0.2,
  schedule: 'cosine',
} as const;

let session: InProcessSession;
beforeEach(() => {
  session = new InProcessSession();
  session.client.start('wasm');
});
afterEach(() => session.close());

/** Two pictures, the second of them for testing; and a stroke that can be painted on either. */
async function open() {
  const pictures = [scene('a'), { ...scene('b'), use: 'test' as const }];
  session.client.open(projectOf(pictures, settings));
  const { stepBudget } = await session.next('status');
  expect(stepBudget).toBe(BUDGET);
}

let revision = 5;
/** Paints a new stroke, the same on every call. */
function newStroke(pictureId: string): void {
  revision++;
  session.client.patch('scene', pictureId, encodePatch(paint(scene().planes, 3, 3, 4, 4, 4, 10)), revision);
}

async function trainToEnd() {
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  return finished;
}

async function takeSteps(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const shown = session.next('prediction');
    session.client.step();
    await shown;
  }
}

const points = () => session.events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));

it('a finished learner with new labels has half a budget more, at the continue rate; another stroke adds none', async () => {
  await open();
  await trainToEnd();
  const stretched = session.next('status');
  newStroke('a');
  expect(await stretched).toMatchObject({ phase: 'paused', step: BUDGET, stepBudget: 1.5 * BUDGET });
  newStroke('a');
  expect((await trainToEnd()).step).toBe(1.5 * BUDGET);
  const later = points().filter(({ step }) => step > BUDGET);
  expect(later.map(({ step }) => step)).toEqual([9, 10, 11, 12]);
  expect(later[0]?.learningRate).toBeCloseTo(0.2 * 0.01, 9);
  expect(later.at(-1)?.learningRate).toBeLessThan(0.2 * 0.01);
});

it('new labels during a run move its end, so that half a budget follows, and nothing restarts', async () => {
  await open();
  await takeSteps(6);
  const moved = session.next('status');
  newStroke('a');
  expect(await moved).toMatchObject({ phase: 'paused', step: 6, stepBudget: 10 });
  await takeSteps(1);
  // The rate of an untouched run’s seventh step, by the cosine’s formula: from there it goes on.
  const untouched = 0.005 * (1 + Math.cos((Math.PI * 6) / BUDGET));
  expect(points().at(-1)?.learningRate).toBeCloseTo(untouched, 9);
  expect((await trainToEnd()).step).toBe(10);
});

it('labels before the first step, early ones and those of test pictures leave the budget as it is', async () => {
  await open();
  newStroke('a');
  await takeSteps(1);
  newStroke('a');
  await takeSteps(4);
  newStroke('b');
  await takeSteps(1);
  const budgets = session.events.flatMap((event) => (event.type === 'status' ? [event.stepBudget] : []));
  expect(new Set(budgets)).toEqual(new Set([BUDGET]));
});

it('a test picture with labels that is to be learned from is something new to learn', async () => {
  await open();
  await trainToEnd();
  const moved = session.next('status');
  session.client.setUse('scene', 'b', 'train');
  expect(await moved).toMatchObject({ phase: 'paused', stepBudget: 1.5 * BUDGET, trainingPictures: 2 });
  // To hear that it still is changes nothing.
  session.client.setUse('scene', 'b', 'train');
  expect(await session.next('status')).toMatchObject({ stepBudget: 1.5 * BUDGET });
});

it('Reset, another network and another budget end the stretch', async () => {
  await open();
  await trainToEnd();
  newStroke('a');
  await session.next('status');
  const other = session.next('status');
  session.client.configure('scene', [3, 7], { ...settings, stepBudget: 20 });
  expect(await other).toMatchObject({ phase: 'paused', stepBudget: 20 });
  const ready = session.next('status', ({ phase }) => phase === 'ready');
  session.client.reset();
  expect((await ready).stepBudget).toBe(20);
});
