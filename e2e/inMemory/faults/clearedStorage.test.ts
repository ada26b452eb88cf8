import { afterEach, expect, it } from 'vitest';
import { LINE, OTHER_LINE, openPlain, WASM } from '../acts.ts';
import { isOpen, labelsOf, pictureNames, predictionOf, projectOf } from '../facts.ts';
import { clearDatabase } from '../records.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;
let second: TestWorkbench | null = null;

afterEach(async () => {
  await page.close();
  await second?.close();
  second = null;
});

const isStoredAgain = (of: TestWorkbench, name: string) => of.isTold(`storage was cleared: “${name}” is stored again`);

it('a project whose storage is cleared is stored again, all of it', async () => {
  page = await openPlain(1);
  page.paint(LINE);
  await page.stepTo(2);
  await page.until(({ project: { saving, storedStep } }) => saving === 'saved' && storedStep === 2);
  const before = { labels: labelsOf(page), prediction: predictionOf(page) };
  // Nobody touches the page.
  await clearDatabase();
  await isStoredAgain(page, 'My pictures');
  await page.isSaved();

  page = await page.reload();
  await isOpen(page, 'My pictures');
  await page.until(
    ({ training: { step, phase, predictionStep } }) => step === 2 && phase === 'paused' && predictionStep === 2,
  );
  expect({ labels: labelsOf(page), prediction: predictionOf(page) }).toEqual(before);
  expect(pictureNames(page)).toEqual(['plain 1']);
});

it('strokes right before and after storage is cleared are kept, in every tab', async () => {
  page = await openPlain(1);
  await page.isSaved();
  const { id } = projectOf(page);
  second = await TestWorkbench.open(WASM, { browser: page.browser });
  second.paint(LINE);
  await second.isSaved();

  page.paint(LINE);
  await clearDatabase();
  page.paint(OTHER_LINE);
  const labels = [labelsOf(page), labelsOf(second)];
  await isStoredAgain(page, 'My pictures');
  await isStoredAgain(second, 'Espresso');
  await page.isSaved();
  await second.isSaved();

  second = await second.reload(WASM);
  await isOpen(second, 'Espresso');
  expect(labelsOf(second)).toEqual(labels[1]);
  await second.close();
  second = null;
  page = await page.reload(WASM);
  await page.workbench.projects.open(id);
  await isOpen(page, 'My pictures');
  expect(labelsOf(page)).toEqual(labels[0]);
});
