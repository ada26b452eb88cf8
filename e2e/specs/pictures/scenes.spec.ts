import { expect } from '@playwright/test';
import { generateScene } from '../../../src/samples/scenes/generateScene.ts';
import { DEFAULT_SCENE_SETTINGS, parseSceneId, sceneId } from '../../../src/settings/scene.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, TINY } from '../../drivers/pageDriver.ts';

const PLAIN = { ...TINY, backend: 'wasm', size: '128' } as const;

test('a scene is made from knobs and a seed, trains beside its truth, and is kept with it', async ({
  driver,
  page,
}) => {
  await driver.open(PLAIN);
  await driver.button('Generated scene…').click();
  const dialog = page.getByRole('dialog', { name: 'Generated scene' });
  const picture = dialog.getByRole('img', { name: 'The scene' });
  await expect(picture).toHaveJSProperty('naturalWidth', 256);
  await expect(dialog.getByRole('img', { name: 'The exact mask' })).toBeVisible();
  const first = await picture.getAttribute('src');
  await dialog.getByRole('slider', { name: 'Size', exact: true }).fill('128');
  await expect(picture).toHaveJSProperty('naturalWidth', 128);
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
  expect(settings).toEqual({ ...DEFAULT_SCENE_SETTINGS, layout: 'mosaic', classCount: 3, sizePx: 128, seed });
  expect(classes.map(({ name }) => name)).toEqual(['Field A', 'Field B', 'Field C']);
  const { classIds } = await driver.labels();
  expect(labeledCount({ classIds })).toBeLessThanOrEqual(0.02 * 128 ** 2);

  // What the browser made is what this process makes: truth, picture and strokes.
  if (settings === null) throw new Error('The scene has a name.');
  const scene = generateScene(settings);
  expect(classIds.every((id, i) => id === 255 || id === scene.mask[i])).toBe(true);
  const shown = (await driver.layerPixels('image')).filter((_, i) => i % 4 !== 3);
  expect(shown).toEqual([...scene.rgb]);

  await driver.stepTo(2);
  const { classMap } = (await driver.prediction()) ?? { classMap: [] };
  const right = classMap.filter((id, i) => id === scene.mask[i]).length;
  expect((await driver.status()).trueAccuracy).toBeCloseTo(right / 128 ** 2, 6);

  // Kept like any other project, and its truth with it.
  await driver.paint([
    [10, 10],
    [20, 20],
  ]);
  await driver.isSaved();
  const painted = await driver.labels();
  await page.reload();
  await driver.isReady();
  await driver.isOpen(`Scene ${seed}`);
  expect(await driver.labels()).toEqual(painted);
  await driver.stepTo(3);
  expect((await driver.status()).trueAccuracy).not.toBeNull();
});

test('an address names a scene, another command opens one of a new seed', async ({ driver }) => {
  const settings = { ...DEFAULT_SCENE_SETTINGS, sizePx: 64, seed: 77 };
  await driver.open({ ...PLAIN, picture: sceneId(settings) });
  await driver.isOpen('Scene 77');
  await driver.perform('Another generated scene');
  await expect.poll(async () => (await driver.project()).name).not.toBe('Scene 77');
  await driver.isReady();
  const opened = parseSceneId((await driver.project()).pictures[0]?.id ?? '');
  expect(opened).toEqual({ ...settings, seed: opened?.seed });
});
