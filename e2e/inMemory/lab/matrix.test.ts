import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { COFFEE_AGAIN, COFFEE_CALLED_TABLE, TRUE_STROKES } from '../../drivers/heldOutStrokes.ts';
import { paintClass } from '../acts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

it('the confusion matrix counts the pixels of labels and prediction; before a prediction there is none', async () => {
  page = await TestWorkbench.open();
  const { matrix } = page.workbench;
  expect(matrix.figures()).toBeNull();
  await page.stepTo(3);
  const classIds = page.script.getLabels()?.classIds ?? new Uint8Array();
  const classMap = page.script.getPrediction()?.classMap ?? new Uint8Array();
  const counted = (truth: number, predicted: number) =>
    classIds.filter((id, i) => id === truth && classMap[i] === predicted).length;
  const rows = matrix.figures()?.rows ?? [];
  const ids = page.state.document.classes.map(({ id }) => id);
  expect(rows.map(({ truthId }) => truthId)).toEqual(ids);
  for (const { truthId, pixels, cells } of rows) {
    expect(pixels).toBe(classIds.filter((id) => id === truthId).length);
    for (const cell of cells) {
      expect(cell.pixels).toBe(counted(truthId, cell.predictedId));
      expect(cell.share).toBe(cell.pixels / pixels);
    }
  }
  const labeled = classIds.filter((id) => id !== UNLABELED).length;
  expect(rows.flatMap(({ cells }) => cells).reduce((sum, { pixels }) => sum + pixels, 0)).toBe(labeled);
});

it('the IoUs are those that scripts read, by the labels; by the exact mask they are others', async () => {
  page = await TestWorkbench.open({ size: '64', network: 'unet-8-2-1', backend: 'wasm', picture: 'earth' });
  const { matrix } = page.workbench;
  await page.stepTo(3);
  const iousOf = () => page.state.document.classes.map(({ id }) => matrix.figures()?.iouByClass[id] ?? null);
  const byLabels = iousOf();
  const { iouByClass } = page.script.getMetrics();
  expect(byLabels).toEqual(page.state.document.classes.map(({ id }) => iouByClass[id] ?? null));
  matrix.countAgainst('truth');
  expect(matrix.figures()?.reference).toBe('truth');
  expect(iousOf()).not.toEqual(byLabels);
});

it('a cell stays lit when it is pinned, and another picture lights nothing', async () => {
  page = await TestWorkbench.open();
  const { matrix, projects } = page.workbench;
  await page.stepTo(1);
  const cell = { truthId: 0, predictedId: 1 };
  matrix.point(cell);
  matrix.point(null);
  expect(page.state).toMatchObject({ matrix: { pointedCell: null, pinnedCell: null } });
  matrix.togglePin(cell);
  expect(page.state.matrix.pinnedCell).toEqual(cell);
  matrix.togglePin(cell);
  expect(page.state.matrix.pinnedCell).toBeNull();
  matrix.togglePin(cell);
  await projects.openExample('chelsea');
  expect(page.state.matrix.pinnedCell).toBeNull();
});

it('strokes that are held out are not counted', async () => {
  page = await TestWorkbench.open();
  const { matrix, painting, training } = page.workbench;
  painting.clearLabels();
  painting.setBrushDiameter(3);
  training.toggleHoldOut();
  for (const [classId, from, to] of [...TRUE_STROKES, COFFEE_CALLED_TABLE, COFFEE_AGAIN]) {
    paintClass(page, classId, [from, to]);
  }
  await page.stepTo(1);
  const { strokeIds = new Uint16Array() } = page.script.getLabels() ?? {};
  const heldOut = page.workbench.picture?.heldOut ?? new Set();
  expect(heldOut.size).toBe(2);
  const counted = strokeIds.filter((id) => id > 0 && !heldOut.has(id)).length;
  expect((matrix.figures()?.rows ?? []).reduce((sum, { pixels }) => sum + pixels, 0)).toBe(counted);
});
