import { expect, type Locator } from '@playwright/test';
import { asksForFile, type Check, checkGroup, closeDialog, opensDialog } from '../../drivers/commandChecks.ts';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, type PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';

const opened = async (driver: PageDriver) => (await driver.project()).pictures.find(({ isOpen }) => isOpen);

const marksPicture =
  (mark: 'done' | 'use', marked: boolean | string, unmarked: boolean | string): Check =>
  async (perform, { driver }) => {
    await perform();
    await expect.poll(async () => (await opened(driver))?.[mark]).toBe(marked);
    await perform();
    await expect.poll(async () => (await opened(driver))?.[mark]).toBe(unmarked);
  };

const PICTURES: Readonly<Record<string, Check>> = {
  'Next picture': async (perform, { driver }) => {
    await driver.page.keyboard.press('PageUp');
    await expect.poll(async () => (await opened(driver))?.name).toBe('plain 3');
    await perform();
    await expect.poll(async () => (await opened(driver))?.name).toBe('plain 1');
  },
  'Previous picture': async (perform, { driver }) => {
    await perform();
    await expect.poll(async () => (await opened(driver))?.name).toBe('plain 3');
    await driver.page.keyboard.press('PageDown');
    await expect.poll(async () => (await opened(driver))?.name).toBe('plain 1');
  },
  'Mark the picture as done, or not': marksPicture('done', true, false),
  'Keep the picture for testing, or train on it': marksPicture('use', 'test', 'train'),
  'Leave the picture out of training, or take it in': marksPicture('use', 'skip', 'train'),
  'Add pictures…': asksForFile(true),
  'Add a folder of pictures…': asksForFile(true),
  'Take a picture with the camera…': opensDialog(/camera/i),
  'Import a mask for the picture…': asksForFile(false),
  'Remove the picture from the project': async (perform, { driver }) => {
    await perform();
    await expect
      .poll(async () => (await driver.project()).pictures.map(({ name }) => name))
      .toEqual(['plain 2', 'plain 3']);
  },
};

const PROJECT: Readonly<Record<string, Check>> = {
  'Export masks, predictions, a data set…': opensDialog(/^Export/),
  'Share as a link…': opensDialog('Share'),
  'The PyTorch or fast.ai program for what is on the screen': async (perform, { page }) => {
    await perform();
    await expect(page.getByRole('tab', { name: 'The code for it', selected: true })).toBeVisible();
    await page.getByRole('button', { name: 'Close the lab' }).click();
  },
  'Save the project as a file': async (perform, { page }) => {
    const started = page.waitForEvent('download');
    await perform();
    expect((await started).suggestedFilename()).toBe('Espresso.zip');
  },
  'Download all projects': async (perform, { page, driver }) => {
    // An example that nobody changed is no project yet.
    await driver.paint([[30, 30]]);
    await driver.isSaved();
    const started = page.waitForEvent('download');
    await perform();
    expect((await started).suggestedFilename()).toBe('Espresso.zip');
  },
  'Open a project file…': asksForFile(false),
  'Projects and examples…': opensDialog('Projects'),
  'Generated scene…': opensDialog('Generated scene'),
  'Another generated scene, of a new seed': async (perform, { driver }) => {
    await perform();
    await expect.poll(async () => (await driver.project()).name).toMatch(/^Scene \d+$/);
    await driver.isReady();
  },
  'New project': async (perform, { driver }) => {
    await perform();
    await expect.poll(async () => (await driver.project()).name).toBe('New project');
  },
};

/** The command cannot be had on this picture, and the page says why. */
const refusesFor =
  (reason: string): Check =>
  async (perform, { page }) => {
    await perform();
    await expect(page.getByText(reason)).toBeVisible();
    await closeDialog(page);
  };

const TRAINING: Readonly<Record<string, Check>> = {
  'Train, pause or continue': async (perform, { driver }) => {
    await driver.setStepBudget(LARGE_BUDGET);
    await perform();
    await driver.until(({ phase, step }) => phase === 'training' && step > 0);
    await perform();
    await driver.until(({ phase }) => phase === 'paused');
  },
  'Take one training step': async (perform, { driver }) => {
    const { step } = await driver.status();
    await perform();
    await driver.until((status) => status.step === step + 1 && status.phase === 'paused');
  },
  'Clear the weights, keep the labels': async (perform, { driver }) => {
    const labels = await driver.labels();
    await perform();
    await driver.until(({ step }) => step === 0);
    expect(await driver.labels()).toEqual(labels);
  },
  'Find a learning rate': async (perform, { driver, page }) => {
    await perform();
    await expect(page.getByRole('status').filter({ hasText: 'Click the curve' })).toBeVisible();
    await closeDialog(page);
    await driver.until(({ phase }) => phase !== 'searching');
  },
  'Play or pause slow motion': async (perform, { driver, page }) => {
    await perform();
    const lit = page.getByRole('list', { name: 'Stages of a training step' }).locator('[aria-current="step"]');
    await expect(lit).toBeVisible();
    await perform();
    await expect(driver.button('Play')).toBeVisible();
    await driver.button('Close the lab').click();
  },
  'Hold out strokes to score with, or none': async (perform, { driver }) => {
    await perform();
    await driver.until(({ heldOutStrokes }) => heldOutStrokes > 0);
    await perform();
    await driver.until(({ heldOutStrokes }) => heldOutStrokes === 0);
  },
  'Go back to the weights that were best on held-out strokes': refusesFor(
    'No weights are kept that predict held-out strokes better',
  ),
  'Two learners side by side, or one again': async (perform, { driver, page }) => {
    const names = page.getByRole('note', { name: 'What is compared' });
    await perform();
    await expect(names).toBeVisible();
    await driver.until(({ phase, step }) => phase === 'training' && step > 0);
    await perform();
    await expect(names).toHaveCount(0);
    await page.evaluate(() => window.unlabeled?.pause());
    await driver.until(({ phase }) => phase === 'paused' || phase === 'finished');
  },
  'Branch off: train on from the step that is shown': async (perform, { driver, page }) => {
    await driver.button('Reset').click();
    await driver.until(({ step }) => step === 0);
    await driver.stepTo(2);
    await driver.button('Lab').click();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('slider', { name: 'Back in time' }).press('Home');
    await expect(page.getByText('You see step 1 of 2')).toBeVisible();
    await perform();
    await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
    await driver.button('Close the lab').click();
  },
  'Play: 90 % true mean IoU with the fewest pixels': refusesFor('This picture has no exact mask'),
};

/** How much of a layer shows: its own opacity times that of all it lies in. */
const opacityOf = (layer: Locator) =>
  layer.evaluate((canvas) => {
    let opacity = 1;
    for (let element: Element | null = canvas; element !== null; element = element.parentElement) {
      opacity *= Number(getComputedStyle(element).opacity);
    }
    return opacity;
  });

const hidesLayer =
  (name: 'labels' | 'prediction'): Check =>
  async (perform, { driver }) => {
    const former = await opacityOf(driver.layer(name));
    expect(former).toBeGreaterThan(0);
    await perform();
    await expect.poll(() => opacityOf(driver.layer(name))).toBe(0);
    await perform();
    await expect.poll(() => opacityOf(driver.layer(name))).toBe(former);
  };

const togglesChoice =
  (name: string): Check =>
  async (perform, { driver, page }) => {
    await driver.button('Layers').click();
    const choice = page.getByRole('checkbox', { name });
    await perform();
    await expect(choice).toBeChecked();
    await perform();
    await expect(choice).not.toBeChecked();
    await closeDialog(page);
  };

const togglesStyle =
  (name: string): Check =>
  async (perform, { driver, page }) => {
    await driver.button('Layers').click();
    await perform();
    await expect(page.getByRole('radio', { name })).toBeChecked();
    await perform();
    await expect(page.getByRole('radio', { name: 'Areas' })).toBeChecked();
    await closeDialog(page);
  };

const suggests =
  (reason: RegExp): Check =>
  async (perform, { driver, page }) => {
    await driver.stepTo((await driver.status()).step + 1);
    await perform();
    await expect(page.getByRole('status').filter({ hasText: reason })).toBeVisible();
    await driver.button('Take the ring away').click();
    await expect(page.getByText(reason)).toHaveCount(0);
  };

const zooms =
  (isLarger: (width: number, former: number) => boolean): Check =>
  async (perform, { driver }) => {
    const width = async () => (await driver.layer('labels').boundingBox())?.width ?? 0;
    // What a command before it moved is on the screen after the next frame.
    await driver.page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
    const former = await width();
    await perform();
    await expect.poll(async () => isLarger(await width(), former)).toBe(true);
  };

const opensPanel =
  (name: string): Check =>
  async (perform, { driver, page }) => {
    await perform();
    await expect(page.getByRole('tab', { name, selected: true })).toBeVisible();
    await driver.button('Close the lab').click();
  };

const LOOKING: Readonly<Record<string, Check>> = {
  'Zoom in': zooms((width, former) => width > former),
  'Zoom out': zooms((width, former) => width < former),
  'Fit the picture': async (perform, hands) => {
    await hands.driver.button('Zoom in').click();
    await zooms((width, former) => width < former)(perform, hands);
  },
  'Show or hide the prediction': hidesLayer('prediction'),
  'Show or hide the labels': hidesLayer('labels'),
  'Prediction as areas or contours': togglesStyle('Contours'),
  'Where the network is unsure': togglesStyle('Doubt'),
  'What is wrong, by the exact mask': refusesFor('This picture has no exact mask'),
  'Where to paint next': suggests(/the network (wavers|says)/),
  'A random place to paint, to compare with': suggests(/drawn at random/),
  'Labels as areas or outlines': togglesChoice('Labels as outlines'),
  'Divider: the bare picture on its left': togglesChoice('Divider'),
  'A and B in a pane each, or on either side of a line': refusesFor('Two learners must be compared first.'),
  'Colour only where A and B differ, or all': refusesFor('Two learners must be compared first.'),
  'See the bare picture while held': async (_, { driver, page }) => {
    await page.keyboard.down('q');
    await expect(driver.layer('labels')).toBeHidden();
    await expect(driver.layer('image')).toBeVisible();
    await page.keyboard.up('q');
    await expect(driver.layer('labels')).toBeVisible();
  },
  'Layers as they were at first': async (perform, { driver, page }) => {
    const former = await opacityOf(driver.layer('labels'));
    await page.getByRole('slider', { name: 'Labels' }).fill('0.3');
    await expect.poll(() => opacityOf(driver.layer('labels'))).toBe(0.3);
    await perform();
    await expect.poll(() => opacityOf(driver.layer('labels'))).toBe(former);
  },
  'The teaching lab': async (perform, { page }) => {
    await perform();
    await expect(page.getByRole('complementary', { name: 'Lab' })).toBeVisible();
    await perform();
    await expect(page.getByRole('complementary', { name: 'Lab' })).toHaveCount(0);
  },
  'Where the gradient is, and where it is exactly 0': opensPanel('Where the gradient is'),
  'Confusion matrix': opensPanel('Confusion matrix'),
  'Timeline of the learner': opensPanel('Timeline'),
  'Back in time: what was predicted before': async (perform, { driver, page }) => {
    await driver.stepTo((await driver.status()).step + 1);
    await perform();
    await expect(page.getByText(/^You see step \d+ of \d+$/)).toBeVisible();
    await driver.button('Close the lab').click();
    await expect(page.getByText(/^You see step/)).toHaveCount(0);
  },
  'Back to now': refusesFor('Go back in time first.'),
  'One training step, slowly': opensPanel('One step, slowly'),
  'Show the parts of the page that the link hides': refusesFor('Nothing is hidden.'),
  'Light colours, dark ones, or the system’s': async (perform, { page }) => {
    for (const theme of ['light', 'dark', 'system']) {
      await perform();
      await expect(page.getByRole('button', { name: `Colours: ${theme}` })).toBeVisible();
    }
  },
};

const HELP: Readonly<Record<string, Check>> = {
  'Lessons of two minutes': opensDialog('Lessons'),
  'All commands, by name': opensDialog('Commands'),
  'Keyboard shortcuts and hands': opensDialog(/^Keyboard shortcuts/),
};

for (const [group, checks] of Object.entries({
  Project: PROJECT,
  Training: TRAINING,
  Looking: LOOKING,
})) {
  test(`commands: ${group}`, async ({ driver }) => {
    await driver.open(WASM);
    await checkGroup(group, checks, driver);
  });
}

test('commands: Pictures', async ({ driver }) => {
  await driver.open(WASM);
  await driver.addPictures([1, 2, 3].map((number) => plainFile(number)));
  await checkGroup('Pictures', PICTURES, driver);
});

test('commands: Help; the palette finds by part of a word, shows why something cannot be done, and lists what was used first', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const field = page.getByRole('combobox', { name: 'Find a command' });
  const options = page.getByRole('listbox', { name: 'Commands' }).getByRole('option');
  const chosen = page.getByRole('listbox', { name: 'Commands' }).getByRole('option', { selected: true });
  await driver.button('Commands').click();
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id')) ?? '');
  // A wrong letter is forgiven.
  await page.keyboard.type('paint porcelian');
  await expect(chosen).toContainText('Paint with Porcelain');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Porcelain', exact: true, pressed: true })).toBeVisible();

  await page.keyboard.press('ControlOrMeta+k');
  await expect(options.first()).toContainText('Paint with Porcelain');
  await expect(chosen).toHaveText((await options.nth(0).textContent()) ?? '');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(options.last()).toHaveAttribute('aria-selected', 'true');

  // What cannot be done now says why, and Enter leaves it alone.
  await field.fill('redo');
  await expect(chosen).toContainText('There is nothing to redo.');
  await expect(chosen).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Enter');
  await expect(field).toBeVisible();
  await field.fill('qqqqqq');
  await expect(page.getByText('Nothing is called that.')).toBeVisible();
  await expect(options).toHaveCount(0);
  // The key that opened it closes it.
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await checkGroup('Help', HELP, driver);
});

test('keys are the page’s again in the very moment that a dialog closes; typed or pressed in one, they are no shortcuts', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const field = page.getByRole('combobox', { name: 'Find a command' });
  const pressed = (name: string) => page.getByRole('button', { name, exact: true, pressed: true });
  await page.keyboard.press('ControlOrMeta+k');
  await expect(field).toBeFocused();
  await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('g')]);
  await expect(pressed('Polygon')).toBeVisible();
  await expect(page.locator('dialog')).toHaveCount(0);
  await expect(page.locator('body')).toBeFocused();

  // A browser may close it without asking first; then its field keeps the focus until the next frame.
  await page.keyboard.press('ControlOrMeta+k');
  await expect(field).toBeFocused();
  await field.evaluate((input) => {
    input.closest('dialog')?.close();
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'o', code: 'KeyO', bubbles: true, cancelable: true }));
  });
  await expect(pressed('Lasso')).toBeVisible();
  await expect(page.locator('dialog')).toHaveCount(0);

  const before = await driver.labels();
  await page.getByLabel('Step budget').focus();
  await page.keyboard.type('ut');
  await page.keyboard.press('ControlOrMeta+e');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+?');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  for (const key of ['u', 's', 'Shift+F', 'ControlOrMeta+k']) await page.keyboard.press(key);
  await expect(page.getByRole('dialog', { name: /^Keyboard shortcuts/ })).toBeVisible();
  await closeDialog(page);
  await expect(page.getByRole('button', { name: 'Unlabeled brush', exact: true, pressed: true })).toHaveCount(0);
  const { step, phase } = await driver.status();
  expect({ step, phase }).toEqual({ step: 0, phase: 'ready' });
  expect(await driver.labels()).toEqual(before);
});
