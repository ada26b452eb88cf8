import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { labeledPixels } from '../../../src/state/selectors.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, openPlain } from '../acts.ts';
import { classIdsOf, classNames, countOf, labelsOf, openPictureName, projectOf, shows } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const TABLE = 0;
const CERAMIC = 1;
const COFFEE = 3;
const SPOON = 4;
const LINE = [
  [10, 20],
  [30, 20],
] as const;

let page: TestWorkbench;

afterEach(() => page.close());

it('a class is renamed, moved and locked, and undo takes each back; labels stay with their class', async () => {
  page = await TestWorkbench.open();
  const { classes, painting } = page.workbench;
  const labels = labelsOf(page);
  classes.rename(COFFEE, '  Crema  ');
  expect(classNames(page)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Crema', 'Spoon']);
  classes.rename(COFFEE, '   ');
  expect(classNames(page)).toContain('Crema');
  await page.isTold('cannot be without a name');

  classes.move(COFFEE, 2);
  expect(classNames(page)).toEqual(['Table', 'Ceramic', 'Crema', 'Porcelain', 'Spoon']);
  classes.move(TABLE, 1);
  expect(classNames(page)).toEqual(['Ceramic', 'Table', 'Crema', 'Porcelain', 'Spoon']);
  // Places follow the list, labels stay with their class.
  painting.selectClassAt(0);
  expect(page.state.painting.activeClassId).toBe(CERAMIC);
  expect(labelsOf(page)).toEqual(labels);

  classes.setLocked(SPOON, true);
  expect(page.state.document.lockedClassIds).toContain(SPOON);
  classes.setLocked(SPOON, false);
  expect(page.state.document.lockedClassIds).not.toContain(SPOON);
  for (let edit = 0; edit < 3; edit++) page.workbench.history.undo();
  expect(classNames(page)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']);
});

it('a class fills what nobody labeled and is cleared, each as one edit', async () => {
  page = await TestWorkbench.open();
  const { painting } = page.workbench;
  const coffee = countOf(page, COFFEE);
  painting.fillUnlabeled(COFFEE);
  expect(countOf(page, UNLABELED)).toBe(0);
  painting.clearClass(COFFEE);
  expect(countOf(page, COFFEE)).toBe(0);
  page.workbench.history.undo();
  page.workbench.history.undo();
  expect(countOf(page, COFFEE)).toBe(coffee);
});

it('a hidden class stays labeled', async () => {
  page = await TestWorkbench.open();
  const labels = labelsOf(page);
  page.workbench.classes.setHidden(CERAMIC, true);
  expect(page.state.document.hiddenClassIds).toContain(CERAMIC);
  expect(labelsOf(page)).toEqual(labels);
  page.workbench.classes.setHidden(CERAMIC, false);
  expect(page.state.document.hiddenClassIds).not.toContain(CERAMIC);
});

it('merging makes the pixels of one class those of another and can be undone', async () => {
  page = await TestWorkbench.open();
  const before = labelsOf(page);
  page.workbench.classes.removeInto(COFFEE, TABLE);
  expect(classNames(page)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Spoon']);
  const merged = labelsOf(page);
  expect([...merged.classIds]).toEqual([...before.classIds].map((id) => (id === COFFEE ? TABLE : id)));
  expect(merged.strokeIds).toEqual(before.strokeIds);
  await page.answer('“Coffee” was removed', 'Undo');
  expect(labelsOf(page)).toEqual(before);
  expect(classNames(page)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']);
  page.workbench.history.redo();
  expect(labelsOf(page)).toEqual(merged);
});

it('removing a class with labels asks what becomes of them', async () => {
  page = await TestWorkbench.open();
  const { classes } = page.workbench;
  const before = labelsOf(page);
  classes.remove(CERAMIC);
  expect(page.state.view.dialog).toEqual({ name: 'removeClass', classId: CERAMIC });
  expect(labelsOf(page)).toEqual(before);
  for (const target of [COFFEE, UNLABELED]) {
    classes.removeInto(CERAMIC, target);
    expect(classIdsOf(page)).toEqual([...before.classIds].map((id) => (id === CERAMIC ? target : id)));
    expect(classNames(page)).not.toContain('Ceramic');
    page.workbench.history.undo();
    expect(labelsOf(page)).toEqual(before);
  }
});

it('a class without labels goes at once, the last one not at all', async () => {
  page = await openPlain(1);
  const [background, object] = projectOf(page).classes;
  page.workbench.classes.remove(object?.id ?? Number.NaN);
  expect(page.state.view.dialog).toBeNull();
  expect(classNames(page)).toEqual(['Background']);
  expect(page.state.painting.activeClassId).toBe(background?.id);
  page.perform('Remove the chosen class, or make it another one');
  await page.isTold('The last class cannot be removed');
  expect(classNames(page)).toEqual(['Background']);
});

it('a preset’s classes come, those with labels stay', async () => {
  page = await openPlain(1);
  page.workbench.painting.selectClassAt(1);
  page.paint(LINE);
  const labels = labelsOf(page);
  page.workbench.classes.takePreset('remoteSensing');
  const names = classNames(page);
  expect(names[0]).toBe('Object');
  expect(names).toEqual(expect.arrayContaining(['Water', 'Forest', 'Cropland']));
  expect(names).not.toContain('Background');
  expect(labelsOf(page)).toEqual(labels);
  const colours = projectOf(page).classes.map(({ color }) => color);
  expect(new Set(colours).size).toBe(colours.length);
  page.workbench.history.undo();
  expect(classNames(page)).toEqual(['Background', 'Object']);
});

it('a project has 32 classes at most; the newest is the one to paint with, and is learned like any other', async () => {
  page = await TestWorkbench.open();
  for (let classes = 5; classes < 32; classes++) page.perform('Add a class');
  const full = projectOf(page).classes;
  expect(full.map(({ id }) => id).sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, id) => id));
  expect(new Set(full.map(({ name }) => name)).size).toBe(32);
  page.perform('Add a class');
  await page.isTold('32 classes at most');
  expect(projectOf(page).classes).toEqual(full);
  expect(page.state.painting.activeClassId).toBe(31);
  page.paint(LINE);
  expect(countOf(page, 31)).toBeGreaterThan(0);
  await page.stepTo(1);
});

it('undo goes back through classes and strokes, across pictures, to the picture of each', async () => {
  page = await openPlain(1, 2);
  const { workbench } = page;
  workbench.painting.selectClassAt(1);
  page.paint(LINE);
  const first = labelsOf(page);
  page.perform('Add a class');
  page.perform('Next picture');
  await shows(page, 'plain 2');
  page.paint(LINE);
  const second = classIdsOf(page);
  expect(second).toContain(2);
  workbench.classes.removeInto(2, 1);
  expect(classIdsOf(page)).toEqual([...first.classIds]);
  page.perform('Previous picture');
  await shows(page, 'plain 1');

  // The merge touched the other picture alone; undoing a class edit leaves the person where they are.
  workbench.history.undo();
  expect(classNames(page)).toEqual(['Background', 'Object', 'Class 3']);
  expect(openPictureName(page)).toBe('plain 1');
  // The stroke before was painted there.
  workbench.history.undo();
  await shows(page, 'plain 2');
  expect(labeledPixels(page.state.document)).toBe(0);
  workbench.history.undo();
  expect(classNames(page)).toEqual(['Background', 'Object']);
  workbench.history.undo();
  await shows(page, 'plain 1');
  expect(labeledPixels(page.state.document)).toBe(0);

  // The list of edits leads to any of them.
  const { history } = workbench;
  expect(history.items).toHaveLength(4);
  const after = (name: RegExp) => history.items.findIndex((item) => name.test(item.name)) + 1;
  workbench.history.goTo(after(/^Merge/));
  expect(classNames(page)).toEqual(['Background', 'Object']);
  workbench.history.goTo(after(/^Add Class 3/));
  expect(classNames(page)).toEqual(['Background', 'Object', 'Class 3']);
  // The stroke that went last is of the other picture.
  await shows(page, 'plain 2');
  page.perform('Previous picture');
  await shows(page, 'plain 1');
  expect(labelsOf(page)).toEqual(first);
});

it('a guide names a class without strokes, then one without any along its border', async () => {
  page = await TestWorkbench.open();
  await addPictures(page, [plainFile(1)]);
  const { painting } = page.workbench;
  const paintAt = (y: number) =>
    page.paint([
      [5, y],
      [20, y],
    ]);
  expect(page.state.document.strokeGuide).toBeNull();
  painting.setBrushDiameter(1);
  paintAt(5);
  const [first = '', second = ''] = classNames(page);
  expect(page.state.document.strokeGuide).toBe(`${second} has no strokes yet: the network cannot know it.`);
  painting.selectClassAt(1);
  paintAt(26);
  const inTheMiddle = `${first} is painted only in its middle: a stroke along its border shows where it ends.`;
  expect(page.state.document.strokeGuide).toBe(inTheMiddle);
  paintAt(8);
  expect(page.state.document.strokeGuide).toBeNull();
  page.workbench.history.undo();
  expect(page.state.document.strokeGuide).toBe(inTheMiddle);
});
