import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { LassoTool } from './lassoTool.ts';
import { at, click, drag, indicesWhere, ToolStand } from './toolTestTools.ts';

const OUTLINE = [
  [5, 4],
  [25, 4],
  [25, 20],
  [5, 20],
] as const;
const BOX = indicesWhere((x, y) => x >= 5 && x < 25 && y >= 4 && y < 20);

function setUp() {
  const stand = new ToolStand();
  return { stand, lasso: new LassoTool(stand) };
}

describe('LassoTool', () => {
  it('fills its outline on release, as one edit', () => {
    const { stand, lasso } = setUp();
    lasso.pointerDown(at(5, 4));
    lasso.pointerMove(at(25, 4));
    expect(lasso.preview).toEqual({
      kind: 'path',
      points: [
        [5, 4],
        [25, 4],
      ],
      closed: true,
      radiusPx: 0,
    });
    lasso.pointerMove(at(25, 20));
    expect(stand.counts[1]).toBe(0);
    expect(lasso.isActive).toBe(true);
    lasso.pointerUp(at(5, 20));
    expect(stand.pixelsOf(1)).toEqual(BOX);
    expect(lasso.isActive).toBe(false);
    expect(lasso.preview).toBeNull();
    expect(stand.document.history).toMatchObject([{ name: 'Lasso' }]);
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
  });

  it('unlabels with the secondary button', () => {
    const { stand, lasso } = setUp();
    stand.label(1, () => true);
    drag(lasso, OUTLINE, { button: 'secondary' });
    expect(stand.pixelsOf(UNLABELED)).toEqual(BOX);
  });

  it('paints nothing with a mere click, nor when cancelled', () => {
    const { stand, lasso } = setUp();
    click(lasso, 10, 10);
    lasso.pointerDown(at(5, 4));
    lasso.pointerMove(at(25, 4));
    lasso.pointerMove(at(25, 20));
    lasso.cancel();
    lasso.pointerMove(at(5, 20));
    lasso.pointerUp(at(5, 20));
    expect(stand.counts[1]).toBe(0);
    expect(stand.document.canUndo).toBe(false);
  });

  it('stays idle where it is refused', () => {
    const { stand, lasso } = setUp();
    stand.document.setReadOnly('Another tab has this project open.');
    drag(lasso, OUTLINE);
    expect(stand.sentences).toEqual(['Another tab has this project open.']);
    expect(lasso.preview).toBeNull();
    expect(stand.counts[1]).toBe(0);
  });
});
