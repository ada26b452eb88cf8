import { afterEach, expect, it } from 'vitest';
import { LINE, OTHER_LINE } from '../acts.ts';
import { labelsOf, projectOf } from '../facts.ts';
import { Hand } from '../hand.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

/** Begins a stroke, which the returned function takes back as Escape does. */
function beginStroke(): () => void {
  const hand = new Hand(page);
  hand.press(OTHER_LINE[0]);
  hand.move(OTHER_LINE[1]);
  return () => void hand.tool.cancel();
}

/** The labels as the next visit finds them. */
async function storedLabels() {
  await page.isSaved();
  page = await page.reload();
  return labelsOf(page);
}

it('a project that is stored while a stroke is painted has no pixel of it once that is taken back', async () => {
  page = await TestWorkbench.open();
  const labels = labelsOf(page);
  const takeBack = beginStroke();
  expect(labelsOf(page)).not.toEqual(labels);
  page.workbench.training.step();
  await page.until(({ project: { saving } }) => saving === 'saving');
  takeBack();
  expect(labelsOf(page)).toEqual(labels);
  expect(await storedLabels()).toEqual(labels);
});

it('a long journal does not become a snapshot of a stroke that is taken back', async () => {
  page = await TestWorkbench.open();
  page.paint(LINE);
  await page.isSaved();
  for (let stroke = 0; stroke < 70; stroke++) page.paint(LINE, stroke % 2 === 0 ? 'secondary' : 'primary');
  const labels = labelsOf(page);
  page.hide();
  const takeBack = beginStroke();
  const { id } = projectOf(page);
  const { saver } = page.workbench.projects;
  // By then the journal was measured, and the page is idle a moment later.
  await saver?.suspend(id);
  await new Promise((resolve) => setImmediate(resolve));
  await saver?.suspend(id);
  takeBack();
  saver?.resume(id);
  expect(labelsOf(page)).toEqual(labels);
  expect(await storedLabels()).toEqual(labels);
});
