import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { generateScene } from '../../../src/samples/scenes/generateScene.ts';
import { sceneId } from '../../../src/settings/scene.ts';
import { hasTruth, labeledPixels, openScores } from '../../../src/state/selectors.ts';
import { truthFacts } from '../../../src/workbench/lab/truthFacts.ts';
import { EASY_SCENE } from '../../drivers/easyScene.ts';
import { paintClass } from '../acts.ts';
import { TestBrowser } from '../browser/testBrowser.ts';
import { pause } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const SIDE_PX = EASY_SCENE.sizePx;
const AT_128 = { size: String(SIDE_PX), network: 'unet-8-2-1', backend: 'wasm' } as const;

let page: TestWorkbench;

afterEach(() => page.close());

/** Intersection over union of a class, counted here. */
function iou(truth: ArrayLike<number>, classMap: Uint8Array, classId: number): number {
  const both = classMap.filter((id, i) => id === classId && truth[i] === classId).length;
  return both / classMap.filter((id, i) => id === classId || truth[i] === classId).length;
}

it('the figures are what a count of the pixels gives', async () => {
  const { mask } = generateScene(EASY_SCENE);
  page = await TestWorkbench.open({ ...AT_128, picture: sceneId(EASY_SCENE) });
  await page.stepTo(4);
  const classMap = page.script.getPrediction()?.classMap ?? new Uint8Array();
  const classIds = page.script.getLabels()?.classIds ?? new Uint8Array();
  const labeled = [...classIds.keys()].filter((i) => classIds[i] !== UNLABELED);
  const wrong = classMap.filter((id, i) => id !== mask[i]).length;
  const ious = [0, 1, 2].map((id) => iou(mask, classMap, id));
  const scores = openScores(page.state);
  expect(scores?.maskedAccuracy).toBe(labeled.filter((i) => classMap[i] === classIds[i]).length / labeled.length);
  expect(scores?.trueAccuracy).toBeCloseTo(1 - wrong / mask.length, 9);
  expect(scores?.trueMeanIou).toBeCloseTo(ious.reduce((sum, each) => sum + each, 0) / 3, 9);
  expect(page.state.document.classes.map(({ name }) => name)).toEqual(['Field A', 'Field B', 'Field C']);
  const { picture } = page.workbench;
  if (picture === null) throw new Error('A picture is open.');
  const facts = truthFacts(picture);
  expect(facts?.wrongPixels).toBe(wrong);
  expect([0, 1, 2].map((id) => facts?.iouByClass.get(id))).toEqual(ious);
});

it('the game is played: strokes cleared, painted, trained to 90 %, counted, copied and kept', async () => {
  const browser = new TestBrowser();
  const address = { backend: 'wasm', size: String(SIDE_PX), picture: sceneId(EASY_SCENE) };
  page = await TestWorkbench.open(address, { browser });
  const starter = page.script.getLabels();

  // What the learner knew before is no help.
  await page.stepTo(2);
  page.workbench.truthGame.start();
  await page.until(({ document, training, truthGame }) => {
    return labeledPixels(document) === 0 && training.step === 0 && truthGame.round.phase === 'playing';
  });
  page.workbench.history.undo();
  expect(page.script.getLabels()).toEqual(starter);
  page.workbench.history.redo();
  expect(labeledPixels(page.state.document)).toBe(0);

  // A few of the strokes that a careful person would paint.
  page.workbench.painting.setBrushDiameter(2);
  const { strokes } = generateScene(EASY_SCENE);
  for (const id of [0, 1, 2]) {
    for (const { points } of strokes.filter(({ classId }) => classId === id).slice(0, 3)) {
      paintClass(
        page,
        id,
        points.map(([x, y]) => [x - 0.5, y - 0.5] as const),
      );
    }
  }
  page.workbench.training.updateSettings({ stepBudget: 5000 });
  page.workbench.training.toggle();
  const { round } = (await page.until((state) => state.truthGame.round.phase === 'won')).truthGame;
  await pause(page);
  const painted = labeledPixels(page.state.document);
  expect(round).toMatchObject({ phase: 'won', paintedPx: painted });
  expect(page.state.truthGame.fewestPixels).toBe(painted);

  await page.workbench.truthGame.copy(`with ${painted} pixels painted`);
  await page.isTold('Copied.');
  expect(page.clipboard).toBe(`with ${painted} pixels painted`);

  await page.isSaved();
  page = await page.reload({ backend: 'wasm', size: String(SIDE_PX) });
  expect(page.state.truthGame.fewestPixels).toBe(painted);
});

it('a round is left with another picture or given up, and a record that is no record is none', async () => {
  const browser = new TestBrowser();
  browser.localStorage.setItem('unlabeled.fewestPixels', '[["textures@128x96","<b>"]]');
  page = await TestWorkbench.open({ ...AT_128, picture: 'textures' }, { browser });
  const { truthGame, projects } = page.workbench;
  const isPlaying = () =>
    page.until((state) => state.truthGame.round.phase === 'playing' && labeledPixels(state.document) === 0);
  expect(page.state.truthGame.fewestPixels).toBeNull();
  truthGame.start();
  await isPlaying();
  await projects.openExample('earth');
  await page.until(({ training }) => training.phase === 'ready');
  expect(page.state.truthGame.round.phase).toBe('idle');
  truthGame.start();
  await isPlaying();
  truthGame.giveUp();
  expect(page.state.truthGame.round.phase).toBe('idle');
});

it('a round is over when what was learned before it comes back', async () => {
  page = await TestWorkbench.open({ ...AT_128, picture: 'textures' });
  await page.stepTo(2);
  page.workbench.truthGame.start();
  await page.until(({ truthGame, training }) => truthGame.round.phase === 'playing' && training.step === 0);
  await page.answer('The weights were cleared', 'Undo reset');
  expect(page.state.truthGame.round.phase).toBe('idle');
  await page.until(({ training: { step } }) => step === 2);
  expect(page.state.truthGame.round.phase).toBe('idle');
});

it('on a picture without an exact mask there is no round, and the page says why', async () => {
  page = await TestWorkbench.open({ ...AT_128, picture: 'coffee' });
  page.workbench.truthGame.start();
  await page.isTold('This picture has no exact mask to be measured by.');
  expect(page.state.truthGame.round.phase).toBe('idle');
  expect(labeledPixels(page.state.document)).toBeGreaterThan(0);
  await page.workbench.scenes.openFresh();
  expect(page.state.project.projectName).toMatch(/^Scene \d+$/);
  expect(hasTruth(page.state)).toBe(true);
});
