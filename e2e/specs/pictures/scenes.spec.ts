import { expect } from '@playwright/test';
import { generateScene } from '../../../src/samples/scenes/generateScene.ts';
import { DEFAULT_SCENE_SETTINGS, parseSceneId } from '../../../src/settings/scene.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, TINY } from '../../drivers/pageDriver.ts';

const PLAIN = { ...TINY, backend: 'wasm' } as const;

// That it trains beside its truth and is kept with it: `e2e/inMemory/pictures/scenes.test.ts`.
test('a scene is made from knobs and a seed, and is here what it is elsewhere', async ({ driver, page }) => {
  await driver.open(PLAIN);
  await driver.button('Generated scene…').click();
  const dialog = page.getByRole('dialog', { name: 'Generated scene' });
  const picture = dialog.getByRole('img', { name: 'The scene' });
  await expect(picture).toHaveJSProperty('naturalWidth', 256);
  await expect(dialog.getByRole('img', { name: 'The exact mask' })).toBeVisible();
  const first = await picture.getAttribute('src');
  await dialog.getByRole('slider', { name: 'Size', exact: true }).fill('64');
  await expect(picture).toHaveJSProperty('naturalWidth', 64);
  await dialog.getByRole('radio', { name: 'Mosaic' }).check({ force: true });
  await dialog.getByRole('slider', { name: 'Classes' }).fill('3');
  await dialog.getByRole('button', { name: 'New seed' }).click();
  const seedField = dialog.getByRole('textbox', { name: 'Seed' });
  await expect(seedField).not.toHaveValue(String(DEFAULT_SCENE_SETTINGS.seed));
  const seed = Number(await seedField.inputValue());
  await expect(picture).not.toHaveAttribute('src', first ?? '');
  await dialog.getByRole('button', { name: 'Open scene' }).click();

  await driver.isOpen(`Scene ${seed}`);
  const { pictures, classes } = await driver.project();
  const settings = parseSceneId(pictures[0]?.id ?? '');
  expect(settings).toEqual({ ...DEFAULT_SCENE_SETTINGS, layout: 'mosaic', classCount: 3, sizePx: 64, seed });
  expect(classes.map(({ name }) => name)).toEqual(['Field A', 'Field B', 'Field C']);
  const { classIds } = await driver.labels();
  expect(labeledCount({ classIds })).toBeLessThanOrEqual(0.02 * 64 ** 2);

  // What the browser made is what this process makes: truth, picture and strokes.
  if (settings === null) throw new Error('The scene has a name.');
  const scene = generateScene(settings);
  expect(classIds.every((id, i) => id === 255 || id === scene.mask[i])).toBe(true);
  const shown = (await driver.layerPixels('image')).filter((_, i) => i % 4 !== 3);
  expect(shown).toEqual([...scene.rgb]);
});
