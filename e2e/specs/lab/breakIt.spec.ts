import { expect, type Locator, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, labeledCount, type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';

async function openPanel(driver: PageDriver): Promise<Locator> {
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Lab').click();
  const { page } = driver;
  await page.getByRole('tab', { name: 'Break it' }).click();
  return page.getByRole('tabpanel', { name: 'Break it' });
}

const choose = (panel: Locator, treatment: string) =>
  panel.getByRole('radio', { name: treatment, exact: true }).check({ force: true });

/** What stands in the figure under a name that begins so. */
const quantity = (page: Page, name: string) =>
  page
    .getByRole('figure', { name: 'Dilution on the open picture' })
    .locator('dl > div')
    .filter({ hasText: name })
    .locator('dd');

/** A loss or a factor as the figure writes it. */
const short = (value: number) => value.toPrecision(value < 0.1 ? 2 : 3);

test('every treatment is one click, tells its story, and is the learner’s at once; pairs that make no sense say why', async ({
  driver,
  page,
}) => {
  const panel = await openPanel(driver);
  const chips = page.getByRole('radiogroup', { name: 'Unlabeled pixels' });
  const stories: Readonly<Record<string, RegExp>> = {
    'All-pixel mean': /#1409/,
    'Zeroed input': /#657/,
    'As background': /#899/,
    'Extra class': /“To forbide a category/,
    Ignore: /#64572/,
  };
  for (const [name, met] of Object.entries(stories)) {
    await choose(panel, name);
    await expect(panel.getByText(met)).toBeVisible();
    await expect(panel.getByText('Look for')).toHaveCount(1);
    await expect(chips.getByRole('radio', { name })).toBeChecked();
  }
  await expect(panel.getByRole('img', { name: /^L is/ })).toHaveCount(5);
  await expect(page.getByText(/#60314/)).toBeVisible();

  await test.step('the wrong axis: an error for two, luck for one, silence for three', async () => {
    const figure = panel.getByRole('article', { name: 'The wrong axis' });
    const verdict = figure.getByRole('status');
    await expect(verdict).toHaveText(/^No error: \d+ logits of labeled pixels are lost, \d+ of unlabeled ones/);
    await figure.getByRole('radio', { name: 'B = 2' }).check({ force: true });
    await expect(verdict).toHaveText(/^An error, luckily/);
    await figure.getByRole('radio', { name: 'B = 1' }).check({ force: true });
    await expect(verdict).toHaveText(/^Right by luck/);
    await figure.getByRole('radio', { name: 'logits * h[:, None]' }).check({ force: true });
    for (const batch of ['B = 1', 'B = 2', 'B = 3']) {
      await figure.getByRole('radio', { name: batch }).check({ force: true });
      await expect(verdict).toHaveText(/^Right for every batch/);
    }
    await figure.getByRole('button', { name: 'Other strokes' }).click();
    await expect(verdict).toHaveText(/^Right for every batch/);
  });

  await page.getByRole('combobox', { name: 'Loss', exact: true }).selectOption('Dice');
  for (const [name, reason] of [
    ['All-pixel mean', 'Dice is a ratio of sums'],
    ['Zeroed input', 'not defined for other losses'],
  ] as const) {
    await expect(panel.getByRole('radio', { name, exact: true })).toBeDisabled();
    await expect(panel.getByText(reason)).toBeVisible();
  }
  await expect(panel.getByRole('radio', { name: 'Extra class', exact: true })).toBeEnabled();
});

test('the dilution is that of the labels as they are painted; optimizer and smoothness are one click, and the floor holds', async ({
  driver,
  page,
}) => {
  const panel = await openPanel(driver);
  await choose(panel, 'Zeroed input');
  await panel.getByRole('button', { name: 'Without smoothness' }).click();
  await expect(panel.getByText(/Smoothness is not diluted/)).toHaveCount(0);
  await expect(page.getByRole('checkbox', { name: 'Smoothness', exact: true })).not.toBeChecked();
  await expect(panel.getByText(/^AdamW is on/)).toBeVisible();
  await panel.getByRole('button', { name: 'Use SGD' }).click();
  await expect(panel.getByText(/^SGD is on/)).toBeVisible();
  await expect(page.getByText('Train, and the loss now is compared with this.')).toBeVisible();
  await panel.getByRole('button', { name: 'Train anew like this' }).click();
  await driver.until(({ step }) => step >= 15);
  await driver.button('Pause').click();
  const { loss } = await driver.until(({ phase }) => phase === 'paused');
  const floor = Number(await quantity(page, 'floor').textContent());
  expect(loss).toBeGreaterThan(floor - 0.005);
  await expect(panel.getByText(/^Of the loss now, .* can never be learned away\.$/)).toBeVisible();

  await page.getByRole('radio', { name: 'Plain', exact: true }).check({ force: true });
  await choose(panel, 'Zeroed input');
  const check = async () => {
    const planes = await driver.labels();
    const share = labeledCount(planes) / planes.classIds.length;
    await expect(quantity(page, 'labeled share')).toHaveText(`${(100 * share).toFixed(1)} %`);
    await expect(quantity(page, 'gradient')).toHaveText(`× ${short(share)}`);
    await expect(quantity(page, 'floor')).toHaveText(short((1 - share) * Math.log(5)));
    return share;
  };
  const before = await check();
  await driver.paint([
    [5, 30],
    [50, 30],
  ]);
  expect(await check()).toBeGreaterThan(before);

  // With class weights: 1/√count, of mean 1, by hand.
  await page.getByRole('radio', { name: 'Best masks', exact: true }).check({ force: true });
  const { classIds } = await driver.labels();
  const counts = [0, 1, 2, 3, 4].map((id) => classIds.filter((y) => y === id).length);
  const roots = counts.map((count) => 1 / Math.sqrt(count));
  const mean = roots.reduce((sum, root) => sum + root, 0) / 5;
  const weights = roots.map((root) => root / mean);
  const labeled = counts.reduce((sum, count, id) => sum + count * (weights[id] ?? 0), 0);
  const unlabeled = classIds.filter((y) => y === UNLABELED).length * (weights[0] ?? 0);
  await expect(quantity(page, 'gradient')).toHaveText(`× ${short(labeled / (labeled + unlabeled))}`);
  await choose(panel, 'All-pixel mean');
  await expect(quantity(page, 'gradient')).toHaveText(`× ${short(labeled / classIds.length)}`);
  await expect(quantity(page, 'floor')).toHaveCount(0);
});
