import { describe, expect, it } from 'vitest';
import { rasteriseCapsule } from '../../labels/capsule.ts';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { BrushTool } from './brushTool.ts';
import { at, click, HEIGHT, ToolStand, WIDTH } from './toolTestTools.ts';

function setUp(chosen: Partial<ToolStand['chosen']> = {}) {
  const stand = new ToolStand();
  stand.choose(chosen);
  return { stand, brush: new BrushTool(stand) };
}

describe('BrushTool', () => {
  it('paints from down over moves to up, as one edit', () => {
    const { stand, brush } = setUp();
    brush.pointerDown(at(2.2, 5.8));
    expect(brush.isActive).toBe(true);
    expect(stand.counts[1]).toBe(1);
    brush.pointerMove(at(6.9, 5.1));
    expect(stand.counts[1]).toBe(5);
    brush.pointerUp(at(6.9, 9.1));
    expect(brush.isActive).toBe(false);
    expect(stand.counts[1]).toBe(9);
    expect(stand.document.history).toMatchObject([{ name: 'Brush', pictureId: 'a' }]);
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
    expect(stand.document.canUndo).toBe(false);
  });

  it('paints nothing without a button', () => {
    const { stand, brush } = setUp();
    brush.hover();
    brush.pointerMove(at(5, 5));
    brush.pointerUp(at(9, 9));
    expect(brush.finish()).toBe(false);
    expect(stand.counts[1]).toBe(0);
    expect(stand.document.canUndo).toBe(false);
  });

  it('unlabels with the secondary button, and when unlabeled is its class', () => {
    for (const [classId, button] of [
      [1, 'secondary'],
      [UNLABELED, 'primary'],
    ] as const) {
      const { stand, brush } = setUp({ radiusPx: 4 });
      click(brush, 10, 10);
      const before = stand.counts[1] ?? 0;
      stand.choose({ classId, radiusPx: 0.5 });
      brush.pointerDown(at(10.5, 10.5, { button }));
      expect(brush.isUnlabeling).toBe(true);
      brush.pointerUp(at(10.5, 10.5, { button }));
      expect(brush.isUnlabeling).toBe(false);
      expect(stand.counts[1]).toBe(before - 1);
    }
  });

  it('puts everything back when cancelled', () => {
    const { stand, brush } = setUp({ radiusPx: 5 });
    brush.pointerDown(at(10, 10));
    brush.pointerMove(at(20, 10));
    brush.cancel();
    brush.pointerMove(at(20, 20));
    brush.pointerUp(at(20, 20));
    expect(stand.counts[1]).toBe(0);
    expect(stand.picture.labelRevision).toBe(0);
  });

  it('tells that the cursor may look different when a stroke begins and ends', () => {
    const { stand, brush } = setUp();
    brush.pointerDown(at(10, 10));
    expect(stand.previewChangeCount).toBe(1);
    brush.pointerUp(at(10, 10));
    expect(stand.previewChangeCount).toBe(2);
    brush.cancel();
    expect(stand.previewChangeCount).toBe(2);
  });

  it('draws a straight line from the last end with shift', () => {
    const { stand, brush } = setUp();
    click(brush, 3.5, 3.5);
    click(brush, 12.5, 3.5, { shiftKey: true });
    expect(stand.counts[1]).toBe(10);
  });

  it('begins anew with shift in another picture, and after a cancelled stroke from the one before it', () => {
    const { stand, brush } = setUp();
    click(brush, 3.5, 3.5, { shiftKey: true });
    expect(stand.counts[1]).toBe(1);
    brush.pointerDown(at(20.5, 20.5));
    brush.cancel();
    click(brush, 5.5, 3.5, { shiftKey: true });
    expect(stand.counts[1]).toBe(3);
    stand.target = stand.document.picture('b');
    click(brush, 12.5, 3.5, { shiftKey: true });
    expect(stand.target.counts[1]).toBe(1);
  });

  it('takes a new radius at once and a new class with the next stroke', () => {
    const { stand, brush } = setUp();
    brush.pointerDown(at(5.5, 5.5));
    stand.choose({ classId: UNLABELED, radiusPx: 1 });
    brush.pointerMove(at(15.5, 5.5));
    brush.pointerUp(at(15.5, 5.5));
    expect(stand.counts[1]).toBe(3 * 11 + 2);
  });

  it('scales the radius by a quarter and three quarters of the pressure', () => {
    for (const [pressure, radiusPx] of [
      [1, 8],
      [0.5, 5],
      [0, 2],
    ] as const) {
      const { stand, brush } = setUp({ radiusPx: 8 });
      click(brush, 15, 15, { pressure });
      const expected = new Set<number>();
      rasteriseCapsule(15, 15, 15, 15, radiusPx, WIDTH, HEIGHT, (y, xStart, xEnd) => {
        for (let x = xStart; x < xEnd; x++) expected.add(y * WIDTH + x);
      });
      expect(new Set(stand.pixelsOf(1))).toEqual(expected);
    }
  });

  it('thickens and thins by at most a pixel at a time as the pressure changes, but never to nothing', () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { stand, brush } = setUp({ radiusPx: 8 });
      brush.pointerDown(at(8.5, 15, { pressure: from }));
      brush.pointerMove(at(28.5, 15, { pressure: to }));
      brush.pointerUp(at(28.5, 15, { pressure: 0 }));
      const heights: number[] = [];
      for (let x = 8; x <= 28; x++) heights.push(stand.pixelsOf(1).filter((i) => i % WIDTH === x).length);
      if (from > to) heights.reverse();
      // Radius 2 where the pen is light, 8 where it is heavy.
      expect(heights[0]).toBe(4);
      expect(heights.at(-1)).toBe(16);
      for (const [i, height] of heights.slice(1).entries()) {
        const growth = height - (heights[i] ?? 0);
        expect(growth).toBeGreaterThanOrEqual(0);
        // A pixel on either side, and one more each for where the disks' rims meet the column.
        expect(growth).toBeLessThanOrEqual(4);
      }
      stand.choose({ radiusPx: 0.5 });
      click(brush, 2.5, 2.5, { pressure: 0 });
      expect(stand.picture.classIds[2 * WIDTH + 2]).toBe(1);
    }
  });

  it('says in a sentence why a stroke cannot begin, and stays usable', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    planes.classIds[0] = 1;
    planes.strokeIds[0] = 65535;
    const stand = new ToolStand(planes);
    const brush = new BrushTool(stand);
    brush.pointerDown(at(5, 5));
    expect(brush.isActive).toBe(false);
    brush.pointerMove(at(9, 5));
    brush.pointerUp(at(9, 5));
    expect(stand.counts[1]).toBe(1);
    expect(stand.sentences).toHaveLength(1);
    expect(stand.sentences[0]).toMatch(/^This picture has used all .*\.$/);
    click(brush, 0.5, 0.5, { button: 'secondary' });
    expect(stand.counts[1]).toBe(0);
  });

  it('lets errors through that are no refusals', () => {
    const { stand, brush } = setUp({ classId: 30 });
    expect(() => brush.pointerDown(at(5, 5))).toThrow(RangeError);
    expect(stand.sentences).toEqual([]);
  });
});
