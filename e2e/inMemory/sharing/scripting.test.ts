import { afterEach, expect, it } from 'vitest';
import { encodePng } from '../../drivers/png.ts';
import { LINE } from '../acts.ts';
import { isOpen } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const [WIDTH, HEIGHT] = [48, 32];

let page: TestWorkbench;

afterEach(() => page.close());

it('scripts open pictures with labels of their own, train and read what was learned', async () => {
  page = await TestWorkbench.open();
  const { script } = page;
  const png = encodePng(WIDTH, HEIGHT, (x) => (x < WIDTH / 2 ? [221, 51, 51] : [51, 51, 221]));
  const classIds = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (let y = 0; y < HEIGHT; y++)
    classIds.fill(4, y * WIDTH + 2, y * WIDTH + 8).fill(9, y * WIDTH + 40, y * WIDTH + 46);
  const picture = new Blob([new Uint8Array(png)], { type: 'image/png' });
  const { width, height, classes } = await script.openPicture(picture, { width: WIDTH, height: HEIGHT, classIds });
  expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
  expect(classes.map(({ id }) => id)).toEqual([0, 1, 4, 9]);

  const metrics = await script.trainSteps(12);
  expect(metrics.step).toBe(12);
  expect(metrics.labeledShare).toBeCloseTo(12 / 48, 6);
  // Past the budget of 120 steps, too.
  expect((await script.trainSteps(130)).step).toBe(142);
  const map = await script.getClassMap();
  expect([map?.classMap[16 * WIDTH + 5], map?.classMap[16 * WIDTH + 43]]).toEqual([4, 9]);
  await expect(script.trainSteps(0)).rejects.toThrow('whole number');
});

it('scripts get copies: what they write into them changes neither labels nor prediction', async () => {
  page = await TestWorkbench.open();
  const { script } = page;
  page.paint(LINE);
  await page.stepTo(1);
  const arrays = () => {
    const { classIds, strokeIds } = script.getLabels() ?? {};
    const { classMap, confidence, margin } = script.getPrediction() ?? {};
    return { classIds, strokeIds, classMap, confidence, margin };
  };
  const before = structuredClone(arrays());
  for (const array of Object.values(arrays())) array?.fill(7);
  expect(arrays()).toEqual(before);
});

it('a script that trains is told when another project is opened, which is not trained for it', async () => {
  page = await TestWorkbench.open();
  page.workbench.training.updateSettings({ stepBudget: 5000 });
  const training = page.script.trainSteps(4000);
  await page.until(({ training: { step } }) => step > 2);
  await Promise.all([
    expect(training).rejects.toThrow('Another project was opened'),
    page.workbench.projects.openExample('earth'),
  ]);
  await isOpen(page, 'Coastlines from space');
  expect(page.state.training).toMatchObject({ phase: 'ready', step: 0 });
});
