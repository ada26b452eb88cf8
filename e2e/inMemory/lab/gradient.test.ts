import { afterEach, expect, it, vi } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import type { Treatment } from '../../../src/settings/learner.ts';
import { paintClass } from '../acts.ts';
import { TestWorkbench } from '../testWorkbench.ts';
import { pass, passUntil, stopTime } from '../time.ts';

let page: TestWorkbench;

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await page.close();
});

const classIds = (): Uint8Array => page.script.getLabels()?.classIds ?? new Uint8Array();

/** The newest map of the label loss, once it shows what is waited for. */
async function mapOnce(isReached: (map: Float32Array) => boolean): Promise<Float32Array> {
  let map: Float32Array = new Float32Array();
  await page.until(() => {
    map = page.script.getGradient()?.labelLoss ?? new Float32Array();
    return map.length > 0 && isReached(map);
  });
  return map;
}

function treat(unlabeled: Treatment): void {
  page.workbench.training.updateSettings({ unlabeled });
}

/** What is known of a pixel, once the learner has answered. */
async function probed(x: number, y: number) {
  const isIt = (now: { readonly x: number; readonly y: number } | undefined) => now?.x === x && now.y === y;
  return (await page.until((state) => isIt(state.inspection.probed?.now))).inspection.probed;
}

it('the gradient is exactly 0 at every unlabeled pixel under “ignore”, and at none as background', async () => {
  page = await TestWorkbench.open();
  page.workbench.lab.open('gradient');
  const labels = classIds();
  const unlabeled = labels.filter((id) => id === UNLABELED).length;
  const ignoring = await mapOnce(() => true);
  expect(ignoring).toHaveLength(labels.length);
  const wrong = [...labels.keys()].filter((i) => (ignoring[i] === 0) !== (labels[i] === UNLABELED));
  expect(wrong).toEqual([]);
  expect(Math.min(...ignoring)).toBe(0);
  expect(page.state.inspection.newest?.tally).toMatchObject({ unlabeled, unlabeledZero: unlabeled, labeledZero: 0 });

  treat('asBackground');
  await mapOnce((map) => map.every((value) => value > 0));
  expect(page.state.inspection.newest?.tally).toMatchObject({
    unlabeled,
    unlabeledZero: 0,
    unlabeledPushed: unlabeled,
  });

  treat('ignore');
  const again = await mapOnce((map) => map.includes(0));
  expect(again.filter((value) => value === 0)).toHaveLength(unlabeled);
});

it('an extra class trains unlabeled pixels, too; smoothness has a map of its own', async () => {
  page = await TestWorkbench.open();
  page.workbench.lab.open('gradient');
  treat('extraClass');
  await mapOnce((map) => map.every((value) => value > 0));
  const { unlabeled, unlabeledPushed } = page.state.inspection.newest?.tally ?? {};
  expect(unlabeled).toBeGreaterThan(0);
  expect(unlabeledPushed).toBe(unlabeled);

  treat('ignore');
  const map = await mapOnce((values) => values.includes(0));
  const smoothness = page.script.getGradient()?.smoothness ?? new Float32Array();
  expect(smoothness.filter((value, i) => value > 0 && map[i] === 0).length).toBeGreaterThan(map.length / 2);
});

it('the map follows strokes, and goes with its panel', async () => {
  page = await TestWorkbench.open();
  page.workbench.painting.clearLabels();
  page.workbench.lab.open('gradient');
  await mapOnce((map) => map.every((value) => value === 0));
  expect(page.state.inspection.newest?.tally.labeled).toBe(0);
  paintClass(page, 0, [
    [20, 20],
    [40, 22],
  ]);
  const map = await mapOnce((values) => values.some((value) => value > 0));
  expect([...map].map((value) => value > 0)).toEqual([...classIds()].map((id) => id !== UNLABELED));
  page.workbench.lab.close();
  expect(page.script.getGradient()).toBeNull();
});

it('a pixel that is pointed at tells its label, its figures and its loss, or that it is not counted', async () => {
  page = await TestWorkbench.open();
  const { inspection, lab } = page.workbench;
  lab.open('gradient');
  await mapOnce(() => true);
  const { width, classes } = page.state.document;
  const placeOf = (classId: number) => {
    const at = classIds().indexOf(classId);
    return [at % width, Math.floor(at / width)] as const;
  };
  const point = async ([x, y]: readonly [number, number]) => {
    inspection.point({ imageX: x + 0.5, imageY: y + 0.5 });
    return (await probed(x, y))?.now;
  };
  const labeled = await point(placeOf(1));
  expect(labeled).toMatchObject({ label: 1, target: 1 });
  expect(labeled?.outputs).toEqual(classes.map(({ id }) => id));
  expect(labeled?.term).toBeGreaterThan(0);
  expect(labeled?.probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  expect(labeled?.labelGradient[1]).toBeLessThan(0);

  const unlabeled = await point(placeOf(UNLABELED));
  expect(unlabeled).toMatchObject({ label: null, target: null, term: null });
  expect(unlabeled?.labelGradient).toEqual(classes.map(() => 0));

  // Off the picture, the chosen pixel is back; one is chosen within the picture.
  inspection.pin(12, 7);
  inspection.point(null);
  expect((await probed(12, 7))?.now.step).toBe(0);
  inspection.pin(12, 7000);
  expect(page.state.inspection.pinnedPixel).toEqual({ x: 12, y: page.state.document.height - 1 });
});

it('one step, taken apart, tells what it changed; an unlabeled pixel’s gradient is 0 for every class', async () => {
  page = await TestWorkbench.open();
  const { inspection, lab, slowMotion } = page.workbench;
  lab.open('slowly');
  await page.until((state) => state.inspection.probed !== null);
  expect(page.state.inspection.probed?.now.way).toBeNull();
  const stages = new Set<string | null>();
  const leave = page.workbench.store.subscribe(({ inspection }) => stages.add(inspection.stepStage));
  slowMotion.setPace(1);
  slowMotion.step();
  await page.until(
    ({ inspection, training: { step, phase } }) => !inspection.playsSlowly && step === 1 && phase === 'paused',
  );
  leave();
  // This person wants nothing to move: no stage is lit, and the step is taken all the same.
  expect([...stages]).toEqual([null]);
  const { now, before } = page.state.inspection.probed ?? {};
  expect(now?.way).toMatchObject({ fromStep: 0, toStep: 1 });
  // Logits of before and of now.
  expect(before?.step).toBe(0);
  expect(now?.step).toBe(1);
  expect(now?.logits).not.toEqual(before?.logits);
  inspection.pinUnlabeled();
  const { x, y } = page.state.inspection.pinnedPixel ?? { x: -1, y: -1 };
  expect(classIds()[y * page.state.document.width + x]).toBe(UNLABELED);
  expect((await probed(x, y))?.now.labelGradient).toEqual(page.state.document.classes.map(() => 0));
});

it('slow motion leaves nothing behind at its stages that waits for its end', async () => {
  page = await TestWorkbench.open();
  const { lab, slowMotion } = page.workbench;
  lab.open('slowly');
  await page.until((state) => state.inspection.probed !== null);
  const waiting = new Set<unknown>();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (this: EventTarget, ...given) {
    if (this instanceof AbortSignal) waiting.add(given[1]);
    addEventListener.apply(this, given);
  });
  vi.spyOn(EventTarget.prototype, 'removeEventListener').mockImplementation(function (this: EventTarget, ...given) {
    waiting.delete(given[1]);
    removeEventListener.apply(this, given);
  });
  stopTime();
  slowMotion.setPace(1);
  slowMotion.toggle();
  await passUntil(page, ({ training }) => training.step >= 2);
  expect(waiting.size).toBeLessThanOrEqual(1);
  slowMotion.toggle();
  expect(waiting.size).toBe(0);
});

it('slow motion goes on until it is paused, at once; at full speed it is training', async () => {
  page = await TestWorkbench.open();
  const { lab, slowMotion, training } = page.workbench;
  training.updateSettings({ stepBudget: 5000 });
  lab.open('slowly');
  await page.until((state) => state.inspection.probed !== null);
  stopTime();
  slowMotion.setPace(1);
  slowMotion.toggle();
  expect(page.state.inspection.playsSlowly).toBe(true);
  await passUntil(page, ({ training }) => training.step >= 2);
  slowMotion.toggle();
  expect(page.state.inspection.playsSlowly).toBe(false);
  const { step } = page.state.training;
  await pass(5000);
  // One that was under way may have ended; the learner answers in order.
  const { step: rested = Number.NaN } = (await training.predict()) ?? {};
  expect(rested).toBeLessThanOrEqual(step + 1);
  vi.useRealTimers();

  slowMotion.setPace('full');
  slowMotion.toggle();
  await page.until((state) => state.training.phase === 'training' && state.training.step > rested + 3);
  await page.until(() => (page.script.getGradient()?.step ?? 0) > rested + 1);
  slowMotion.toggle();
  await page.until(({ training }) => training.phase === 'paused');
  // Closed, nothing is taken apart any more.
  lab.close();
  expect(page.script.getGradient()).toBeNull();
});
