import { expect, type Locator, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';

const panelOf = (page: Page) => page.getByRole('tabpanel', { name: 'Confusion matrix' });

async function openMatrix(driver: PageDriver, parameters: Readonly<Record<string, string>> = {}): Promise<Locator> {
  await driver.open({ ...WASM, ...parameters });
  await driver.button('Lab').click();
  await driver.page.getByRole('tab', { name: 'Confusion matrix' }).click();
  return panelOf(driver.page);
}

/** Which of these pixels of the picture are lit. */
async function lit(driver: PageDriver, width: number, pixels: readonly number[]): Promise<boolean[]> {
  const points = await driver.screenPoints(pixels.map((i) => [i % width, Math.floor(i / width)] as const));
  return driver.page.locator('canvas[data-layer="lit"]').evaluate((element, at) => {
    const source = element as HTMLCanvasElement;
    const box = source.getBoundingClientRect();
    const copy = new OffscreenCanvas(Math.max(1, source.width), Math.max(1, source.height)).getContext('2d');
    if (copy === null) throw new Error('No 2D context.');
    if (source.width > 0) copy.drawImage(source, 0, 0);
    const { data } = copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height);
    return at.map(({ x, y }) => {
      const [column, row] = [
        Math.floor(((x - box.x) * source.width) / box.width),
        Math.floor(((y - box.y) * source.height) / box.height),
      ];
      return (data[4 * (row * copy.canvas.width + column) + 3] ?? 0) > 0;
    });
  }, points);
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

test('cells of the confusion matrix light exactly their pixels up; bars and figures stand beside it', async ({
  driver,
  page,
}) => {
  const panel = await openMatrix(driver, { picture: 'earth' });
  await expect(panel.getByText('Press Train')).toBeVisible();
  await driver.stepTo(3);
  await expect(panel.getByRole('table', { name: 'Confusion matrix' })).toBeVisible();
  const { classIds, width } = await driver.labels();
  const { classMap } = (await driver.prediction()) ?? { classMap: [] };
  const labeled = classIds.flatMap((id, i) => (id === UNLABELED ? [] : [i]));
  const { classes } = await driver.project();
  const cells = classes.flatMap((truth) => classes.map((predicted) => ({ truth, predicted })));
  const pixelsOf = ({ truth, predicted }: (typeof cells)[number]) =>
    labeled.filter((i) => classIds[i] === truth.id && classMap[i] === predicted.id);
  const fullest = cells.reduce((most, cell) => (pixelsOf(cell).length > pixelsOf(most).length ? cell : most));
  const expected = pixelsOf(fullest);
  const share = expected.length / labeled.filter((i) => classIds[i] === fullest.truth.id).length;
  const cell = panel.getByRole('button', {
    name: new RegExp(`of the pixels labeled ${fullest.truth.name} .* predicted ${fullest.predicted.name}`),
  });
  await expect(cell).toHaveAccessibleName(
    new RegExp(`%: ${expected.length.toLocaleString('en')} .*: ${percent(share)}.$`),
  );

  const pixels = classMap.map((_, i) => i);
  const differing = async () =>
    (await lit(driver, width, pixels)).filter((isLit, i) => isLit !== expected.includes(i)).length;
  const anyLit = async () => (await lit(driver, width, pixels)).includes(true);
  expect(await anyLit()).toBe(false);
  await cell.hover();
  await expect.poll(differing).toBe(0);
  await page.mouse.move(5, 5);
  await expect.poll(anyLit).toBe(false);

  await cell.click();
  await page.mouse.move(5, 5);
  await expect(cell).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(differing).toBe(0);

  // By keyboard, to the next cell and back.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Confusion matrix' }).focus();
  await expect.poll(anyLit).toBe(false);

  const iouByClass = await page.evaluate(() => window.unlabeled?.getMetrics().iouByClass ?? {});
  const bars = panel.getByRole('region', { name: 'IoU of each class' }).getByRole('listitem');
  const written = classes.map(({ id, name }) => {
    const iou = iouByClass[id];
    return `${name}${iou === undefined ? '–' : percent(iou)}`;
  });
  await expect(bars).toHaveText(written);
  await panel.getByRole('radio', { name: 'Exact mask' }).check();
  await expect(bars).not.toHaveText(written);
  await expect(panel.getByRole('button', { name: /of the pixels that are/ }).first()).toBeVisible();
  await expect(panel.getByRole('figure')).toContainText(/sure of the labeled pixels/);

  await test.step('leaving the panel lights nothing', async () => {
    await panel.getByRole('table').getByRole('button').first().click();
    const dimmed = () =>
      driver.layer('labels').evaluate((canvas) => {
        for (let element = canvas.parentElement; element !== null; element = element.parentElement) {
          if (element.style.filter !== '') return true;
        }
        return false;
      });
    await expect.poll(dimmed).toBe(true);
    await page.getByRole('tab', { name: 'Side by side' }).click();
    await expect.poll(dimmed).toBe(false);
  });
});
