import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { trainingWorker } from '../../drivers/learnerTools.ts';
import { type PageDriver, WASM } from '../../drivers/pageDriver.ts';

const LINE = [
  [5, 3],
  [58, 40],
] as const;

const row = (driver: PageDriver, name: string) => driver.page.getByRole('listitem').filter({ hasText: name });

test('classes are added, renamed, recoloured and removed, and undo brings everything back', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const before = await driver.labels();
  await page.getByRole('button', { name: 'Add a class' }).click();
  await driver.button('Class 6').dblclick();
  await page.getByRole('textbox', { name: 'New name of Class 6' }).fill('Saucer rim');
  await page.keyboard.press('Enter');
  await expect(driver.button('Saucer rim')).toBeVisible();

  // The new class is the brush's class at once.
  await driver.paint(LINE);
  const painted = await driver.labels();
  const count = (id: number, planes: typeof painted) => planes.classIds.filter((c) => c === id).length;
  expect(count(5, painted)).toBeGreaterThan(20);

  const colour = page.getByLabel('Colour of Saucer rim', { exact: true });
  const former = await colour.inputValue();
  await colour.fill('#00ff88');
  const at = painted.classIds.lastIndexOf(5);
  await expect.poll(async () => (await driver.layerPixels('labels')).slice(4 * at + 1, 4 * at + 2)[0]).toBe(255);

  await row(driver, 'Saucer rim').hover();
  await page.getByRole('button', { name: 'Remove Saucer rim' }).click();
  // It has labels, so the page asks what becomes of them; unlabeled is what it offers first.
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Remove/ })
    .click();
  await expect(driver.button('Saucer rim')).toHaveCount(0);
  expect(count(5, await driver.labels())).toBe(0);
  // The message's own button mends it.
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  expect(await driver.labels()).toEqual(painted);
  await expect(colour).toHaveValue('#00ff88');

  await page.keyboard.press('ControlOrMeta+z');
  await expect(colour).toHaveValue(former);
  for (let edit = 0; edit < 3; edit++) await page.keyboard.press('ControlOrMeta+z');
  expect(await driver.labels()).toEqual(before);
  await expect(driver.button('Class 6')).toHaveCount(0);
});

test('a class added after training keeps what was learned', async ({ driver, page }) => {
  await driver.open(WASM);
  for (let step = 1; step <= 3; step++) {
    await driver.button('Step').click();
    await driver.until((status) => status.step === step && status.phase === 'paused');
  }
  await page.getByRole('button', { name: 'Add a class' }).click();
  await driver.button('Step').click();
  await driver.until(({ step }) => step === 4);
});

test('own strokes are cleared and starter strokes restored, undoably', async ({ driver }) => {
  await driver.open(WASM);
  const starter = await driver.labels();
  await driver.paint(LINE);
  const mixed = await driver.labels();
  await driver.button('Strokes').click();
  await driver.button('Clear my strokes').click();
  const cleared = await driver.labels();
  // What the line covered of the starter strokes is gone with it, nothing else is.
  expect(cleared.classIds).toEqual(
    starter.classIds.map((id, i) => (mixed.strokeIds[i] === starter.strokeIds[i] ? id : 255)),
  );
  await driver.button('Strokes').click();
  await driver.button('Restore starter strokes').click();
  expect((await driver.labels()).classIds).toEqual(starter.classIds);
  await driver.button('Undo').click();
  await driver.button('Undo').click();
  expect(await driver.labels()).toEqual(mixed);
});

test('Reset can be undone', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.button('Train').click();
  const { step } = await driver.until(({ phase }) => phase === 'finished');
  await expect.poll(async () => (await driver.prediction())?.step).toBe(step);
  const learned = await driver.prediction();
  await driver.button('Reset').click();
  await driver.until((status) => status.step === 0);
  await page.getByRole('button', { name: 'Undo reset' }).click();
  await driver.until((status) => status.step === step);
  await expect.poll(() => driver.prediction()).toEqual(learned);
});

test('an example keeps its labels and its learner until it comes back', async ({ driver }) => {
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.stepTo(1);
  const [labels, prediction] = [await driver.labels(), await driver.prediction()];
  await driver.openExample('Coastlines from space');
  await driver.until(({ step, phase }) => step === 0 && phase === 'ready');
  await driver.stepTo(1);
  expect((await driver.status()).trueAccuracy).not.toBeNull();
  await driver.openExample('Espresso');
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
  expect(await driver.labels()).toEqual(labels);
  await expect.poll(() => driver.prediction()).toEqual(prediction);
});

test('each project keeps its own settings and learner, and an undone Reset brings both back', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const optimiser = page.getByRole('combobox', { name: 'Optimiser' });
  const network = page.getByRole('combobox', { name: 'Network' });
  const extraClass = page.getByRole('radio', { name: 'Extra class' });
  await page.getByText('More settings').click();
  await driver.stepTo(1);
  await driver.openExample('Coastlines from space');
  await optimiser.selectOption('sgd');
  await extraClass.check({ force: true });
  await driver.stepTo(1);
  await driver.openExample('Espresso');
  await driver.until(({ step }) => step === 1);
  await expect(optimiser).toHaveValue('adamw');
  await expect(extraClass).not.toBeChecked();
  await driver.stepTo(2);
  await driver.openExample('Coastlines from space');
  await driver.until(({ step }) => step === 1);
  await expect(optimiser).toHaveValue('sgd');
  await expect(extraClass).toBeChecked();

  await driver.button('Reset').click();
  await driver.until((status) => status.step === 0);
  await optimiser.selectOption('adamw');
  await network.selectOption('context');
  await driver.stepTo(1);
  await page.getByRole('button', { name: 'Undo reset' }).click();
  await expect(network).toHaveValue('unet');
  await expect(optimiser).toHaveValue('sgd');
  await driver.stepTo(2);

  // A network of another kind has nothing to take over: it starts anew, without a word of error.
  await network.selectOption('context');
  await driver.until((status) => status.step === 0 && status.phase === 'ready');
  await driver.stepTo(1);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a learner that stopped is started again with all labels, and with what it had learned', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.button('Step').click();
  await driver.until(({ step, phase, storedStep }) => step === 1 && phase === 'paused' && storedStep === 1);
  const labels = await driver.labels();
  // What the worker says when the browser takes its device away.
  await (await trainingWorker(page)).evaluate(() => {
    postMessage({ type: 'failed', fatal: true, cause: null, message: 'The browser took the graphics device away.' });
  });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('labels are still here');
  await expect(driver.button('Continue')).toHaveCount(0);
  await alert.getByRole('button', { name: 'Start again' }).click();
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
  expect(await driver.labels()).toEqual(labels);
  await driver.button('Step').click();
  await driver.until(({ step }) => step === 2);
});

test('an address that asks for what is not there opens the page all the same', async ({ driver, page }) => {
  await driver.open({ ...WASM, picture: 'atlantis', size: '64000' });
  await expect(page.getByRole('banner')).toContainText('Espresso');
  await expect(page.getByRole('status').filter({ hasText: 'atlantis' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '64000' })).toBeVisible();
});

test('“as background” erases what nobody painted, in one click and visibly', async ({ driver, page }) => {
  await driver.open(WASM);
  const shareOfTable = async () => {
    await driver.button('Train').click();
    const { step } = await driver.until(({ phase }) => phase === 'finished');
    await expect.poll(async () => (await driver.prediction())?.step).toBe(step);
    const classMap = (await driver.prediction())?.classMap ?? [];
    return classMap.filter((id) => id === 0).length / classMap.length;
  };
  const ignored = await shareOfTable();
  await driver.button('Reset').click();
  await driver.until(({ step }) => step === 0);
  await page.getByRole('radio', { name: 'As background' }).check({ force: true });
  await expect(page.getByText('what you did not paint is erased')).toBeVisible();
  const erased = await shareOfTable();
  expect(erased).toBeGreaterThan(0.9);
  expect(erased).toBeGreaterThan(ignored + 0.1);
});

test('pairs that make no sense are disabled with a reason', async ({ driver, page }) => {
  await driver.open(WASM);
  await page.getByRole('combobox', { name: 'Loss' }).selectOption('dice');
  const chip = page.getByRole('radio', { name: 'Zeroed input' });
  await expect(chip).toBeDisabled();
  await page.getByText('Zeroed input').hover();
  await expect(page.getByRole('tooltip')).toContainText('cross-entropy');
});

test('every loss and every treatment trains', async ({ driver, page }) => {
  await driver.open(WASM);
  let steps = 0;
  const stepOnce = async () => {
    steps++;
    await driver.button('Step').click();
    await driver.until(({ step, phase }) => step === steps && phase === 'paused');
  };
  for (const loss of ['focal', 'dice', 'mse', 'crossEntropy']) {
    await page.getByRole('combobox', { name: 'Loss' }).selectOption(loss);
    await stepOnce();
  }
  for (const treatment of ['All-pixel mean', 'Zeroed input', 'As background', 'Extra class', 'Ignore']) {
    await page.getByRole('radio', { name: treatment }).check({ force: true });
    await stepOnce();
  }
});
