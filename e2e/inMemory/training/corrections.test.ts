import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { learnerKeys } from '../../../src/project/storage/learnerRecords.ts';
import { labeledPixels } from '../../../src/state/selectors.ts';
import type { Point } from '../../drivers/pageDriver.ts';
import { paintClass } from '../acts.ts';
import { reset, trainWholeBudget } from '../learning.ts';
import { tamper } from '../records.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const BUDGET = 8;
const [TABLE, CERAMIC] = [0, 1];
/** Over the table and the saucer of the espresso picture. */
const STROKE: readonly Point[] = [
  [4, 38],
  [30, 38],
];

let page: TestWorkbench;

afterEach(() => page.close());

it('a stroke has a point for how much of it was right before; undo takes it back, and a reload keeps it', async () => {
  page = await TestWorkbench.open();
  const points = () => page.script.getStatus().alreadyRight;

  // Beside no prediction, a stroke has none.
  paintClass(page, TABLE, [
    [3, 3],
    [10, 3],
  ]);
  await trainWholeBudget(page, BUDGET);
  expect(points()).toEqual([]);
  expect(page.state.project.corrections).toBeNull();

  const before = page.script.getLabels()?.classIds ?? [];
  const classMap = page.script.getPrediction()?.classMap ?? [];
  paintClass(page, TABLE, STROKE);
  const after = page.script.getLabels()?.classIds ?? [];
  const labeled = [...after.keys()].filter((i) => after[i] !== UNLABELED && after[i] !== before[i]);
  const right = labeled.filter((i) => classMap[i] === after[i]);
  expect(labeled.length).toBeGreaterThan(50);
  const share = right.length / labeled.length;
  expect(points()).toEqual([[share]]);
  expect(page.state.project.corrections).toEqual({ strokes: 1, latest: share, recent: share });

  page.workbench.history.undo();
  expect(points()).toEqual([]);
  expect(page.state.project.corrections).toBeNull();
  page.workbench.history.redo();
  expect(points()).toEqual([[share]]);

  // Neither taking labels away nor accepting what the network says is a correction.
  const labeledBefore = labeledPixels(page.state.document);
  page.paint(
    [
      [4, 38],
      [12, 38],
    ],
    'secondary',
  );
  expect(labeledPixels(page.state.document)).toBeLessThan(labeledBefore);
  const left = labeledPixels(page.state.document);
  page.workbench.painting.selectTool('accept');
  page.workbench.painting.set({ acceptConfidence: 0.2 });
  page.paint([[50, 20]]);
  expect(labeledPixels(page.state.document)).toBeGreaterThan(left);
  expect(points()).toEqual([[share]]);

  // Another learner's strokes stand beside the former one's.
  await reset(page);
  await page.stepTo(1);
  page.workbench.painting.selectTool('brush');
  paintClass(page, CERAMIC, [
    [40, 5],
    [58, 5],
  ]);
  const both = points();
  expect(both).toEqual([[share], [expect.any(Number)]]);
  await page.isSaved();
  page = await page.reload();
  expect(points()).toEqual(both);
  expect(page.state.project.corrections).toMatchObject({ strokes: 1, latest: both[1]?.[0] });
});

it('points of a learner that is not there any more are a former one’s', async () => {
  page = await TestWorkbench.open();
  await page.stepTo(1);
  paintClass(page, TABLE, STROKE);
  const points = page.script.getStatus().alreadyRight;
  expect(points).toHaveLength(1);
  await page.until(({ project: { saving, storedStep } }) => saving === 'saved' && storedStep === 1);
  for (const key of learnerKeys('example-coffee')) await tamper('learners', key, null);
  page = await page.reload();
  expect(page.state.training.step).toBe(0);
  await page.stepTo(1);
  paintClass(page, CERAMIC, STROKE);
  expect(page.script.getStatus().alreadyRight).toEqual([...points, [expect.any(Number)]]);
});
