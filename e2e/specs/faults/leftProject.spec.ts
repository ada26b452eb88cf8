import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { encodePng } from '../../drivers/png.ts';
import { openProjectMenu } from '../../drivers/smallProject.ts';

// A tab that stays open for a day must not keep every project that was ever painted in it.

const NAME = 'left.png';

/** How often the page still holds the picture's file after a forced collection. */
async function heldFiles(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const prototype = await session.send('Runtime.evaluate', { expression: 'File.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.result.objectId ?? '',
  });
  const answer = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function (wanted) { return this.filter(({ name }) => name === wanted).length; }',
    arguments: [{ value: NAME }],
    returnByValue: true,
  });
  await session.detach();
  return Number(answer.result.value);
}

test('a painted project that another one took the place of is let go of', async ({ driver, page }) => {
  await driver.open(WASM);
  const bytes = encodePng(61, 47, (x, y) => [4 * x, 5 * y, 90]);
  await driver.addPictures([{ name: NAME, type: 'image/png', bytes }]);
  await driver.paint([
    [5, 5],
    [50, 40],
  ]);
  await driver.isSaved();
  // The first gesture is stored with the project, the second as a change of it.
  await driver.page.keyboard.press('2');
  await driver.paint([
    [5, 40],
    [50, 5],
  ]);
  await driver.isSaved();
  expect(await heldFiles(page)).toBeGreaterThan(0);
  await (await openProjectMenu(page)).getByRole('button', { name: /^Espresso/ }).click();
  await driver.isOpen('Espresso');
  // What is idle work of the browser may have been asked for just before.
  await expect.poll(() => heldFiles(page)).toBe(0);
});
