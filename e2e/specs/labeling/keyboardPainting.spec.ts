import { expect } from '@playwright/test';
import { type Check, checkGroup, type Hands, opensDialog, togglesButton } from '../../drivers/commandChecks.ts';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';

const choosesTool =
  (button: string): Check =>
  async (perform, { page, pressed }) => {
    await page.keyboard.press(button === 'Lasso' ? 'k' : 'o');
    await perform();
    await expect(pressed(button)).toBeVisible();
  };

const resizesBrush =
  (direction: 1 | -1): Check =>
  async (perform, { page }) => {
    await page.keyboard.press('b');
    const slider = page.getByRole('slider', { name: /^Size/ });
    const former = Number(await slider.inputValue());
    await perform();
    expect(direction * (Number(await slider.inputValue()) - former)).toBeGreaterThan(0);
  };

async function addCorners({ driver, page }: Hands): Promise<void> {
  await page.keyboard.press('g');
  for (const corner of [
    [8, 8],
    [50, 12],
    [30, 36],
  ] as const)
    await driver.click(corner);
}

const PAINTING: Readonly<Record<string, Check>> = {
  'Class brush: paints the chosen class': choosesTool('Class brush'),
  'Line: straight, from point to point': choosesTool('Straight line'),
  'Polygon: click its corners': choosesTool('Polygon'),
  'Lasso: draw around an area': choosesTool('Lasso'),
  'Flood fill: an area of similar colour': choosesTool('Flood fill'),
  'Superpixels: patches of similar colour': choosesTool('Superpixels'),
  'Picker: take the class under the pointer': choosesTool('Class picker'),
  'Accept: brush over what the network predicts right': choosesTool('Accept brush'),
  'Unlabeled brush: takes labels away': async (perform, { page, pressed }) => {
    await page.keyboard.press('1');
    await page.keyboard.press('i');
    await perform();
    await expect(pressed('Unlabeled brush')).toBeVisible();
  },
  'Back to the class used before': async (perform, { page, pressed }) => {
    await page.keyboard.press('2');
    await page.keyboard.press('3');
    await perform();
    await expect(pressed('Ceramic')).toBeVisible();
  },
  'Smaller brush': resizesBrush(-1),
  'Larger brush': resizesBrush(1),
  'Paint only where nothing is labeled': togglesButton('Paint only where nothing is labeled'),
  'Close the polygon': async (perform, hands) => {
    const { labeledPixels } = await hands.driver.status();
    await addCorners(hands);
    await perform();
    expect((await hands.driver.status()).labeledPixels).toBeGreaterThan(labeledPixels);
  },
  'Take the polygon’s last corner back': async (perform, hands) => {
    await addCorners(hands);
    const { labeledPixels } = await hands.driver.status();
    await perform();
    // Two corners are no polygon.
    await hands.page.keyboard.press('Enter');
    expect((await hands.driver.status()).labeledPixels).toBe(labeledPixels);
  },
  'Leave the stroke under way': async (perform, { driver, page }) => {
    await page.keyboard.press('b');
    await page.keyboard.press('4');
    const before = await driver.labels();
    const { x, y } = await driver.screenPoint([30, 20]);
    await page.mouse.move(x, y);
    await page.mouse.down();
    expect(await driver.labels()).not.toEqual(before);
    await perform();
    await page.mouse.up();
    expect(await driver.labels()).toEqual(before);
  },
  Undo: async (perform, { driver, page }) => {
    await page.keyboard.press('b');
    const before = await driver.labels();
    await driver.click([30, 30]);
    expect(await driver.labels()).not.toEqual(before);
    await perform();
    expect(await driver.labels()).toEqual(before);
  },
  Redo: async (perform, { driver, page }) => {
    await page.keyboard.press('b');
    await driver.click([30, 30]);
    const painted = await driver.labels();
    await page.keyboard.press('ControlOrMeta+z');
    expect(await driver.labels()).not.toEqual(painted);
    await perform();
    expect(await driver.labels()).toEqual(painted);
    await page.keyboard.press('ControlOrMeta+z');
  },
  'History: back or forth to any edit': opensDialog('History'),
  'Accept the prediction wherever it is sure enough': async (perform, { driver, page }) => {
    await driver.stepTo(1);
    await page.keyboard.press('a');
    await page.getByRole('slider', { name: 'Confidence' }).fill('0');
    await perform();
    expect((await driver.status()).labeledPixels).toBe(64 * 43);
    await page.keyboard.press('ControlOrMeta+z');
  },
  'Clear my strokes, keep the starter strokes': async (perform, { driver }) => {
    const { labeledPixels } = await driver.status();
    await perform();
    const left = (await driver.status()).labeledPixels;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(labeledPixels);
  },
  'Restore the starter strokes': async (perform, { driver, page }) => {
    await driver.perform('Clear all labels of the picture');
    await perform();
    expect((await driver.status()).labeledPixels).toBeGreaterThan(0);
    await page.keyboard.press('ControlOrMeta+z');
    await page.keyboard.press('ControlOrMeta+z');
  },
  'Clear all labels of the picture': async (perform, { driver, page }) => {
    expect((await driver.status()).labeledPixels).toBeGreaterThan(0);
    await perform();
    expect((await driver.status()).labeledPixels).toBe(0);
    await page.keyboard.press('ControlOrMeta+z');
  },
};

const CLASSES: Readonly<Record<string, Check>> = {
  'Paint with a class of the list': async (_, { page, pressed }) => {
    for (const [i, name] of ['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon'].entries()) {
      await page.keyboard.press(String(i + 1));
      await expect(pressed(name)).toBeVisible();
    }
  },
  'Move the class that has the focus': async (_, { driver, page, pressed }) => {
    const names = async () => (await driver.project()).classes.map(({ name }) => name);
    const before = await names();
    await page.keyboard.press('2');
    await pressed('Ceramic').focus();
    await page.keyboard.press('Alt+ArrowUp');
    expect(await names()).toEqual(['Ceramic', 'Table', ...before.slice(2)]);
    await page.keyboard.press('Alt+ArrowDown');
    expect(await names()).toEqual(before);
  },
  'Add a class': async (perform, { pressed }) => {
    await perform();
    await expect(pressed('Class 6')).toBeVisible();
  },
  'Hide or show the chosen class': async (perform, hands) => {
    await hands.page.keyboard.press('2');
    await togglesButton('Hide Ceramic')(perform, hands);
  },
  'Lock or unlock the chosen class': async (perform, hands) => {
    await hands.page.keyboard.press('2');
    await togglesButton('Lock Ceramic')(perform, hands);
  },
  'Fill the rest of the picture with the chosen class': async (perform, { driver, page }) => {
    await page.keyboard.press('4');
    await perform();
    expect((await driver.status()).labeledPixels).toBe(64 * 43);
  },
  'Clear the chosen class’s labels in this picture': async (perform, { driver, page }) => {
    await page.keyboard.press('4');
    expect((await driver.labels()).classIds).toContain(3);
    await perform();
    expect((await driver.labels()).classIds).not.toContain(3);
  },
  'Remove the chosen class, or make it another one': async (perform, { driver, page }) => {
    await page.keyboard.press('2');
    await perform();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    expect((await driver.project()).classes.map(({ name }) => name)).not.toContain('Ceramic');
  },
};

test('commands that paint and that are about classes', async ({ driver }) => {
  await driver.open(WASM);
  await checkGroup('Painting', PAINTING, driver);
  await checkGroup('Classes', CLASSES, driver);
});
