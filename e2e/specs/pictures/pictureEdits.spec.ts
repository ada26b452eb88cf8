import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { addPlain, leaf, names, openName, options, thumbnail } from '../../drivers/pictureStrip.ts';

// What these edits make of a project, and how they are undone: `e2e/inMemory/pictures/pictureEdits.test.ts`.
test('pictures are put in order by menu, keyboard and mouse, renamed, exported and removed by menu', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await addPlain(driver, 1, 2, 3);

  await test.step('order', async () => {
    const menu = await options(page, 'plain 1');
    const moveRight = menu.getByRole('button', { name: 'Move right' });
    await moveRight.click();
    expect(await names(driver)).toEqual(['plain 2', 'plain 1', 'plain 3']);
    // The menu stays, for the next step.
    await moveRight.click();
    expect(await names(driver)).toEqual(['plain 2', 'plain 3', 'plain 1']);
    await expect(moveRight).toBeDisabled();
    await menu.getByRole('button', { name: 'Move left' }).click();
    expect(await names(driver)).toEqual(['plain 2', 'plain 1', 'plain 3']);
    await page.keyboard.press('Escape');

    await thumbnail(page, 'plain 3').focus();
    await page.keyboard.press('Space');
    const spoken = page.getByRole('status').filter({ hasText: 'plain 3' });
    await expect(spoken).toHaveText('plain 3 was picked up from place 3 of 3.');
    // The drag listens for its keys from a timer of its own on; one that is set now comes after it.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    await page.keyboard.press('ArrowLeft');
    await expect(spoken).toHaveText('plain 3: place 2 of 3.');
    // Its own place is told as well, once it comes back to it.
    await page.keyboard.press('ArrowRight');
    await expect(spoken).toHaveText('plain 3: place 3 of 3.');
    await page.keyboard.press('ArrowLeft');
    await expect(spoken).toHaveText('plain 3: place 2 of 3.');
    await page.keyboard.press('Space');
    await expect.poll(() => names(driver)).toEqual(['plain 2', 'plain 3', 'plain 1']);

    const [from, to] = [await thumbnail(page, 'plain 2').boundingBox(), await thumbnail(page, 'plain 1').boundingBox()];
    if (from === null || to === null) throw new Error('The strip is not on the screen.');
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
    await page.mouse.up();
    await expect.poll(() => names(driver)).toEqual(['plain 3', 'plain 1', 'plain 2']);
    // A drag is no press: the picture on the screen stays.
    expect(await openName(driver)).toBe('plain 1');
  });

  await test.step('a command of a picture’s menu is about that picture, or not carried out', async () => {
    const exportDialog = page.getByRole('dialog', { name: 'Export' });
    const exports = async () => (await options(page, 'plain 2')).getByRole('button', { name: 'Export…' });
    // Before the second is on the screen, the third is asked for.
    const third = await thumbnail(page, 'plain 3').elementHandle();
    await (await exports()).evaluate((button: HTMLElement, other) => {
      button.click();
      (other as HTMLElement).click();
    }, third);
    await expect.poll(() => openName(driver)).toBe('plain 3');
    await driver.isReady();
    await expect(exportDialog).toHaveCount(0);

    await (await exports()).click();
    await expect(exportDialog).toBeVisible();
    expect(await openName(driver)).toBe('plain 2');
    await page.keyboard.press('Escape');
    await expect(exportDialog).toHaveCount(0);
  });

  await test.step('its name and its end', async () => {
    const menu = await options(page, 'plain 1');
    await menu.getByRole('textbox', { name: 'Picture’s name' }).fill('Leaf, left');
    await page.keyboard.press('Enter');
    await expect.poll(() => names(driver)).toEqual(['plain 3', 'Leaf, left', 'plain 2']);
    await page.keyboard.press('Escape');
    await (await options(page, 'Leaf, left')).getByRole('button', { name: 'Remove', exact: true }).click();
    await expect.poll(() => names(driver)).toEqual(['plain 3', 'plain 2']);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => names(driver)).toEqual(['plain 3', 'Leaf, left', 'plain 2']);
  });

  await test.step('the list of edits names each', async () => {
    await driver.button('History').click();
    await expect(page.getByRole('dialog', { name: 'History' }).getByRole('button')).toHaveText([
      /^Remove Leaf, left/,
      /^Rename plain 1/,
      /^Move plain 2/,
      /^Move plain 3/,
      /^Move plain 1/,
      /^Move plain 1/,
      /^Move plain 1/,
      /^Before the first edit/,
    ]);
  });
});

/** More than are on the screen and near it together. */
const MANY = 60;

test('a picture is moved to the far end of a long strip, by mouse and by keyboard', { tag: '@long' }, async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await addPlain(driver, ...Array.from({ length: MANY }, (_, i) => i + 1));
  const first = await thumbnail(page, 'plain 1').boundingBox();
  const stripBox = await page.locator('[data-strip]').boundingBox();
  if (first === null || stripBox === null) throw new Error('The strip is not on the screen.');
  const y = first.y + first.height / 2;
  await page.mouse.move(first.x + first.width / 2, y);
  await page.mouse.down();
  // At its edge the strip scrolls by itself.
  await page.mouse.move(stripBox.x + stripBox.width - 10, y, { steps: 12 });
  const spoken = (name: string) => page.getByRole('status').filter({ hasText: name });
  await expect(spoken('plain 1')).toHaveText(`plain 1: place ${MANY} of ${MANY}.`);
  await page.mouse.up();
  await expect.poll(async () => (await names(driver)).at(-1)).toBe('plain 1');

  // The last is far from what is on the screen now: the focus brings it there, and stays on it.
  await leaf(driver, 'PageDown', 'plain 2');
  await driver.button('Add pictures').focus();
  const moved = thumbnail(page, 'plain 1');
  await moved.focus();
  await expect(moved).toBeInViewport({ ratio: 1 });
  await expect(moved).toBeFocused();
  await page.keyboard.press('Space');
  await expect(spoken('plain 1')).toHaveText(`plain 1 was picked up from place ${MANY} of ${MANY}.`);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  for (let place = MANY - 1; place > 0; place--) {
    await page.keyboard.press('ArrowLeft');
    await expect(spoken('plain 1')).toHaveText(`plain 1: place ${place} of ${MANY}.`);
  }
  await page.keyboard.press('Space');
  await expect.poll(async () => (await names(driver))[0]).toBe('plain 1');
  await expect(moved).toBeFocused();

  // Its keys work where the strip has scrolled far away from it, too.
  await leaf(driver, 'PageUp', 'plain 1');
  await leaf(driver, 'PageUp', `plain ${MANY}`);
  await expect(moved).not.toBeInViewport();
  await page.keyboard.press('Space');
  await expect(spoken('plain 1')).toHaveText(`plain 1 was picked up from place 1 of ${MANY}.`);
  await expect(moved).toBeInViewport();
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await page.keyboard.press('Escape');
  await expect(spoken('plain 1')).toHaveText(`plain 1 is back at place 1 of ${MANY}.`);
  await expect(moved).toBeFocused();
});
