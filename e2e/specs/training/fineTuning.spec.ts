import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';

const layers = (page: Page) => page.getByRole('combobox', { name: 'Pretrained layers' });
const rate = (page: Page) => page.getByRole('textbox', { name: 'Fine-tuning rate' });
const share = (page: Page) => page.getByRole('textbox', { name: 'Frozen share' });

test('pretrained layers are frozen or fine-tuned by choice, which the learner follows and the project keeps', async ({
  driver,
  page,
}) => {
  await driver.open({ ...WASM, network: 'pretrained-8-2-1' });
  await page.getByText('More settings').click();
  await expect(layers(page)).toHaveValue('fineTuned');
  await layers(page).selectOption('Frozen');
  await expect(rate(page)).toHaveCount(0);
  const losses = async () => {
    const found: (number | null)[] = [];
    for (const step of [1, 2, 3]) {
      await driver.stepTo(step);
      found.push((await driver.status()).loss);
    }
    await driver.button('Reset').click();
    await driver.until(({ step }) => step === 0);
    return found;
  };
  const frozen = await losses();
  await layers(page).selectOption('Fine-tuned');
  // Half of the budget is far away: nothing differs yet.
  expect(await losses()).toEqual(frozen);
  await share(page).fill('0');
  await share(page).blur();
  await rate(page).fill('0.5');
  await rate(page).blur();
  const tuned = await losses();
  expect(tuned.every((loss) => Number.isFinite(loss))).toBe(true);
  expect(tuned[2]).not.toBe(frozen[2]);

  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  if (!(await layers(page).isVisible())) await page.getByText('More settings').click();
  await expect(layers(page)).toHaveValue('fineTuned');
  await expect(rate(page)).toHaveValue('0.5');
  await expect(share(page)).toHaveValue('0');
  expect((await driver.project()).settings).toMatchObject({ fineTuning: { rate: 0.5, frozenShare: 0 } });

  // A network without such layers has nothing to choose.
  await page.getByRole('combobox', { name: 'Network', exact: true }).selectOption('U-Net');
  await expect(layers(page)).toHaveCount(0);
});
