import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { REPOSITORY } from '../../../.config/run/stages.mjs';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { encodeMaskPng } from '../../drivers/png.ts';

const PHONE_WIDTHS_PX = [390, 360];

/** What axe-core finds wrong with the page as it stands, a line for each element. */
async function violations(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in window))) {
    await page.evaluate(await readFile(path.join(REPOSITORY, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  }
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } };
    const resultTypes = ['violations'];
    const found = await axe.run(document, { resultTypes, rules: { region: { enabled: false } } });
    if (found.passes.length < 10) throw new Error(`Only ${found.passes.length} rules found anything to look at.`);
    // A tooltip lies beside what it is of, wherever that is; it belongs to no landmark of its own.
    const outside = await axe.run({ exclude: [['[role="tooltip"]']] }, { resultTypes, runOnly: ['region'] });
    return [...found.violations, ...outside.violations].flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} (${node.failureSummary?.replace(/\s+/g, ' ')})`),
    );
  });
}

/** Everything that opens over the page, by how a person opens it. */
const OPENINGS: Readonly<Record<string, (driver: PageDriver) => Promise<unknown>>> = {
  'projects and examples': ({ page }) => page.keyboard.press('ControlOrMeta+Shift+o'),
  'command palette': ({ page }) => page.keyboard.press('ControlOrMeta+k'),
  'shortcut sheet': ({ page }) => page.keyboard.press('Shift+?'),
  'export dialog': ({ page }) => page.keyboard.press('ControlOrMeta+e'),
  'share dialog': ({ page }) => page.keyboard.press('Shift+S'),
  'share dialog with a frame': async ({ page }) => {
    await page.keyboard.press('Shift+S');
    await page.getByRole('radio', { name: 'Frame' }).check();
  },
  history: (driver) => driver.button('History').click(),
  layers: (driver) => driver.button('Layers').click(),
  'stroke menu': (driver) => driver.button('Strokes').click(),
  'class presets': (driver) => driver.button('Classes for…').click(),
  'class menu': (driver) => openClassMenu(driver),
  'merge menu': async (driver) => {
    await openClassMenu(driver);
    await driver.button('Merge into…').click();
  },
  'question before a class goes': (driver) => driver.perform('Remove the chosen class'),
  'picture menu': (driver) => driver.button('Options of plain 1').click(),
  'ways to add pictures': (driver) => driver.button('Other ways to add pictures').click(),
  camera: (driver) => driver.perform('Take a picture with the camera'),
  'generated scene': async (driver) => {
    await driver.perform('Generated scene…');
    await expect(driver.page.getByRole('img', { name: 'The scene' })).toBeVisible();
  },
  'learning-rate finder': async (driver) => {
    await driver.button('Find a learning rate').click();
    await expect(driver.page.getByRole('status').filter({ hasText: 'Click the curve' })).toBeVisible();
  },
  backend: ({ page }) => page.getByRole('button', { name: /^Backend/ }).click(),
  'mask import': async (driver) => {
    const bytes = encodeMaskPng(48, 48, (x) => (x < 20 ? 3 : 7));
    await driver.choose('Mask file', [{ name: 'mask.png', type: 'image/png', bytes }]);
  },
};

async function openClassMenu(driver: PageDriver): Promise<void> {
  const opener = driver.page.getByRole('button', { name: /^More about/ }).first();
  await opener.focus();
  await driver.page.keyboard.press('Enter');
}

const opened = (page: Page) => page.locator('dialog[open], [popover]:popover-open:not([role="tooltip"])');

/** A project of two pictures with labels, curves, scores and a message. */
async function openBusyProject(driver: PageDriver): Promise<void> {
  await driver.open(WASM);
  await driver.addPictures([plainFile(1), plainFile(2)]);
  await driver.isOpen('My pictures');
  await driver.page.keyboard.press('1');
  await driver.paint([
    [10, 12],
    [36, 12],
  ]);
  await driver.page.keyboard.press('2');
  await driver.paint([
    [10, 30],
    [36, 30],
  ]);
  await driver.stepTo(1);
  await driver.paint([
    [10, 30],
    [36, 36],
  ]);
  await driver.stepTo(2);
}

test('axe finds nothing in the first view, nor with every setting and every tool, in light colours and in dark ones', async ({
  driver,
  page,
}) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await driver.open(WASM);
    expect(await violations(page), colorScheme).toEqual([]);
    await page.getByText('More settings').click();
    await page.getByRole('radio', { name: 'As background' }).check({ force: true });
    await page.getByRole('combobox', { name: 'Class balance' }).selectOption('Custom');
    expect(await violations(page), colorScheme).toEqual([]);
    for (const key of ['g', 'h', 'j', 'a']) {
      await page.keyboard.press(key);
      expect(await violations(page), `tool ${key}, ${colorScheme}`).toEqual([]);
    }
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });
    // The colours differ, nothing else: the first view shows most of them.
    const tag = colorScheme === 'dark' ? ['@long'] : [];

    test('axe finds nothing in any panel of the lab, nor while two learners are compared', { tag }, async ({
      driver,
      page,
    }) => {
      await driver.open({ ...WASM, picture: 'textures' });
      await driver.setStepBudget(LARGE_BUDGET);
      await driver.stepTo(1);
      await driver.button('Lab').click();
      const tabs = page.getByRole('tablist', { name: 'Lab' }).getByRole('tab');
      for (const tab of await tabs.all()) {
        await tab.click();
        expect(await violations(page), (await tab.getAttribute('aria-label')) ?? '').toEqual([]);
      }
      await page.getByRole('tab', { name: 'Confusion matrix' }).click();
      await page.getByRole('table', { name: 'Confusion matrix' }).getByRole('button').first().click();
      expect(await violations(page), 'a lit cell').toEqual([]);
      await page.getByRole('tab', { name: 'Timeline' }).click();
      await driver.stepTo(2);
      await page.getByRole('slider', { name: 'Back in time' }).press('Home');
      await expect(page.getByText('You see step 1 of 2')).toBeVisible();
      expect(await violations(page), 'a prediction of then').toEqual([]);
      await tabs.and(page.getByRole('tab', { name: 'Side by side' })).click();
      await driver.button('Train A and B').click();
      await driver.until(({ step }) => step > 2);
      await driver.button('Pause').click();
      await expect(page.getByRole('list', { name: 'In what A and B differ' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('radio', { name: 'Two panes' }).check();
      expect(await violations(page)).toEqual([]);
    });

    test('axe finds nothing in any dialog, menu or popover', { tag }, async ({ driver, page }) => {
      await openBusyProject(driver);
      const found: Record<string, string[]> = {};
      for (const [name, open] of Object.entries(OPENINGS)) {
        await open(driver);
        await expect(opened(page), name).toHaveCount(1);
        found[name] = await violations(page);
        await page.keyboard.press('Escape');
        await expect(opened(page), name).toHaveCount(0);
      }
      expect(found).toEqual(Object.fromEntries(Object.keys(OPENINGS).map((name) => [name, []])));
    });
  });
}

test('axe finds nothing in a tab that may only read', async ({ driver, context, siteUrl }) => {
  await driver.open(WASM);
  await driver.paint([
    [5, 3],
    [58, 40],
  ]);
  await driver.isSaved();
  const second = new PageDriver(await context.newPage(), siteUrl);
  await second.open(WASM);
  await expect(second.button('Read only')).toBeVisible();
  expect(await violations(second.page)).toEqual([]);
});

test.describe('on a phone', () => {
  test.use({ isMobile: true, hasTouch: true });

  test('axe finds nothing, nothing scrolls sideways, and what opens fits', async ({ driver, page }) => {
    for (const width of PHONE_WIDTHS_PX) {
      await page.setViewportSize({ width, height: 780 });
      await driver.open(WASM);
      expect(await violations(page), String(width)).toEqual([]);
      for (const name of [/^Project: /, /^Layers$/, /^Commands$/, /^Strokes$/]) {
        const what = `${name} at ${width} px`;
        await page.getByRole('button', { name }).click();
        await expect(opened(page)).toHaveCount(1);
        expect(await violations(page), what).toEqual([]);
        const box = await opened(page).boundingBox();
        expect(box?.x, what).toBeGreaterThanOrEqual(0);
        expect((box?.x ?? Number.NaN) + (box?.width ?? Number.NaN), what).toBeLessThanOrEqual(width);
        await page.keyboard.press('Escape');
        await expect(opened(page)).toHaveCount(0);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });
});

/** Where the keyboard's focus is, and whether it can be seen. */
const focusNow = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    // Inputs that are not drawn themselves lend their outline to what stands for them.
    const bearers = [element, element.nextElementSibling, element.parentElement];
    const isOutlined = bearers.some((bearer) => {
      if (bearer === null) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(bearer);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    });
    const { x, y, width, height } = element.getBoundingClientRect();
    const isInSight = x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0;
    const name = element.getAttribute('aria-label') ?? element.getAttribute('name') ?? element.textContent;
    return { name: `${element.tagName} ${name}`, isOutlined, isInSight };
  });

test('Tab goes through the whole page and back out, its place is always seen, and it comes back to what opened a dialog', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  // So that there is something to undo.
  await page.keyboard.press('Shift+F');
  const stops: NonNullable<Awaited<ReturnType<typeof focusNow>>>[] = [];
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab');
    const stop = await focusNow(page);
    if (stop === null) break;
    stops.push(stop);
  }
  expect(await focusNow(page)).toBeNull();
  expect(stops.filter(({ isOutlined, isInSight }) => !isOutlined || !isInSight)).toEqual([]);
  const names = stops.map(({ name }) => name).join('\n');
  for (const part of ['Project: Espresso', 'Commands', 'Undo', 'Layers', 'Train', 'Add pictures']) {
    expect(names).toContain(part);
  }

  for (const name of ['Commands', 'History', 'Layers', 'Strokes', 'Export', 'Classes for…']) {
    await driver.button(name).focus();
    await page.keyboard.press('Enter');
    await expect(opened(page), name).toHaveCount(1);
    await expect(opened(page).locator(':focus'), name).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(opened(page), name).toHaveCount(0);
    await expect(driver.button(name), name).toBeFocused();
  }
});

test('prefers-reduced-motion is obeyed', async ({ driver, page }) => {
  await page.addInitScript(() => {
    const kept = { animations: 0 };
    Object.assign(window, { kept });
    const { animate } = Element.prototype;
    Element.prototype.animate = function (...given) {
      kept.animations++;
      return animate.apply(this, given);
    };
  });
  for (const reducedMotion of ['reduce', 'no-preference'] as const) {
    await page.emulateMedia({ reducedMotion });
    await driver.open(WASM);
    await driver.stepTo(3);
    const moving = await page.evaluate(() => ({
      animations: (window as unknown as { kept: { animations: number } }).kept.animations,
      transitions: [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration } = getComputedStyle(element);
        return transitionDuration.split(',').some((duration) => Number.parseFloat(duration) > 0);
      }).length,
    }));
    const isStill = reducedMotion === 'reduce';
    expect(moving.animations > 0, reducedMotion).toBe(!isStill);
    expect(moving.transitions > 0, reducedMotion).toBe(!isStill);
  }
});
