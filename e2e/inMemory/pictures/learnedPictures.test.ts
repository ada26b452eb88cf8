import { afterEach, expect, it } from 'vitest';
import { LINE, openPlain } from '../acts.ts';
import { shows } from '../facts.ts';
import type { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

/** Two pictures with a stroke each, the second on the screen. */
async function openPainted(): Promise<void> {
  page = await openPlain(1, 2);
  page.paint(LINE);
  page.perform('Next picture');
  await shows(page, 'plain 2');
  page.paint(LINE);
  await learnsFrom(2);
}

/** Waits until so many pictures are learned from. */
async function learnsFrom(count: number): Promise<void> {
  await page.until(({ training: { trainingPictures } }) => trainingPictures === count);
}

it('a removed picture is not learned from, and one that undo brings back is, on the screen or not', async () => {
  await openPainted();
  const { pictures, history } = page.workbench;
  for (const { pictureId } of page.state.project.pictures) {
    pictures.remove(pictureId);
    await learnsFrom(1);
    history.undo();
    await learnsFrom(2);
  }
});

it('a picture that is removed while it is on its way to the learner never comes there', async () => {
  await openPainted();
  await page.isSaved();
  const { id = '' } = page.workbench.project ?? {};
  const { projects, pictures, training } = page.workbench;
  await projects.openExample('coffee');
  void projects.open(id);
  await page.until(({ project: { projectId } }) => projectId === id);
  const [other] = page.workbench.project?.shown ?? [];
  // It is not on the screen, and so not decoded yet.
  expect(other?.opened).toBeNull();
  pictures.remove(other?.id ?? '');
  await other?.open();
  await page.until(({ training: { phase } }) => phase === 'ready');
  // The learner answers in order: by now it has all that it was given.
  await training.predict();
  expect(page.state.training.trainingPictures).toBe(1);
});
