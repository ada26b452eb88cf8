import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { SuperpixelTool } from './superpixelTool.ts';
import { at, click, drag, HEIGHT, indicesWhere, ToolStand, WIDTH } from './toolTestTools.ts';

const PATCH = 5;
const COLUMNS = WIDTH / PATCH;

/** A picture cut into squares of 5 × 5 pixels. */
function squares() {
  const segmentIds = new Int32Array(WIDTH * HEIGHT).map(
    (_, i) => Math.floor(Math.floor(i / WIDTH) / PATCH) * COLUMNS + Math.floor((i % WIDTH) / PATCH),
  );
  return { width: WIDTH, height: HEIGHT, segmentIds, segmentCount: COLUMNS * (HEIGHT / PATCH) };
}

const square = (column: number, row: number) =>
  indicesWhere((x, y) => Math.floor(x / PATCH) === column && Math.floor(y / PATCH) === row);

function setUp() {
  const stand = new ToolStand();
  stand.superpixelMap = squares();
  return { stand, tool: new SuperpixelTool(stand) };
}

describe('SuperpixelTool', () => {
  it('paints the one that is clicked', () => {
    const { stand, tool } = setUp();
    click(tool, 12.5, 8);
    expect(stand.pixelsOf(1)).toEqual(square(2, 1));
    expect(stand.document.history).toMatchObject([{ name: 'Superpixel' }]);
  });

  it('paints every one that a drag touches, however quick, as one edit', () => {
    const { stand, tool } = setUp();
    drag(tool, [
      [2, 2],
      [38, 2],
      [38, 28],
    ]);
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => y < PATCH || x >= WIDTH - PATCH));
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
  });

  it('comes back into the picture after leaving it', () => {
    const { stand, tool } = setUp();
    drag(tool, [
      [2, 2],
      [-20, 2],
      [-20, 12],
      [2, 12],
    ]);
    expect(stand.pixelsOf(1)).toEqual([...square(0, 0), ...square(0, 2)]);
  });

  it('shows the one under the pointer', () => {
    const { stand, tool } = setUp();
    tool.hover(at(12.5, 8));
    expect(tool.preview).toMatchObject({ kind: 'region', region: { bounds: { x: 10, y: 5, width: 5, height: 5 } } });
    tool.hover(at(14.5, 9));
    expect(stand.previewChangeCount).toBe(1);
    tool.hover(at(15.5, 9));
    expect(tool.preview).toMatchObject({ region: { bounds: { x: 15, y: 5 } } });
    tool.hover(at(-1, 9));
    expect(tool.preview).toBeNull();
    tool.hover(at(15.5, 9));
    tool.hover(null);
    expect(tool.preview).toBeNull();
    expect(stand.previewChangeCount).toBe(5);
  });

  it('takes a new map when there is one', () => {
    const { stand, tool } = setUp();
    tool.hover(at(2, 2));
    stand.superpixelMap = { ...squares(), segmentIds: new Int32Array(WIDTH * HEIGHT), segmentCount: 1 };
    tool.hover(at(2, 2));
    expect(tool.preview).toMatchObject({ region: { pixelCount: WIDTH * HEIGHT } });
    click(tool, 2, 2);
    expect(stand.counts[UNLABELED]).toBe(0);
  });

  it('says that they are being computed while there are none', () => {
    const { stand, tool } = setUp();
    stand.superpixelMap = null;
    tool.hover(at(2, 2));
    expect(tool.preview).toBeNull();
    drag(tool, [
      [2, 2],
      [9, 9],
    ]);
    expect(stand.sentences).toEqual([
      'The superpixels of this picture are still being computed: try again in a moment.',
    ]);
    expect(tool.isActive).toBe(false);
    expect(stand.document.canUndo).toBe(false);
    stand.superpixelMap = squares();
    click(tool, 2, 2);
    expect(stand.pixelsOf(1)).toEqual(square(0, 0));
  });

  it('unlabels with the secondary button, and puts all back when cancelled', () => {
    const { stand, tool } = setUp();
    stand.label(1, () => true);
    click(tool, 12.5, 8, { button: 'secondary' });
    expect(stand.pixelsOf(UNLABELED)).toEqual(square(2, 1));
    tool.pointerDown(at(2, 2, { button: 'secondary' }));
    expect(tool.isUnlabeling).toBe(true);
    tool.pointerMove(at(30, 2));
    tool.cancel();
    expect(stand.pixelsOf(UNLABELED)).toEqual(square(2, 1));
  });

  it('stays idle where it is refused', () => {
    const { stand, tool } = setUp();
    stand.document.setClassLocked(1, true);
    click(tool, 12.5, 8);
    expect(stand.sentences).toHaveLength(1);
    expect(tool.isActive).toBe(false);
    expect(stand.counts[1]).toBe(0);
  });
});
