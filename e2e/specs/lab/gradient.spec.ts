import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { BLACK, heatOnce, openPanel, proofOf, provesTheMask, treat } from '../../drivers/gradientPanel.ts';
import { LARGE_BUDGET, type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';

const card = (page: Page) => page.getByRole('region', { name: /^Pixel \d/ });
const stages = (page: Page) => page.getByRole('list', { name: 'Stages of a training step' });

/** The place of a pixel whose label is one of these. */
async function placeOf(driver: PageDriver, isWanted: (classId: number) => boolean): Promise<readonly [number, number]> {
  const { classIds, width } = await driver.labels();
  const fitting = classIds.flatMap((id, i) => (isWanted(id) ? [i] : []));
  const index = fitting[fitting.length >> 1];
  if (index === undefined) throw new Error('The picture has no such pixel.');
  return [index % width, Math.floor(index / width)];
}

test('the heat map is black where nothing is labeled and follows strokes; its proof and a pixel’s figures stand beside it', async ({
  driver,
  page,
}) => {
  await provesTheMask(driver);
  await treat(page, 'Extra class');
  await heatOnce(driver, (map) => map.every((value) => value > 0));
  await expect(proofOf(page)).toContainText('pushed towards “unlabeled”');
  await treat(page, 'Ignore');
  await heatOnce(driver, (values) => values.some((value) => value === 0));
  await page.getByRole('radio', { name: 'Smoothness', exact: true }).check();
  await expect.poll(async () => (await driver.layerPixels('heat')).slice(0, 4)).not.toEqual(BLACK);
  await page.getByRole('radio', { name: 'Label loss', exact: true }).check();

  await test.step('pointing at a pixel shows its label, its figures and its loss, or that it is not counted', async () => {
    const labeled = await placeOf(driver, (id) => id === 1);
    const unlabeled = await placeOf(driver, (id) => id === UNLABELED);
    const { classes } = await driver.project();
    const pointAt = async (place: readonly [number, number]) => {
      const { x, y } = await driver.screenPoint(place);
      await page.mouse.move(x, y);
      await expect(page.getByRole('region', { name: `Pixel ${place.join(', ')}` })).toBeVisible();
    };

    await pointAt(labeled);
    await expect(card(page)).toContainText(classes.find(({ id }) => id === 1)?.name ?? '?');
    const rows = card(page).getByRole('row');
    await expect(rows).toHaveCount(1 + classes.length);
    await expect(rows.filter({ hasText: '−' }).first()).toBeVisible();
    await expect(card(page)).toContainText(/Loss term\s*\d/);
    const shares = (
      await card(page)
        .getByText(/^\d+ %$/)
        .allTextContents()
    ).map((text) => Number.parseInt(text, 10));
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThanOrEqual(classes.length);

    await pointAt(unlabeled);
    await expect(card(page)).toContainText('Unlabeled');
    await expect(card(page).locator('s')).toHaveText('Loss term');
    await expect(card(page)).toContainText('unlabeled: not counted');
    for (const row of (await rows.all()).slice(1)) await expect(row.getByRole('cell').last()).toHaveText('0');

    // Off the picture, the chosen pixel is back; the keyboard and a press choose another.
    await page.mouse.move(2, 2);
    await page.getByLabel('Pixel’s x').fill('12');
    await page.keyboard.press('Enter');
    await page.getByLabel('Pixel’s y').fill('7');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Pixel 12, 7' })).toBeVisible();
    const before = await driver.labels();
    await driver.button('Choose a pixel on the picture').click();
    await driver.click(labeled);
    await page.mouse.move(2, 2);
    await expect(page.getByRole('region', { name: `Pixel ${labeled.join(', ')}` })).toBeVisible();
    expect(await driver.labels()).toEqual(before);
  });

  await driver.clearAllLabels();
  await heatOnce(driver, (map) => map.every((value) => value === 0));
  await expect(proofOf(page)).toContainText('No pixel is labeled');
  // Whoever takes a tool wants to paint, not to choose a pixel.
  await page.keyboard.press('b');
  await page.keyboard.press('1');
  await driver.paint([
    [20, 20],
    [40, 22],
  ]);
  await heatOnce(driver, (values) => values.some((value) => value > 0));
  await expect(proofOf(page)).toContainText('exactly 0 in all of them');
  await expect(driver.layer('heat')).toBeVisible();
  await driver.button('Close the lab').click();
  await expect(driver.layer('heat')).toBeHidden();
});

test('one step lights six stages in turn and shows what it changed; it plays on and pauses; with reduced motion nothing is lit', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  await openPanel(driver, 'One step, slowly');
  await expect(stages(page).getByRole('listitem').filter({ hasText: 'Image' })).toBeVisible();
  await expect(stages(page)).toContainText('Take a step');
  await page.getByRole('slider', { name: 'Speed' }).fill('4');
  const seen = stages(page).evaluate(
    (list) =>
      new Promise<string[]>((resolve) => {
        const names: string[] = [];
        const observer = new MutationObserver(() => {
          const lit = list.querySelector('[aria-current="step"] h3')?.textContent ?? null;
          if (lit !== null && names.at(-1) !== lit) names.push(lit);
          if (lit === null && names.length > 0) {
            observer.disconnect();
            resolve(names);
          }
        });
        observer.observe(list, { attributes: true, subtree: true });
      }),
  );
  await driver.button('One step').click();
  expect(await seen).toEqual(['Image', 'Logits', 'Softmax', 'Loss', 'Gradient', 'Weights']);
  expect(await driver.status()).toMatchObject({ step: 1, phase: 'paused' });
  await expect(stages(page)).toContainText('Step 1 moved all weights together by');
  // Logits of before and of now.
  await expect(stages(page)).toContainText(/\d → −?\d/);
  await driver.button('Unlabeled pixel').click();
  await expect(stages(page)).toContainText('unlabeled: not counted');
  await expect(stages(page)).toContainText('Exactly 0 for every class');

  const speed = page.getByRole('slider', { name: 'Speed' });
  const lab = page.getByRole('complementary', { name: 'Lab' });
  await driver.button('Play').click();
  await driver.until(({ step }) => step >= 2);
  await lab.getByRole('button', { name: 'Pause' }).click();
  await expect(lab.getByRole('button', { name: 'Play' })).toBeVisible();
  await speed.fill('5');
  await expect(speed).toHaveAttribute('aria-valuetext', 'full speed');
  await lab.getByRole('button', { name: 'Play' }).click();
  await driver.until(({ phase }) => phase === 'training');
  await lab.getByRole('button', { name: 'Pause' }).click();
  const { step } = await driver.until(({ phase }) => phase === 'paused');

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await speed.fill('4');
  await driver.button('One step').click();
  await driver.until((status) => status.step === step + 1 && status.phase === 'paused');
  await expect(stages(page)).toContainText(`Step ${step + 1} moved all weights`);
  await expect(stages(page).locator('[aria-current="step"]')).toHaveCount(0);
});
