import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { COFFEE_AGAIN, COFFEE_CALLED_TABLE, type Stroke, TRUE_STROKES } from '../../drivers/heldOutStrokes.ts';
import { LARGE_BUDGET, type PageDriver, WASM } from '../../drivers/pageDriver.ts';

async function paint(driver: PageDriver, strokes: readonly Stroke[]): Promise<void> {
  await driver.clearAllLabels();
  await driver.setBrush(3);
  for (const [classId, from, to] of strokes) {
    await driver.page.keyboard.press(String(classId + 1));
    await driver.paint([from, to]);
  }
}

/** How opaque the label layer is where a stroke lies, pixel by pixel. */
async function opacitiesOf(driver: PageDriver, strokeId: number): Promise<Set<number>> {
  const [{ strokeIds }, pixels] = [await driver.labels(), await driver.layerPixels('labels')];
  return new Set(strokeIds.flatMap((id, i) => (id === strokeId ? [pixels[4 * i + 3] ?? 0] : [])));
}

/** Whether the chart has a line in the colour of a legend's entry. */
function isDrawn(driver: PageDriver, entry: string): Promise<boolean> {
  return driver.page.evaluate((name) => {
    const found = [...document.querySelectorAll('li')].find(({ textContent }) => textContent === name);
    const chart = document.querySelector<HTMLCanvasElement>('.uplot canvas');
    if (found === undefined || chart === null) return false;
    const color = getComputedStyle(found, '::before').color;
    const probe = new OffscreenCanvas(1, 1).getContext('2d');
    if (probe === null) throw new Error('No 2D context.');
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    const wanted = probe.getImageData(0, 0, 1, 1).data;
    const { data } = chart.getContext('2d')?.getImageData(0, 0, chart.width, chart.height) ?? { data: [] };
    for (let i = 0; i < data.length; i += 4) {
      if ([0, 1, 2, 3].every((c) => Math.abs((data[i + c] ?? 0) - (wanted[c] ?? 0)) < 8)) return true;
    }
    return false;
  }, entry);
}

test('strokes that are held out are hatched, counted and drawn; an early stop says so, and its button has the best weights back', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await paint(driver, TRUE_STROKES);
  await page.getByRole('checkbox', { name: 'Hold out strokes' }).check();
  await expect(page.getByText('Paint a second stroke of a class to hold one out.')).toBeVisible();
  await paint(driver, [...TRUE_STROKES, COFFEE_CALLED_TABLE, COFFEE_AGAIN]);
  await expect(page.getByText('2 of 4 strokes held out')).toBeVisible();
  const strokeIds = [...new Set((await driver.labels()).strokeIds)].filter((id) => id > 0).toSorted((a, b) => a - b);
  const opacities = await Promise.all(strokeIds.map((id) => opacitiesOf(driver, id)));
  expect(opacities.map((alphas) => [...alphas].toSorted((a, b) => a - b))).toEqual([
    [255],
    [255],
    [64, 255],
    [64, 255],
  ]);

  await page.getByText('More settings').click();
  await page.getByRole('textbox', { name: 'Stop early after, steps' }).fill('20');
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Train').click();
  const stopped = await driver.until(({ phase }) => phase === 'finished');
  await expect(
    page.getByText(`Stopped at step ${stopped.step}: the held-out strokes were predicted best`),
  ).toBeVisible();
  await expect(page.getByText('stopped early')).toBeVisible();
  await expect(page.getByText('accuracy, held out')).toBeVisible();
  await expect(page.getByText(/^\(\d+–\d+ %\)$/)).toBeVisible();
  await expect.poll(() => isDrawn(driver, 'held out')).toBe(true);
  await page.getByRole('button', { name: 'accuracy', exact: true }).click();
  await expect(page.getByRole('img', { name: 'Curves of the loss and the mean IoU' })).toBeVisible();
  await expect.poll(() => isDrawn(driver, 'held out')).toBe(true);

  const restore = page.getByRole('button', { name: /^Restore best \(step \d+\)$/ });
  const best = Number(/\d+/.exec((await restore.textContent()) ?? '')?.[0]);
  expect(best).toBeLessThan(stopped.step);
  await restore.click();
  await driver.until(({ step, phase }) => step === best && phase === 'paused');
  await expect(restore).toHaveCount(0);
  await driver.button('Undo').last().click();
  await driver.until(({ step }) => step === stopped.step);

  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  const toggle = page.getByRole('checkbox', { name: 'Hold out strokes' });
  await expect(toggle).toBeChecked();
  await expect.poll(() => isDrawn(driver, 'held out')).toBe(true);
  await toggle.uncheck();
  await driver.until(({ heldOutStrokes, heldOutAccuracy }) => heldOutStrokes === 0 && heldOutAccuracy === null);
  expect(await opacitiesOf(driver, strokeIds[2] ?? 0)).toEqual(new Set([255]));
});
