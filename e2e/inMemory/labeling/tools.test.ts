import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PolygonTool } from '../../../src/editor/tools/polygonTool.ts';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { labeledPixels } from '../../../src/state/selectors.ts';
import { connectedPixels, insidePolygon, polylineDistancesPx } from '../../drivers/geometry.ts';
import { QUARTERS, quartersFile } from '../../drivers/pictures.ts';
import { addPictures } from '../acts.ts';
import { classIdsOf, labelsOf, predictionOf } from '../facts.ts';
import { Hand, type Point } from '../hand.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const { width, height, isTop, isLeft } = QUARTERS;
const BACKGROUND = 0;
const OBJECT = 1;
const TRIANGLE = [
  [8, 6],
  [54, 12],
  [20, 42],
] as const;

let page: TestWorkbench;

beforeEach(async () => {
  page = await TestWorkbench.open();
  await addPictures(page, [quartersFile()]);
  expect(page.state.project.projectName).toBe('My pictures');
});

afterEach(() => page.close());

const everyPixel = Array.from({ length: width * height }, (_, i) => i);

/** The planes have `classId` wherever a brush of this radius went along the polyline, and nothing elsewhere. */
function expectStroke(points: readonly Point[], radiusPx: number, classId: number) {
  const distances = polylineDistancesPx(points, width, height);
  const ids = classIdsOf(page);
  const wrong = ids.filter((id, i) => {
    const fromEdge = (distances[i] ?? Number.NaN) - radiusPx;
    if (fromEdge < -1e-3) return id !== classId;
    return fromEdge > 1e-3 && id !== UNLABELED;
  });
  expect(wrong).toEqual([]);
  expect(ids).toContain(classId);
}

/** The planes have `classId` where `inside` is true and nothing where it is not, but for a few on the border. */
function expectRegion(inside: readonly boolean[], classId: number, borderPx = 0) {
  const ids = classIdsOf(page);
  expect(ids.filter((id, i) => id !== (inside[i] ? classId : UNLABELED)).length).toBeLessThanOrEqual(borderPx);
  expect(ids.filter((id) => id === classId).length).toBeGreaterThan(borderPx);
}

function choose(tool: Parameters<typeof page.workbench.painting.selectTool>[0], classId = BACKGROUND, brushPx = 3) {
  const { painting } = page.workbench;
  painting.selectTool(tool);
  painting.selectClass(classId);
  painting.setBrushDiameter(brushPx);
}

it('the brush paints what it covers, however fast it goes; the unlabeled brush takes it away', () => {
  choose('brush', OBJECT, 5);
  const stroke = [
    [6, 6],
    [57, 20],
    [10, 40],
  ] as const;
  new Hand(page).drag(stroke);
  expectStroke(stroke, 2.5, OBJECT);
  page.perform('Unlabeled brush: takes labels away');
  page.workbench.painting.setBrushDiameter(9);
  new Hand(page).drag(stroke);
  expect(labeledPixels(page.state.document)).toBe(0);
});

it('the line tool paints on release, with Shift along a multiple of 45°', () => {
  choose('line');
  const [from, to] = [
    [10, 10],
    [50, 14],
  ] as const;
  const hand = new Hand(page);
  hand.press(from);
  hand.move(to);
  expect(labeledPixels(page.state.document)).toBe(0);
  hand.release(to);
  expectStroke([from, to], 1.5, BACKGROUND);
  page.workbench.history.undo();
  expect(labeledPixels(page.state.document)).toBe(0);

  hand.drag([from, to], { shiftKey: true });
  expectStroke([from, [50, 10]], 1.5, BACKGROUND);
});

it.each<[how: string, end: (hand: Hand) => void]>([
  ['Enter or a double click', (hand) => hand.tool.finish()],
  ['its first corner', (hand) => hand.click([8.3, 6.2])],
])('a polygon is closed by %s', (_, end) => {
  choose('polygon');
  const hand = new Hand(page);
  for (const corner of TRIANGLE) hand.click(corner);
  expect(labeledPixels(page.state.document)).toBe(0);
  end(hand);
  expectRegion(insidePolygon(TRIANGLE, width, height), BACKGROUND, 12);
  page.workbench.history.undo();
  expect(labeledPixels(page.state.document)).toBe(0);
});

it('a wrong corner of a polygon is taken back, and one that is left paints nothing', () => {
  choose('polygon');
  const hand = new Hand(page);
  for (const corner of [TRIANGLE[0], TRIANGLE[1], [60, 44] as const]) hand.click(corner);
  if (!(hand.tool instanceof PolygonTool)) throw new Error('Another tool is in hand.');
  hand.tool.removeLastPoint();
  hand.click(TRIANGLE[2]);
  expect(labeledPixels(page.state.document)).toBe(0);
  hand.tool.finish();
  expectRegion(insidePolygon(TRIANGLE, width, height), BACKGROUND, 12);
  page.workbench.history.undo();

  for (const corner of TRIANGLE) hand.click(corner);
  hand.tool.cancel();
  expect(hand.tool.finish()).toBe(false);
  expect(labeledPixels(page.state.document)).toBe(0);
});

it('the lasso fills its outline, and takes it away with the right button', () => {
  choose('lasso');
  const hand = new Hand(page);
  hand.drag([...TRIANGLE, TRIANGLE[0]]);
  expectRegion(insidePolygon(TRIANGLE, width, height), BACKGROUND, 12);
  hand.drag([...TRIANGLE, TRIANGLE[0]], { button: 'secondary' });
  expect(labeledPixels(page.state.document)).toBe(0);
});

it('flood fill stops where the colour differs by more than the tolerance', () => {
  choose('fill');
  const { painting } = page.workbench;
  const share = QUARTERS.redDistance / (255 * Math.sqrt(3));
  painting.set({ fillTolerance: Math.ceil(100 * share) });
  const hand = new Hand(page);
  hand.click([5, 5]);
  expectRegion(everyPixel.map(isLeft), BACKGROUND);
  page.workbench.history.undo();

  painting.set({ fillTolerance: Math.floor(100 * share) });
  painting.selectClass(OBJECT);
  hand.click([5, 5]);
  expectRegion(
    everyPixel.map((i) => isTop(i) && isLeft(i)),
    OBJECT,
  );
  hand.click([20, 20], { button: 'secondary' });
  expect(labeledPixels(page.state.document)).toBe(0);
});

it('superpixels keep to the colours’ borders; a drag paints all that it touches', async () => {
  choose('superpixel');
  const hand = new Hand(page);
  hand.hover([40, 12]);
  expect(page.state.painting.cutting).toBe(true);
  await page.until(({ painting }) => !painting.cutting);
  hand.click([40, 12]);
  const painted = classIdsOf(page).flatMap((id, i) => (id === BACKGROUND ? [i] : []));
  expect(painted).toContain(12 * width + 40);
  // A patch of the green quarter, and not all of it.
  expect(painted.filter((i) => !isTop(i) || isLeft(i))).toEqual([]);
  expect(painted.length).toBeLessThan((width * height) / 8);

  hand.drag([
    [34, 3],
    [61, 3],
    [61, 21],
  ]);
  const more = classIdsOf(page);
  expect(more.filter((id) => id === BACKGROUND).length).toBeGreaterThan(painted.length);
  for (const [x, y] of [
    [34, 3],
    [50, 3],
    [61, 12],
    [61, 21],
  ] as const) {
    expect(more[y * width + x]).toBe(BACKGROUND);
  }
  hand.click([40, 12], { button: 'secondary' });
  expect(classIdsOf(page)[12 * width + 40]).toBe(UNLABELED);
});

describe('with a prediction', () => {
  beforeEach(async () => {
    choose('brush', BACKGROUND);
    page.paint([
      [4, 4],
      [4, 40],
    ]);
    choose('brush', OBJECT);
    page.paint([
      [50, 4],
      [50, 40],
    ]);
    await page.stepTo(6);
  });

  const pick = (point: Point) => {
    page.workbench.painting.selectTool('picker');
    new Hand(page).click(point);
    // Once it has picked, the brush paints on.
    expect(page.state.painting.toolId).toBe('brush');
    return page.state.painting.activeClassId;
  };

  it('the picker takes the label’s class, else the predicted one, else unlabeled', async () => {
    expect(page.state.painting.activeClassId).toBe(OBJECT);
    expect(pick([4, 20])).toBe(BACKGROUND);
    expect(pick([58, 30])).toBe(predictionOf(page).classMap[30 * width + 58]);
    page.workbench.training.reset();
    await page.until(({ training }) => training.step === 0);
    expect(pick([58, 30])).toBe(UNLABELED);
  });

  it('accepting takes the prediction over where it is sure enough, and can be undone', () => {
    const { painting } = page.workbench;
    const before = labelsOf(page);
    const { classMap, confidence } = predictionOf(page);
    const middling = [...confidence].sort((a, b) => a - b)[width * height * 0.5] ?? 0;
    const leastShare = Math.round((100 * middling) / 255) / 100;
    const isSure = (i: number) => (confidence[i] ?? 0) >= 255 * leastShare;
    /** The person's labels, else the prediction where `isTaken`, else nothing. */
    const accepted = (isTaken: (index: number) => boolean) =>
      [...before.classIds].map((id, i) => (id === UNLABELED && isTaken(i) ? (classMap[i] ?? UNLABELED) : id));
    const undo = () => {
      page.workbench.history.undo();
      expect(labelsOf(page)).toEqual(before);
    };

    painting.selectTool('accept');
    painting.set({ acceptConfidence: leastShare });
    page.perform('Accept the prediction wherever it is sure enough');
    expect(classIdsOf(page)).toEqual(accepted(isSure));
    expect(classIdsOf(page)).toContain(UNLABELED);
    expect(classIdsOf(page)).not.toEqual([...before.classIds]);
    undo();

    // Of one component, by a click.
    const hand = new Hand(page);
    const start = before.classIds.findIndex((id, i) => isSure(i) && id === UNLABELED);
    const [x, y] = [start % width, Math.floor(start / width)];
    const isAlike = (i: number) => isSure(i) && classMap[i] === classMap[start];
    const component = connectedPixels([x, y], width, height, isAlike);
    hand.click([x, y]);
    expect(classIdsOf(page)).toEqual(accepted((i) => component[i] === true));
    undo();

    // Of an outline, by a drag.
    hand.drag([...TRIANGLE, TRIANGLE[0]]);
    const inside = insidePolygon(TRIANGLE, width, height);
    const wanted = accepted((i) => isSure(i) && inside[i] === true);
    expect(classIdsOf(page).filter((id, i) => id !== wanted[i]).length).toBeLessThanOrEqual(12);
    expect(classIdsOf(page)).not.toEqual([...before.classIds]);
    undo();
  });

  it('accepting nothing says so', async () => {
    const before = labelsOf(page);
    page.workbench.painting.selectTool('accept');
    page.workbench.painting.set({ acceptConfidence: 1 });
    new Hand(page).click([30, 24]);
    await page.isTold('nothing was accepted');
    expect(labelsOf(page)).toEqual(before);
  });
});

const LEVEL = [
  [10, 24],
  [50, 24],
] as const;
const CROSSING = [
  [30, 4],
  [30, 44],
] as const;

it('a locked class neither loses nor gains a pixel', async () => {
  choose('brush', BACKGROUND, 9);
  page.paint(LEVEL);
  const locked = classIdsOf(page);
  page.perform('Lock or unlock the chosen class');
  page.paint([
    [10, 10],
    [50, 10],
  ]);
  await page.isTold('locked');
  expect(classIdsOf(page)).toEqual(locked);

  page.workbench.painting.selectClass(OBJECT);
  page.paint(CROSSING);
  const crossed = classIdsOf(page);
  expect(crossed.map((id) => (id === BACKGROUND ? id : UNLABELED))).toEqual(locked);
  expect(crossed).toContain(OBJECT);
  page.paint(
    [
      [20, 24],
      [40, 24],
    ],
    'secondary',
  );
  expect(classIdsOf(page)).toEqual(crossed);
});

it('painting only what is unlabeled leaves labels alone; filling the rest leaves nothing out', () => {
  choose('brush', BACKGROUND, 9);
  page.paint(LEVEL);
  const first = classIdsOf(page);
  page.perform('Paint only where nothing is labeled');
  page.workbench.painting.selectClass(OBJECT);
  page.paint(CROSSING);
  const crossed = classIdsOf(page);
  expect(crossed.map((id) => (id === BACKGROUND ? id : UNLABELED))).toEqual(first);
  expect(crossed).toContain(OBJECT);

  page.perform('Fill the rest of the picture with the chosen class');
  expect(classIdsOf(page)).toEqual(first.map((id) => (id === UNLABELED ? OBJECT : id)));
  page.perform('Clear the chosen class’s labels in this picture');
  expect(classIdsOf(page)).toEqual(first);
  page.workbench.history.undo();
  page.workbench.history.undo();
  expect(classIdsOf(page)).toEqual(crossed);
});
