import { afterEach, describe, expect, it, vi } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { LESSONS } from '../../../src/lessons/lessons.ts';
import { labeledPixels } from '../../../src/state/selectors.ts';
import { paintClass } from '../acts.ts';
import { TestBrowser } from '../browser/testBrowser.ts';
import { sharedFragment } from '../links.ts';
import { TestWorkbench } from '../testWorkbench.ts';
import { pass, passUntil, stopTime } from '../time.ts';

const ANY_PICTURE = { size: '64', network: 'unet-8-2-1', backend: 'wasm' } as const;

let page: TestWorkbench;

afterEach(async () => {
  vi.useRealTimers();
  await page.close();
});

/** Does a step as its learner would: paints where the text says so, else takes the offer or reads on. */
async function takeStep({ id, steps }: Lesson, index: number): Promise<void> {
  const { lessons } = page.workbench;
  const step = steps[index];
  if (id === 'first-strokes' && index < 2) {
    const [classId, y] = index === 0 ? [0, 4] : [2, 18];
    paintClass(page, classId, [
      [24, y],
      [34, y],
    ]);
  } else if ((id === 'first-strokes' && index === 4) || (id === 'where-next' && index === 3)) {
    // While it trains, a stroke is learned at once and there would be nothing to press.
    await passUntil(page, ({ training }) => training.phase === 'finished');
    page.paint([
      [50, 36],
      [58, 36],
    ]);
  } else if (step?.isDone !== undefined && step.offer !== undefined) lessons.takeOffer();
  else lessons.next();
}

describe.each(LESSONS.map((lesson) => [lesson.title, lesson] as const))('the lesson “%s”', (_, lesson) => {
  it('can be gone through, every step done and none skipped', async () => {
    page = await TestWorkbench.open({ ...ANY_PICTURE, picture: 'earth' });
    await page.workbench.lessons.start(lesson.id);
    await page.until(({ training }) => training.phase !== 'loading');
    // A step that was done stays a while, ticked.
    stopTime();
    for (const index of lesson.steps.keys()) {
      expect(page.state.lessons.current).toMatchObject({ id: lesson.id, step: index });
      await takeStep(lesson, index);
      await passUntil(page, (state) => state.lessons.current?.step === index + 1);
    }
    expect(page.state.lessons.current?.step).toBe(lesson.steps.length);
    page.workbench.lessons.leave();
    expect(page.state.lessons.current).toBeNull();
    expect(page.state.lessons.done).toEqual(new Set([lesson.id]));
  });
});

it('a first visitor is offered a lesson once, and is not asked again', async () => {
  const browser = new TestBrowser();
  page = await TestWorkbench.open(ANY_PICTURE, { browser });
  await page.until(({ lessons }) => lessons.isOffered);
  page.workbench.lessons.declineOffer();
  expect(page.state.lessons.isOffered).toBe(false);
  page = await page.reload();
  expect(page.state.lessons.isOffered).toBe(false);
});

it('a step that was not done is not ticked; a lesson can be left, and what was painted stays', async () => {
  page = await TestWorkbench.open();
  await page.workbench.lessons.start('first-strokes');
  stopTime();
  paintClass(page, UNLABELED, [
    [4, 4],
    [30, 4],
  ]);
  expect(page.state.lessons.current).toMatchObject({ step: 0, isDone: false });
  paintClass(page, 0, [
    [4, 4],
    [30, 4],
  ]);
  expect(page.state.lessons.current).toMatchObject({ step: 0, isDone: true });
  await passUntil(page, ({ lessons }) => lessons.current?.step === 1);
  page.workbench.lessons.leave();
  expect(page.state.lessons.current).toBeNull();
  expect(labeledPixels(page.state.document)).toBeGreaterThan(0);
  expect(page.state.lessons.done).toEqual(new Set());
});

it('who goes on from a ticked step by themselves is at the next one, and stays there', async () => {
  page = await TestWorkbench.open();
  await page.workbench.lessons.start('first-strokes');
  stopTime();
  paintClass(page, 0, [
    [4, 4],
    [30, 4],
  ]);
  expect(page.state.lessons.current).toMatchObject({ step: 0, isDone: true });
  page.workbench.lessons.next();
  expect(page.state.lessons.current).toMatchObject({ step: 1, isDone: false });
  await pass(3000);
  expect(page.state.lessons.current).toMatchObject({ step: 1, isDone: false });
});

it('another project ends the lesson', async () => {
  page = await TestWorkbench.open();
  await page.workbench.lessons.start('is-99-good');
  expect(page.state.lessons.current).not.toBeNull();
  await page.workbench.projects.openExample('retina');
  expect(page.state.lessons.current).toBeNull();
});

it('a link that is shared in the middle of a lesson begins it for whoever opens it', async () => {
  page = await TestWorkbench.open();
  await page.workbench.lessons.start('first-strokes');
  const fragment = await sharedFragment(page, { lesson: 'first-strokes' });
  await page.close();
  page = await TestWorkbench.open(ANY_PICTURE, { fragment });
  await page.until(({ lessons }) => lessons.current !== null);
  expect(page.state.lessons.current).toMatchObject({ id: 'first-strokes', step: 0 });
});
