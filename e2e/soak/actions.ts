import { expect } from '@playwright/test';
import { downloadOf } from '../drivers/downloads.ts';
import type { PageDriver } from '../drivers/pageDriver.ts';
import { plainFile } from '../drivers/pictures.ts';
import { openProjectMenu } from '../drivers/smallProject.ts';
import {
  clearWeights,
  isResting,
  labelsKey,
  openExample,
  PATIENCE_MS,
  paintStrokes,
  pause,
  type Random,
  trainFor,
  turnPage,
  undoTo,
} from './acts.ts';
import type { Home } from './home.ts';

interface Soaked {
  readonly driver: PageDriver;
  readonly home: Home;
  readonly random: Random;
}

/** What a person does in a round. Each begins and ends in the home project, with its labels and a learner that rests. */
export const ACTIONS: Readonly<Record<string, (soaked: Soaked) => Promise<void>>> = {
  'painting, undo and redo': async ({ driver, random }) => {
    const labels = await labelsKey(driver);
    await paintStrokes(driver, random, 6);
    for (const key of ['ControlOrMeta+z', 'ControlOrMeta+Shift+z']) {
      for (let i = 0; i < 3; i++) await driver.page.keyboard.press(key);
    }
    await undoTo(driver, labels, 6);
  },

  'painting while it trains': async ({ driver, random }) => {
    const labels = await labelsKey(driver);
    await driver.page.keyboard.press('t');
    await paintStrokes(driver, random, 3);
    await pause(driver);
    await undoTo(driver, labels, 3);
  },

  'flood fill and superpixels': async ({ driver, random }) => {
    const labels = await labelsKey(driver);
    for (const tool of ['h', 'j']) {
      await driver.page.keyboard.press(tool);
      await paintStrokes(driver, random, 1);
      // Superpixels are cut first; a stroke that comes before they are paints nothing.
      await undoTo(driver, labels, 1);
    }
    await driver.page.keyboard.press('b');
  },

  'training and pausing': async ({ driver }) => {
    for (let i = 0; i < 3; i++) await trainFor(driver, 4);
  },

  'training to the end of the budget': ({ driver }) => trainFor(driver, Number.POSITIVE_INFINITY),

  'clearing the weights': ({ driver }) => clearWeights(driver),

  'switching pictures': async ({ driver }) => {
    await turnPage(driver);
    await trainFor(driver, 2);
    await turnPage(driver);
  },

  'adding a picture and removing it': async ({ driver, random }) => {
    await driver.addPictures([plainFile(3, 64)]);
    await paintStrokes(driver, random, 1);
    await driver.perform('Remove the picture from the project');
    await expect.poll(async () => (await driver.project()).pictures.length).toBe(2);
    await driver.isReady();
  },

  'a built-in picture': ({ driver, home, random }) => visit('Coastlines from space', driver, home, random),

  'another built-in picture': ({ driver, home, random }) => visit('Texture mosaic', driver, home, random),

  'a generated scene': async ({ driver, home }) => {
    const { id } = await driver.project();
    await driver.perform('Another generated scene, of a new seed');
    await expect.poll(async () => (await driver.project()).id).not.toBe(id);
    await driver.isReady();
    await home.open();
  },

  'two learners side by side': async ({ driver }) => {
    const lab = driver.page.getByRole('complementary', { name: 'Lab' });
    await driver.button('Lab').click();
    await lab.getByRole('tab', { name: 'Side by side' }).click();
    await driver.button('Train A and B').click();
    // From then on the step is theirs, no longer the former learner's.
    await expect(driver.button('Go on with A alone')).toBeVisible({ timeout: PATIENCE_MS });
    await driver.until(({ step }) => step >= 4, PATIENCE_MS);
    await pause(driver);
    await driver.button('Go on with A alone').click();
    await expect(driver.button('Train A and B')).toBeVisible();
    await driver.button('Close the lab').click();
  },

  'the panels of the lab': async ({ driver }) => {
    await trainFor(driver, 2);
    await driver.button('Lab').click();
    for (const tab of await driver.page.getByRole('complementary', { name: 'Lab' }).getByRole('tab').all()) {
      await tab.click();
      await expect(tab).toHaveAttribute('aria-selected', 'true');
    }
    await driver.button('Close the lab').click();
  },

  'a look back in time': async ({ driver }) => {
    await trainFor(driver, 2);
    await driver.perform('Back in time: what was predicted before');
    await driver.perform('Back to now');
    await driver.button('Close the lab').click();
  },

  'dialogs that are opened and closed': async ({ driver }) => {
    for (const command of ['Share as a link…', 'Keyboard shortcuts and hands', 'Projects and examples…']) {
      await driver.perform(command);
      await expect(driver.page.getByRole('dialog')).toBeVisible();
      await driver.page.keyboard.press('Escape');
      await expect(driver.page.getByRole('dialog')).toHaveCount(0);
    }
  },

  'figures and arrays by script': async ({ driver }) => {
    await trainFor(driver, 2);
    const isComplete = await driver.page.evaluate(async () => {
      const { unlabeled } = window;
      const answers = [unlabeled?.getLabels(), unlabeled?.getPrediction(), await unlabeled?.getClassMap()];
      return [...answers, unlabeled?.getMetrics(), unlabeled?.getProject()].every((answer) => answer != null);
    });
    if (!isComplete) throw new Error('A script got no answer.');
  },

  exporting: async ({ driver: { page } }) => {
    await page.keyboard.press('ControlOrMeta+e');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('radio', { name: /^Labels/ }).check();
    await downloadOf(page, () => dialog.getByRole('button', { name: 'Export', exact: true }).click());
    await expect(dialog).toHaveCount(0);
  },

  'a project file, opened and deleted': async ({ driver, home, random }) => {
    const { page } = driver;
    const { id } = await driver.project();
    const file = await downloadOf(page, () => page.keyboard.press('ControlOrMeta+s'));
    await driver.choose('Project file', [file]);
    await expect.poll(async () => (await driver.project()).id, { timeout: PATIENCE_MS }).not.toBe(id);
    await driver.isReady();
    await paintStrokes(driver, random, 1);
    await driver.isSaved();
    const menu = await openProjectMenu(driver.page);
    const copy = menu.getByRole('listitem').filter({ has: page.locator('[aria-current=true]') });
    await copy.getByRole('button', { name: /^Delete / }).click();
    await menu.getByRole('button', { name: 'Delete', exact: true }).click();
    await driver.isOpen('Espresso');
    await page.keyboard.press('Escape');
    await home.open();
  },
};

/** Paints and trains in another project. */
async function visit(title: string, driver: PageDriver, home: Home, random: Random): Promise<void> {
  await openExample(driver, title);
  const labels = await labelsKey(driver);
  await paintStrokes(driver, random, 2);
  await trainFor(driver, 3);
  await undoTo(driver, labels, 2);
  await home.open();
  await isResting(driver);
}

/** The names of all actions, in an order of chance. */
export function drawOrder(random: Random): string[] {
  const left = Object.keys(ACTIONS);
  const drawn: string[] = [];
  while (left.length > 0) drawn.push(...left.splice(random() % left.length, 1));
  return drawn;
}
