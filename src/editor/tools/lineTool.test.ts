import { describe, expect, it } from 'vitest';
import { LineTool } from './lineTool.ts';
import { at, drag, indicesWhere, ToolStand } from './toolTestTools.ts';

function setUp() {
  const stand = new ToolStand();
  return { stand, line: new LineTool(stand) };
}

describe('LineTool', () => {
  it('paints from press to release as one edit, straight whatever lies between', () => {
    const { stand, line } = setUp();
    drag(line, [
      [4.5, 6.5],
      [9, 25],
      [30, 2],
      [14.5, 6.5],
    ]);
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => y === 6 && x >= 4 && x <= 14));
    expect(stand.document.history).toMatchObject([{ name: 'Line' }]);
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
  });

  it('shows the line and paints nothing while the button is down', () => {
    const { stand, line } = setUp();
    stand.choose({ radiusPx: 3 });
    expect(line.preview).toBeNull();
    line.pointerDown(at(4, 6));
    line.pointerMove(at(20, 9));
    expect(line.preview).toEqual({
      kind: 'path',
      points: [
        [4, 6],
        [20, 9],
      ],
      closed: false,
      radiusPx: 3,
    });
    expect(stand.previewChangeCount).toBe(2);
    expect(stand.counts[1]).toBe(0);
    line.cancel();
    expect(line.preview).toBeNull();
    expect(line.isActive).toBe(false);
    line.pointerUp(at(20, 9));
    expect(stand.counts[1]).toBe(0);
    expect(stand.document.canUndo).toBe(false);
  });

  it('turns to the nearest multiple of 45° with shift, to the point nearest to the pointer', () => {
    const { line } = setUp();
    // By hand: the foot of the perpendicular from the pointer to the ray.
    for (const [to, foot] of [
      [
        [30, 13],
        [30, 10],
      ],
      [
        [12, 20],
        [10, 20],
      ],
      [
        [20, 18],
        [19, 19],
      ],
      [
        [4, 13],
        [5.5, 14.5],
      ],
      [
        [3, 4],
        [3.5, 3.5],
      ],
      [
        [10, 10],
        [10, 10],
      ],
    ] as const) {
      line.pointerDown(at(10, 10));
      line.pointerMove(at(to[0], to[1], { shiftKey: true }));
      expect(line.preview).toMatchObject({ points: [[10, 10], foot] });
      line.pointerMove(at(to[0], to[1]));
      expect(line.preview).toMatchObject({ points: [[10, 10], to] });
      line.cancel();
    }
  });

  it('unlabels with the secondary button', () => {
    const { stand, line } = setUp();
    stand.label(1, (_, y) => y === 6);
    line.pointerDown(at(4.5, 6.5, { button: 'secondary' }));
    expect(line.isUnlabeling).toBe(true);
    line.pointerUp(at(14.5, 6.5, { button: 'secondary' }));
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => y === 6 && (x < 4 || x > 14)));
  });

  it('stays idle where it is refused', () => {
    const { stand, line } = setUp();
    stand.document.setClassLocked(1, true);
    drag(line, [
      [4.5, 6.5],
      [14.5, 6.5],
    ]);
    expect(stand.sentences).toHaveLength(1);
    expect(line.isActive).toBe(false);
    expect(stand.counts[1]).toBe(0);
  });
});
