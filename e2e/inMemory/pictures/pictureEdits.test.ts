import { afterEach, expect, it } from 'vitest';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, openPlain } from '../acts.ts';
import { isOpen, labelsOf, openPictureName, pictureNames, projectOf, shows } from '../facts.ts';
import type { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

const idOf = (name: string): string => {
  const found = projectOf(page).pictures.find((picture) => picture.name === name);
  if (found === undefined) throw new Error(`There is no picture “${name}”.`);
  return found.id;
};

it('pictures are put in order, and the one on the screen stays there', async () => {
  page = await openPlain(1, 2, 3);
  const { pictures } = page.workbench;
  pictures.move(idOf('plain 1'), 1);
  expect(pictureNames(page)).toEqual(['plain 2', 'plain 1', 'plain 3']);
  pictures.move(idOf('plain 1'), 2);
  expect(pictureNames(page)).toEqual(['plain 2', 'plain 3', 'plain 1']);
  expect(openPictureName(page)).toBe('plain 1');
});

it('of two pictures that are asked for at once the later one comes, and the other is told that it did not', async () => {
  page = await openPlain(1, 2, 3);
  const { pictures } = page.workbench;
  const outcomes = await Promise.all([pictures.open(idOf('plain 2')), pictures.open(idOf('plain 3'))]);
  expect(outcomes).toEqual([false, true]);
  expect(openPictureName(page)).toBe('plain 3');
});

it('a picture that is asked for while another one is decoded comes after it', async () => {
  page = await openPlain(1, 2, 3);
  const { pictures } = page.workbench;
  const first = pictures.open(idOf('plain 2'));
  await page.until(({ project: { opening } }) => opening);
  await Promise.all([first, pictures.open(idOf('plain 3'))]);
  expect(openPictureName(page)).toBe('plain 3');
});

it('a picture that is removed while it is decoded does not come on the screen', async () => {
  page = await openPlain(1, 2);
  const { pictures } = page.workbench;
  const coming = pictures.open(idOf('plain 2'));
  await page.until(({ project: { opening } }) => opening);
  pictures.remove(idOf('plain 2'));
  expect(await coming).toBe(false);
  expect(openPictureName(page)).toBe('plain 1');
  expect(page.workbench.picture?.labels.name).toBe('plain 1');
});

it('order, names, uses and marks are undone, where they are seen, and stored as they are then', async () => {
  page = await openPlain(1, 2, 3);
  const { workbench } = page;
  const facts = () => projectOf(page).pictures.map(({ name, use, done }) => `${name} ${use}${done ? ' done' : ''}`);
  const seen = [facts()];
  workbench.pictures.move(idOf('plain 1'), 1);
  seen.push(facts());
  workbench.pictures.rename(idOf('plain 1'), 'Leaf');
  page.perform('Next picture');
  await shows(page, 'plain 3');
  seen.push(facts());
  page.perform('Keep the picture for testing, or train on it');
  seen.push(facts());
  page.perform('Mark the picture as done, or not');
  expect(facts()).toEqual(['plain 2 train', 'Leaf train', 'plain 3 test done']);
  // An added picture is no edit: it stays, behind the others.
  await addPictures(page, [plainFile(4)]);
  await shows(page, 'plain 4');
  expect(workbench.history.items.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^Move plain 1/),
    expect.stringMatching(/^Rename plain 1/),
    expect.stringMatching(/^Use plain 3 as test/),
    expect.stringMatching(/^Mark plain 3 as done/),
  ]);

  for (const [i, whereItWas] of ['plain 3', 'plain 3', 'plain 1', 'plain 1'].entries()) {
    workbench.history.undo();
    await shows(page, whereItWas);
    expect(facts()).toEqual([...(seen.at(-1 - i) ?? []), 'plain 4 train']);
  }
  workbench.history.redo();
  workbench.history.redo();
  workbench.history.undo();
  const kept = ['plain 2 train', 'plain 1 train', 'plain 3 train', 'plain 4 train'];
  expect(facts()).toEqual(kept);
  await page.isSaved();
  page = await page.reload();
  await isOpen(page, 'My pictures');
  expect(facts()).toEqual(kept);
});

it('a picture is renamed and removed, and undo brings it back with its labels', async () => {
  page = await openPlain(1, 2);
  const { pictures } = page.workbench;
  page.paint([
    [8, 8],
    [40, 8],
  ]);
  const painted = labelsOf(page);
  pictures.rename(idOf('plain 1'), 'Leaf, left');
  expect(pictureNames(page)).toEqual(['Leaf, left', 'plain 2']);

  const before = projectOf(page);
  pictures.remove(idOf('Leaf, left'));
  expect(pictureNames(page)).toEqual(['plain 2']);
  await shows(page, 'plain 2');
  await page.answer('“Leaf, left” was removed', 'Undo');
  expect(pictureNames(page)).toEqual(['Leaf, left', 'plain 2']);
  await pictures.open(idOf('Leaf, left'));
  expect(projectOf(page)).toEqual(before);
  expect(labelsOf(page)).toEqual(painted);

  page.perform('Remove the picture from the project');
  await shows(page, 'plain 2');
  page.perform('Remove the picture from the project');
  expect(pictureNames(page)).toEqual([]);
});
