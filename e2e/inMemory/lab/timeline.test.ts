import { afterEach, expect, it } from 'vitest';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

const predicted = () => page.script.getPrediction();

/** Shows what was predicted at a step, and waits until it is shown. */
async function goTo(step: number): Promise<void> {
  page.workbench.timeline.goTo(step);
  await page.until(({ timeline }) => timeline.shownPastStep === step);
}

it('one goes back to what was predicted then, from snapshot to snapshot, and to the same bytes of now', async () => {
  page = await TestWorkbench.open();
  const { timeline } = page.workbench;
  await page.stepTo(1);
  const first = predicted();
  await page.stepTo(8);
  const today = predicted();
  expect(page.state.timeline.snapshotSteps).toEqual([1, 6]);
  expect(page.state.timeline.pastStep).toBeNull();

  await goTo(1);
  expect(predicted()).toEqual(first);
  expect(first?.classMap).not.toEqual(today?.classMap);
  timeline.now();
  expect(page.state.timeline.pastStep).toBeNull();
  expect(predicted()).toEqual(today);

  timeline.stepBy(-1);
  await page.until(({ timeline }) => timeline.shownPastStep === 6);
  timeline.stepBy(-1);
  await page.until(({ timeline }) => timeline.shownPastStep === 1);
  expect(predicted()).toEqual(first);
  timeline.stepBy(1);
  await page.until(({ timeline }) => timeline.shownPastStep === 6);
  timeline.stepBy(1);
  expect(page.state.timeline.pastStep).toBeNull();
  expect(predicted()).toEqual(today);
});

it('a branch trains on from then, with the strokes of then where asked, and all of it can be undone', async () => {
  page = await TestWorkbench.open();
  const { timeline } = page.workbench;
  const labels = () => page.script.getLabels();
  await page.stepTo(1);
  const then = labels();
  page.paint([
    [20, 20],
    [30, 30],
  ]);
  await page.stepTo(7);
  const today = predicted();
  const painted = labels();
  expect(painted).not.toEqual(then);
  expect(timeline.marks.map(({ kind, step }) => ({ kind, step }))).toEqual([{ kind: 'edit', step: 1 }]);

  await goTo(1);
  expect(timeline.editsSince(1)).toBe(1);
  timeline.branch(true);
  await page.until(
    ({ training: { step, phase }, timeline }) => step === 1 && phase === 'paused' && timeline.pastStep === null,
  );
  expect(labels()).toEqual(then);

  // It goes on from there.
  await page.stepTo(3);
  await page.answer('The weights of step 1 are back.', 'Undo');
  await page.until(({ training: { step, predictionStep } }) => step === 7 && predictionStep === 7);
  expect(predicted()?.classMap).toEqual(today?.classMap);
  page.workbench.history.redo();
  expect(labels()).toEqual(painted);
});

it('a branch without the strokes of then leaves the labels as they are', async () => {
  page = await TestWorkbench.open();
  await page.stepTo(1);
  page.paint([
    [20, 20],
    [30, 30],
  ]);
  await page.stepTo(2);
  const painted = page.script.getLabels();
  await goTo(1);
  page.workbench.timeline.branch(false);
  await page.until(
    ({ training: { step, phase }, timeline }) => step === 1 && phase === 'paused' && timeline.pastStep === null,
  );
  expect(page.script.getLabels()).toEqual(painted);
});

it('a change of settings is a mark, and other classes leave nothing to go back to', async () => {
  page = await TestWorkbench.open();
  const { timeline, training } = page.workbench;
  expect(page.state.timeline.snapshotSteps).toEqual([]);
  await page.stepTo(2);
  training.updateSettings({ unlabeled: 'allPixelMean' });
  await page.stepTo(3);
  expect(timeline.marks).toMatchObject([{ kind: 'settings', step: 2, changed: ['unlabeled'] }]);
  await goTo(1);
  training.updateSettings({ unlabeled: 'extraClass' });
  await page.until(({ timeline: { pastStep, snapshotSteps } }) => pastStep === null && snapshotSteps.length === 0);
});

it('a past prediction that comes after one has gone back to the present is not shown', async () => {
  page = await TestWorkbench.open();
  const { timeline, training } = page.workbench;
  await page.stepTo(2);
  const today = predicted();
  timeline.goTo(1);
  timeline.now();
  // The learner answers in order: the past was answered before.
  await training.predict();
  expect(page.state.timeline).toMatchObject({ pastStep: null, shownPastStep: null });
  expect(predicted()).toEqual(today);
});
