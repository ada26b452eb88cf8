import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, type Point, UNLABELED, WASM } from '../../drivers/pageDriver.ts';

const BUDGET = 8;
/** Over the table and the saucer of the espresso picture. */
const STROKE: readonly Point[] = [
  [4, 38],
  [30, 38],
];

async function trainWholeBudget(driver: PageDriver): Promise<void> {
  await driver.setStepBudget(BUDGET);
  await driver.button('Train').click();
  await driver.until(({ phase, step }) => phase === 'finished' && step === BUDGET);
  await expect.poll(async () => (await driver.prediction())?.step).toBe(BUDGET);
}

test('a stroke has a point for how much of it was right before; undo takes it back, and a reload keeps it', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const panel = page.getByRole('region', { name: /^Already right/ });
  const points = async () => (await driver.status()).alreadyRight;

  // Beside no prediction, a stroke has none.
  await page.keyboard.press('1');
  await driver.paint([
    [3, 3],
    [10, 3],
  ]);
  await trainWholeBudget(driver);
  expect(await points()).toEqual([]);
  await expect(panel).toHaveCount(0);

  const before = await driver.labels();
  const { classMap = [] } = (await driver.prediction()) ?? {};
  await page.keyboard.press('1');
  await driver.paint(STROKE);
  const after = await driver.labels();
  const labeled = [...after.classIds.keys()].filter(
    (i) => after.classIds[i] !== UNLABELED && after.classIds[i] !== before.classIds[i],
  );
  const right = labeled.filter((i) => classMap[i] === after.classIds[i]);
  expect(labeled.length).toBeGreaterThan(50);
  const share = right.length / labeled.length;
  expect(await points()).toEqual([[share]]);
  await expect(panel).toContainText(`last ${Math.round(100 * share)} %`);

  await page.keyboard.press('ControlOrMeta+z');
  expect(await points()).toEqual([]);
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  expect(await points()).toEqual([[share]]);

  // Neither taking labels away nor accepting what the network says is a correction.
  await driver.paint(
    [
      [4, 38],
      [12, 38],
    ],
    6,
    'right',
  );
  await page.keyboard.press('a');
  await page.getByRole('slider', { name: /confiden/i }).fill('0.2');
  await driver.click([50, 20]);
  expect(await points()).toEqual([[share]]);

  // Another learner's strokes stand beside the former one's.
  await driver.button('Reset').click();
  await driver.until(({ step }) => step === 0);
  await driver.stepTo(1);
  await page.keyboard.press('b');
  await page.keyboard.press('2');
  await driver.paint([
    [40, 5],
    [58, 5],
  ]);
  const both = await points();
  expect(both).toEqual([[share], [expect.any(Number)]]);
  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  expect(await points()).toEqual(both);
  await expect(panel).toBeVisible();
});
