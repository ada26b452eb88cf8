import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { classIdsOf, classNames, countOf, labelsOf, projectOf } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const LINE = [
  [5, 3],
  [58, 40],
] as const;

let page: TestWorkbench;

afterEach(() => page.close());

it('classes are added, renamed, recoloured and removed, and undo brings everything back', async () => {
  page = await TestWorkbench.open();
  const { classes } = page.workbench;
  const before = labelsOf(page);
  page.perform('Add a class');
  classes.rename(5, 'Saucer rim');
  expect(classNames(page)).toContain('Saucer rim');
  // The new class is the brush's class at once.
  page.paint(LINE);
  const painted = labelsOf(page);
  expect(countOf(page, 5)).toBeGreaterThan(20);
  const colour = () => projectOf(page).classes.find(({ id }) => id === 5)?.color;
  const former = colour();
  classes.recolor(5, '#00ff88');
  expect(colour()).toBe('#00ff88');

  classes.removeInto(5, UNLABELED);
  expect(classNames(page)).not.toContain('Saucer rim');
  expect(countOf(page, 5)).toBe(0);
  // The message's own button mends it.
  await page.answer('“Saucer rim” was removed', 'Undo');
  expect(labelsOf(page)).toEqual(painted);
  expect(colour()).toBe('#00ff88');

  page.workbench.history.undo();
  expect(colour()).toBe(former);
  for (let edit = 0; edit < 3; edit++) page.workbench.history.undo();
  expect(labelsOf(page)).toEqual(before);
  expect(classNames(page)).toHaveLength(5);
});

it('own strokes are cleared and starter strokes restored, undoably', async () => {
  page = await TestWorkbench.open();
  const starter = labelsOf(page);
  page.paint(LINE);
  const mixed = labelsOf(page);
  page.perform('Clear my strokes, keep the starter strokes');
  // What the line covered of the starter strokes is gone with it, nothing else is.
  expect(classIdsOf(page)).toEqual(
    [...starter.classIds].map((id, i) => (mixed.strokeIds[i] === starter.strokeIds[i] ? id : UNLABELED)),
  );
  expect(classIdsOf(page)).not.toEqual([...starter.classIds]);
  page.perform('Restore the starter strokes');
  expect(labelsOf(page).classIds).toEqual(starter.classIds);
  page.workbench.history.undo();
  page.workbench.history.undo();
  expect(labelsOf(page)).toEqual(mixed);
});
