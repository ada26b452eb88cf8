import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, type PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { quartersFile } from '../../drivers/pictures.ts';

/** Puts every text, now and later, into two `<font>` elements, as browsers' translators do. */
function translate(): void {
  const UNTOUCHED = 'script, style, title, option, textarea, font';
  const wrap = (root: Node) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    for (let node: Node | null = root; node !== null; node = walker.nextNode()) {
      if (node instanceof Text && /\S/.test(node.data) && node.parentElement?.closest(UNTOUCHED) === null) {
        texts.push(node);
      }
    }
    for (const text of texts) {
      const outer = document.createElement('font');
      const inner = document.createElement('font');
      outer.append(inner);
      text.replaceWith(outer);
      inner.append(text);
    }
  };
  const observe = () => {
    wrap(document.body);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node.isConnected) wrap(node);
    }).observe(document.body, { childList: true, subtree: true });
  };
  document.addEventListener('DOMContentLoaded', observe);
}

test.beforeEach(async ({ page }) => {
  await page.addInitScript(translate);
});

test.afterEach(async ({ page }) => {
  // It still stands, and was translated.
  await expect(page.locator('#root').getByRole('banner')).toBeVisible();
  expect(await page.locator('font font').count()).toBeGreaterThan(50);
});

/** Presses all that can be pressed in there, one after another, and lets the page draw after each. */
async function pressAll(page: Page, selector: string): Promise<void> {
  await page.evaluate(async (within) => {
    const frame = () => new Promise(requestAnimationFrame);
    const labels = new Set<string>();
    const next = () =>
      [
        ...document.querySelectorAll<HTMLElement>(
          `:is(${within}) :is(button, input[type="radio"], input[type="checkbox"])`,
        ),
      ]
        .map((element) => ({ element, label: element.ariaLabel ?? element.textContent ?? '' }))
        .find(({ element, label }) => !labels.has(label) && element.matches(':enabled'));
    // What a press brings is pressed, too.
    for (let found = next(); found !== undefined && labels.size < 40; found = next()) {
      labels.add(found.label);
      found.element.click();
      await frame();
      await frame();
    }
  }, selector);
}

/** Trains where there is something to train on, until a step is done. */
async function train(driver: PageDriver): Promise<void> {
  const { phase, step, labeledPixels } = await driver.status();
  if (labeledPixels === 0 || phase === 'training' || phase === 'compiling') return;
  await driver.page.keyboard.press('t');
  await driver.until((status) => status.step !== step);
}

/** Pauses also what begins to train only now: something that was pressed just before may have asked for it. */
async function pause(driver: PageDriver): Promise<void> {
  const isTraining = async () => {
    await driver.page.evaluate(() => window.unlabeled?.pause());
    const { phase } = await driver.status();
    return phase === 'training' || phase === 'compiling';
  };
  await expect.poll(isTraining, { intervals: [100] }).toBe(false);
}

test('a translated page trains, paints, undoes, renames and changes its pictures', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Train').click();
  await driver.until(({ step }) => step > 1);
  await driver.button('Pause').click();
  await driver.until(({ phase }) => phase === 'paused');
  await expect(driver.button('Continue')).toBeVisible();
  const { labeledPixels } = await driver.status();
  await driver.paint([
    [5, 3],
    [50, 3],
  ]);
  await page.keyboard.press('ControlOrMeta+z');
  await driver.until((status) => status.labeledPixels === labeledPixels);
  await page.keyboard.press('ControlOrMeta+Shift+z');

  await driver.button('Coffee').hover({ position: { x: 60, y: 10 } });
  await driver.button('More about Coffee').click();
  await page.getByRole('dialog', { name: 'Class Coffee' }).getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByRole('textbox', { name: 'New name of Coffee' }).fill('Espresso');
  await page.keyboard.press('Enter');
  await expect(driver.button('Espresso')).toBeVisible();

  await driver.addPictures([quartersFile('one.png'), quartersFile('two.png')]);
  await driver.perform('Remove the picture from the project');
  await page.keyboard.press('ControlOrMeta+z');
  await pressAll(page, '[aria-label="Learner"], [aria-label="Pictures"], [aria-label="Tools"], [role="toolbar"]');
  await pause(driver);
});

test('every panel of the lab of a translated page can be used while it trains', { tag: '@long' }, async ({
  driver,
  page,
}) => {
  await driver.open({ ...WASM, picture: 'earth' });
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Lab').click();
  const tabs = page.getByRole('tablist', { name: 'Lab' }).getByRole('tab');
  const names = await tabs.evaluateAll((all) => all.map((tab) => tab.ariaLabel ?? ''));
  expect(names.length).toBeGreaterThan(5);
  // The game of “Hidden truth” clears all labels, and nothing is trained after it.
  for (const name of names.toSorted((a, b) => Number(a === 'Hidden truth') - Number(b === 'Hidden truth'))) {
    await tabs.and(page.getByRole('tab', { name, exact: true })).click();
    await train(driver);
    await pressAll(page, '[role="tabpanel"]');
    await pause(driver);
    await pressAll(page, '[role="tabpanel"]');
    await page.keyboard.press('Escape');
  }
});

test('every dialog and menu of a translated page can be used', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.stepTo(1);
  for (const command of [
    'Keyboard shortcuts and hands',
    'History: back or forth to any edit',
    'Share as a link…',
    'Export masks, predictions, a data set…',
    'Find a learning rate',
    'Lessons of two minutes',
    'Take a picture with the camera…',
    'Remove the chosen class, or make it another one',
    'Generated scene…',
    'Projects and examples…',
  ]) {
    await driver.perform(command);
    await pressAll(page, 'dialog[open], [role="dialog"]');
    await page.keyboard.press('Escape');
    await driver.until(({ phase }) => phase !== 'loading');
  }
  await pressAll(page, '[aria-label^="Lesson:"]');
  await pressAll(page, 'header');
});
