import { afterEach, expect, it } from 'vitest';
import { encodePng } from '../../drivers/png.ts';
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
