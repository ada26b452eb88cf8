import { afterEach, expect, it } from 'vitest';
import { generateScene } from '../../../src/samples/scenes/generateScene.ts';
import { DEFAULT_SCENE_SETTINGS, parseSceneId, type SceneSettings, sceneId } from '../../../src/settings/scene.ts';
import { labeledPixels, openScores } from '../../../src/state/selectors.ts';
import { isOpen, labelsOf, predictionOf, projectOf } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const PLAIN = { size: '128', network: 'unet-8-2-1', backend: 'wasm' } as const;
const MOSAIC: SceneSettings = { ...DEFAULT_SCENE_SETTINGS, layout: 'mosaic', classCount: 3, sizePx: 128, seed: 4711 };

let page: TestWorkbench;

afterEach(() => page.close());

it('a scene comes with few strokes, trains beside its truth, and is kept with it', async () => {
  page = await TestWorkbench.open({ ...PLAIN, picture: sceneId(MOSAIC) });
  await isOpen(page, 'Scene 4711');
  const { pictures, classes } = projectOf(page);
  expect(parseSceneId(pictures[0]?.id ?? '')).toEqual(MOSAIC);
  expect(classes.map(({ name }) => name)).toEqual(['Field A', 'Field B', 'Field C']);
  expect(labeledPixels(page.state.document)).toBeGreaterThan(0);
  expect(labeledPixels(page.state.document)).toBeLessThanOrEqual(0.02 * 128 ** 2);
  const { mask } = generateScene(MOSAIC);
  expect(labelsOf(page).classIds.every((id, i) => id === 255 || id === mask[i])).toBe(true);

  await page.stepTo(2);
  const { classMap } = predictionOf(page);
  const right = classMap.filter((id, i) => id === mask[i]).length;
  const scores = openScores(await page.until((state) => openScores(state) !== null));
  expect(scores?.trueAccuracy).toBeCloseTo(right / 128 ** 2, 6);

  // Kept like any other project, and its truth with it.
  page.paint([
    [10, 10],
    [20, 20],
  ]);
  await page.until(({ project: { saving, storedStep } }) => saving === 'saved' && storedStep === 2);
  const painted = labelsOf(page);
  page = await page.reload(PLAIN);
  await isOpen(page, 'Scene 4711');
  expect(labelsOf(page)).toEqual(painted);
  await page.until(({ training }) => training.step === 2);
  await page.stepTo(3);
  const again = await page.until((state) => openScores(state) !== null);
  expect(openScores(again)?.trueAccuracy).not.toBeNull();
});

it('another scene is like the one that is open, of a new seed', async () => {
  const settings = { ...DEFAULT_SCENE_SETTINGS, sizePx: 64, seed: 77 };
  page = await TestWorkbench.open({ ...PLAIN, picture: sceneId(settings) });
  await isOpen(page, 'Scene 77');
  page.perform('Another generated scene, of a new seed');
  await page.until(({ project: { projectName, opening } }) => projectName !== 'Scene 77' && !opening);
  const opened = parseSceneId(projectOf(page).pictures[0]?.id ?? '');
  expect(opened?.seed).not.toBe(77);
  expect(opened).toEqual({ ...settings, seed: opened?.seed });
});
