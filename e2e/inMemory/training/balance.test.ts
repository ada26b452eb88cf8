import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { openScores } from '../../../src/state/selectors.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, openPicture, paintClass } from '../acts.ts';
import { firstLosses } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

/** Weights of the open picture's classes by what each has, of mean 1, to three digits. */
function weightsOf(raw: readonly number[]): Record<number, number> {
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
  const ids = page.state.document.classes.map(({ id }) => id);
  return Object.fromEntries(ids.map((id, i) => [id, Number(((raw[i] ?? Number.NaN) / mean).toPrecision(3))]));
}

it('strokes weigh the same by choice, which the learner follows and the project keeps', async () => {
  page = await TestWorkbench.open();
  const { training } = page.workbench;
  const { smoothness } = page.state.training.settings;
  training.updateSettings({ smoothness: { ...smoothness, weight: 0 } });
  training.setClassBalance('none');
  const [perPixel] = await firstLosses(page, 1);
  training.updateSettings({ strokeBalance: 'stroke' });
  const [perStroke] = await firstLosses(page, 1);
  expect(Number.isFinite(perStroke)).toBe(true);
  expect(Math.abs((perStroke ?? 0) - (perPixel ?? 0))).toBeGreaterThan(1e-4);

  // Of N labeled pixels each stroke is worth N / S, which is what the weights of a class begin with.
  const { classIds, strokeIds } = page.script.getLabels() ?? { classIds: [], strokeIds: [] };
  const strokesOf = (id: number) => new Set(strokeIds.filter((_, i) => classIds[i] === id)).size;
  training.setClassBalance('inverse');
  training.setClassBalance('custom');
  const weights = weightsOf(page.state.document.classes.map(({ id }) => 1 / strokesOf(id)));
  expect(new Set(Object.values(weights)).size).toBeGreaterThan(1);
  expect(page.state.training.settings.customClassWeights).toEqual(weights);
  await page.isSaved();
  page = await page.reload();
  expect(page.state.training.settings).toMatchObject({
    strokeBalance: 'stroke',
    classBalance: 'custom',
    customClassWeights: weights,
  });
});

it('several pictures come in turn or by class, as is chosen, and the choice is kept', async () => {
  page = await TestWorkbench.open();
  await addPictures(
    page,
    [1, 2, 3].map((number) => plainFile(number)),
  );
  // The first class on two pictures, the second on the third.
  for (const [name, classId] of [
    ['plain 1', 0],
    ['plain 2', 0],
    ['plain 3', 1],
  ] as const) {
    await openPicture(page, name);
    paintClass(page, classId, [
      [8, 8],
      [40, 8],
    ]);
  }
  const inTurn = await firstLosses(page, 4);
  page.workbench.training.updateSettings({ pictureOrder: 'classes' });
  const byClass = await firstLosses(page, 4);
  expect(byClass).not.toEqual(inTurn);
  expect(byClass).not.toContain(null);

  await page.isSaved();
  page = await page.reload();
  expect(page.state.training.settings.pictureOrder).toBe('classes');
  expect(page.state.project.pictures).toHaveLength(3);
});

it('class weights set by hand begin with the automatic ones, follow the classes and are kept', async () => {
  page = await TestWorkbench.open();
  const { training, classes } = page.workbench;
  const idOf = (name: string) => page.state.document.classes.find((each) => each.name === name)?.id ?? UNLABELED;
  expect(page.state.training.settings.classBalance).toBe('inverseSqrt');
  training.setClassBalance('custom');
  // 1/√count of the starter strokes, scaled to mean 1.
  const { labeledByClass } = page.state.document;
  const automatic = weightsOf(page.state.document.classes.map(({ id }) => 1 / Math.sqrt(labeledByClass[id] ?? 0)));
  expect(page.state.training.settings.customClassWeights).toEqual(automatic);

  training.setClassWeight(idOf('Coffee'), 0);
  training.startClassWeights('none');
  expect(page.state.training.settings.customClassWeights).toEqual({});
  training.setClassWeight(idOf('Coffee'), 0);
  training.setClassWeight(idOf('Spoon'), 0.891);

  // A loss on the weighted labels, and a class of weight 0 that is counted as ever.
  await page.stepTo(1);
  expect(page.state.training.loss).toBeGreaterThan(0);
  expect(openScores(page.state)?.maskedAccuracy).not.toBeNull();
  expect(openScores(page.state)?.iouByClass).toHaveProperty(String(idOf('Coffee')));

  // A class that goes takes its weight with it; one that comes has none of its own, and so weighs 1.
  classes.removeInto(idOf('Spoon'), UNLABELED);
  expect(page.state.training.settings.customClassWeights).toEqual({ [idOf('Coffee')]: 0 });
  page.perform('Add a class');
  expect(page.state.training.settings.customClassWeights).toEqual({ [idOf('Coffee')]: 0 });

  const kept = { classBalance: 'custom', customClassWeights: { [idOf('Coffee')]: 0 } };
  await page.isSaved();
  page = await page.reload();
  expect(page.state.training.settings).toMatchObject(kept);
  expect(page.state.training.settings.customClassWeights).toEqual(kept.customClassWeights);
});
