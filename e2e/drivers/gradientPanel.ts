import { expect, type Page } from '@playwright/test';
import { type PageDriver, UNLABELED, WASM } from './pageDriver.ts';

/** Opaque. */
export const BLACK = [0, 0, 0, 255];

export const proofOf = (page: Page) => page.getByRole('note', { name: 'Proof' });

export async function openPanel(driver: PageDriver, name: 'Where the gradient is' | 'One step, slowly'): Promise<void> {
  await driver.button('Lab').click();
  await driver.page.getByRole('tab', { name }).click();
}

export async function treat(page: Page, name: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Treatment in the lab' }).getByRole('radio', { name }).check();
}

/** The newest gradient map, once it shows what is waited for, and the heat map's pixels that it is drawn as. */
export async function heatOnce(driver: PageDriver, isReached: (map: readonly number[]) => boolean) {
  let map: number[] = [];
  await expect
    .poll(
      async () => {
        map = (await driver.gradient())?.labelLoss ?? [];
        return map.length > 0 && isReached(map);
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  // Drawn in the next frame.
  await driver.page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
  const bytes = await driver.layerPixels('heat');
  return { map, isBlack: (pixel: number) => BLACK.every((value, channel) => bytes[4 * pixel + channel] === value) };
}

/** Where nothing is labeled, no weight is pulled on under *ignore*, to the last bit, and every one as background. */
export async function provesTheMask(driver: PageDriver): Promise<void> {
  await driver.open(WASM);
  await openPanel(driver, 'Where the gradient is');
  const { classIds } = await driver.labels();
  const unlabeled = classIds.filter((id) => id === UNLABELED).length;

  const ignoring = await heatOnce(driver, () => true);
  expect(ignoring.map.length).toBe(classIds.length);
  const wrong = classIds.flatMap((id, pixel) => {
    const pull = ignoring.map[pixel] ?? Number.NaN;
    const isRight = id === UNLABELED ? pull === 0 && ignoring.isBlack(pixel) : pull > 0 && !ignoring.isBlack(pixel);
    return isRight ? [] : [{ pixel, id, pull }];
  });
  expect(wrong).toEqual([]);
  const proof = proofOf(driver.page);
  await expect(proof).toContainText('exactly 0 in all of them');
  expect((await proof.textContent())?.replace(/\D*$/, '').replaceAll(/\D/g, '')).toMatch(new RegExp(`^${unlabeled}`));

  await treat(driver.page, 'As background');
  const background = await heatOnce(driver, (map) => map.every((value) => value > 0));
  expect(classIds.flatMap((_, pixel) => (background.isBlack(pixel) ? [pixel] : []))).toEqual([]);
  await expect(proof).toContainText('pushed towards Table');

  await treat(driver.page, 'Ignore');
  const again = await heatOnce(driver, (map) => map.some((value) => value === 0));
  expect(again.map.filter((value) => value === 0).length).toBe(unlabeled);
}
