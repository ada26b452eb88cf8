import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { PolygonTool } from './polygonTool.ts';
import { at, click, drag, indicesWhere, ToolStand } from './toolTestTools.ts';

const BOX = indicesWhere((x, y) => x >= 5 && x < 25 && y >= 4 && y < 20);

/** A polygon with the corners of BOX but the last, still open. */
function openPolygon(corners = 4) {
  const stand = new ToolStand();
  const polygon = new PolygonTool(stand);
  for (const [x, y] of (
    [
      [5, 4],
      [25, 4],
      [25, 20],
      [5, 20],
    ] as const
  ).slice(0, corners))
    click(polygon, x, y);
  return { stand, polygon };
}

describe('PolygonTool', () => {
  it('fills with finish, as one edit, and is idle after it', () => {
    const { stand, polygon } = openPolygon();
    expect(stand.counts[1]).toBe(0);
    expect(stand.document.canUndo).toBe(false);
    expect(polygon.isActive).toBe(true);
    expect(polygon.finish()).toBe(true);
    expect(stand.pixelsOf(1)).toEqual(BOX);
    expect(stand.document.history).toMatchObject([{ name: 'Polygon' }]);
    expect(polygon.isActive).toBe(false);
    expect(polygon.preview).toBeNull();
    expect(polygon.finish()).toBe(false);
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
  });

  it('closes with a click within 8 screen pixels of the first corner', () => {
    const { stand, polygon } = openPolygon();
    click(polygon, 5 + 4.1, 4, { imagePxPerScreenPx: 0.5 });
    expect(polygon.isActive).toBe(true);
    polygon.removeLastPoint();
    click(polygon, 5 + 3.9, 4, { imagePxPerScreenPx: 0.5 });
    expect(polygon.isActive).toBe(false);
    expect(stand.pixelsOf(1)).toEqual(BOX);
  });

  it('needs three corners before a click near the first closes it', () => {
    const { stand, polygon } = openPolygon(2);
    click(polygon, 9, 8);
    expect(polygon.isActive).toBe(true);
    expect(polygon.preview).toMatchObject({
      points: [
        [5, 4],
        [25, 4],
        [9, 8],
      ],
    });
    expect(stand.counts[1]).toBe(0);
  });

  it('closes with the secondary button, which begins nothing', () => {
    const { stand, polygon } = openPolygon();
    click(polygon, 38, 28, { button: 'secondary' });
    expect(stand.pixelsOf(1)).toEqual(BOX);
    click(polygon, 38, 28, { button: 'secondary' });
    expect(polygon.isActive).toBe(false);
  });

  it('gives up what has fewer than three corners', () => {
    const { stand, polygon } = openPolygon(2);
    expect(polygon.finish()).toBe(true);
    expect(polygon.isActive).toBe(false);
    expect(stand.counts[1]).toBe(0);
    expect(stand.document.canUndo).toBe(false);
  });

  it('shows a rubber band to the pointer, and the closed shape where a click would close it', () => {
    const { polygon } = openPolygon(3);
    const corners = [
      [5, 4],
      [25, 4],
      [25, 20],
    ];
    const path = { kind: 'path', closed: true, radiusPx: 0 };
    polygon.hover(at(30, 28));
    expect(polygon.preview).toEqual({ ...path, points: [...corners, [30, 28]] });
    polygon.hover(at(8, 6));
    expect(polygon.preview).toEqual({ ...path, points: corners });
    polygon.hover(at(31, 28));
    polygon.hover(null);
    expect(polygon.preview).toEqual({ ...path, points: corners });
    polygon.removeLastPoint();
    expect(polygon.preview).toEqual({ ...path, points: corners.slice(0, 2), closed: false });
  });

  it('moves a corner until its button is released', () => {
    const { stand, polygon } = openPolygon(3);
    drag(polygon, [
      [12, 27],
      [9, 25],
      [5, 20],
    ]);
    polygon.pointerMove(at(0, 0));
    polygon.finish();
    expect(stand.pixelsOf(1)).toEqual(BOX);
  });

  it('takes two clicks at one place as one corner', () => {
    const { polygon } = openPolygon(2);
    click(polygon, 26, 5);
    expect(polygon.preview).toMatchObject({
      points: [
        [5, 4],
        [25, 4],
      ],
    });
  });

  it('takes corners back one by one, to nothing', () => {
    const { polygon } = openPolygon(2);
    expect(polygon.removeLastPoint()).toBe(true);
    expect(polygon.removeLastPoint()).toBe(true);
    expect(polygon.isActive).toBe(false);
    expect(polygon.removeLastPoint()).toBe(false);
  });

  it('is gone when cancelled, and tells so once', () => {
    const { stand, polygon } = openPolygon();
    const changes = stand.previewChangeCount;
    polygon.cancel();
    polygon.cancel();
    expect(stand.previewChangeCount).toBe(changes + 1);
    expect(polygon.isActive).toBe(false);
    expect(polygon.finish()).toBe(false);
    expect(stand.counts[1]).toBe(0);
  });

  it('unlabels where unlabeled is the class at its end', () => {
    const { stand, polygon } = openPolygon();
    stand.label(1, () => true);
    expect(polygon.isUnlabeling).toBe(false);
    stand.choose({ classId: UNLABELED });
    expect(polygon.isUnlabeling).toBe(true);
    polygon.finish();
    expect(stand.pixelsOf(UNLABELED)).toEqual(BOX);
  });

  it('refuses its first corner at once, and stays open where its end is refused', () => {
    const { stand, polygon } = openPolygon();
    stand.document.setClassLocked(1, true);
    expect(polygon.finish()).toBe(true);
    expect(stand.sentences).toHaveLength(1);
    expect(polygon.preview).toMatchObject({ points: { length: 4 } });
    polygon.cancel();
    click(polygon, 5, 5);
    expect(stand.sentences).toHaveLength(2);
    expect(polygon.isActive).toBe(false);
    stand.document.setClassLocked(1, false);
    click(polygon, 5, 5);
    expect(polygon.isActive).toBe(true);
  });
});
