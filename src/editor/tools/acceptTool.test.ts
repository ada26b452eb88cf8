import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { AcceptTool, acceptAll } from './acceptTool.ts';
import { at, click, drag, indicesWhere, predictionOf, ToolStand } from './toolTestTools.ts';

/** Class 1 left of x = 10 and right of x = 30, class 2 between; row 15 is not predicted with confidence. */
const prediction = predictionOf((x, y) => [x < 10 || x >= 30 ? 1 : 2, y === 15 ? 127 : 128]);
const LEFT_TOP = indicesWhere((x, y) => x < 10 && y < 15);

function setUp() {
  const stand = new ToolStand();
  stand.predicted = prediction;
  return { stand, tool: new AcceptTool(stand) };
}

describe('AcceptTool', () => {
  it('accepts the confident component under the pointer with a click', () => {
    const { stand, tool } = setUp();
    click(tool, 3, 3);
    expect(stand.pixelsOf(1)).toEqual(LEFT_TOP);
    expect(stand.counts[2]).toBe(0);
    expect(stand.document.history).toMatchObject([{ name: 'Accept prediction' }]);
    expect([...stand.picture.strokeOrigins]).toEqual([[1, 'accepted']]);
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
  });

  it('leaves labeled pixels as they are, but reaches what lies behind them', () => {
    const { stand, tool } = setUp();
    stand.label(7, (_, y) => y === 8);
    click(tool, 3, 3);
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => x < 10 && y < 15 && y !== 8));
    expect(stand.counts[7]).toBe(40);
  });

  it('accepts all classes inside an outline, confident pixels alone', () => {
    const { stand, tool } = setUp();
    drag(tool, [
      [5, 10],
      [35, 10],
      [35, 20],
      [5, 20],
    ]);
    const inside = (x: number, y: number) => x >= 5 && x < 35 && y >= 10 && y < 20 && y !== 15;
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => inside(x, y) && (x < 10 || x >= 30)));
    expect(stand.pixelsOf(2)).toEqual(indicesWhere((x, y) => inside(x, y) && x >= 10 && x < 30));
    expect(stand.document.history).toHaveLength(1);
    expect([...stand.picture.strokeOrigins]).toEqual([[1, 'accepted']]);
  });

  it('becomes a lasso beyond 4 screen pixels, and stays one', () => {
    const { stand, tool } = setUp();
    drag(
      tool,
      [
        [3, 3],
        [4.9, 3],
        [3, 3],
      ],
      { imagePxPerScreenPx: 0.5 },
    );
    expect(stand.pixelsOf(1)).toEqual(LEFT_TOP);
    stand.document.undo();
    const square = [
      [2, 2],
      [5, 2],
      [5, 5],
      [2, 5],
      [2, 2],
    ] as const;
    drag(tool, square, { imagePxPerScreenPx: 0.5 });
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => x >= 2 && x < 5 && y >= 2 && y < 5));
  });

  it('shows the outline while it is drawn, and drops it when cancelled', () => {
    const { stand, tool } = setUp();
    tool.pointerDown(at(5, 10));
    tool.pointerMove(at(35, 10));
    expect(tool.isActive).toBe(true);
    expect(tool.preview).toEqual({
      kind: 'path',
      points: [
        [5, 10],
        [35, 10],
      ],
      closed: true,
      radiusPx: 0,
    });
    tool.pointerMove(at(35, 20));
    tool.cancel();
    expect(tool.preview).toBeNull();
    tool.pointerUp(at(5, 20));
    expect(tool.isActive).toBe(false);
    expect(stand.document.canUndo).toBe(false);
    expect(stand.sentences).toEqual([]);
  });

  it('shows while hovering what a click would accept', () => {
    const { stand, tool } = setUp();
    tool.hover(at(3, 3));
    expect(tool.preview).toMatchObject({ kind: 'region', region: { pixelCount: LEFT_TOP.length } });
    const changes = stand.previewChangeCount;
    tool.hover(at(3.4, 3.4));
    expect(stand.previewChangeCount).toBe(changes);
    stand.label(7, (x, y) => x < 10 && y === 8);
    tool.hover(at(3.4, 3.4));
    expect(tool.preview).toMatchObject({ region: { pixelCount: LEFT_TOP.length - 10 } });
    stand.choose({ acceptConfidence: 129 });
    tool.hover(at(3.4, 3.4));
    expect(tool.preview).toMatchObject({ region: { pixelCount: 0 } });
    stand.predicted = predictionOf(() => [2, 255]);
    tool.hover(at(3.4, 3.4));
    expect(tool.preview).toMatchObject({ region: { pixelCount: 40 * 30 - 10 } });
    tool.hover(null);
    expect(tool.preview).toBeNull();
  });

  it('never accepts "predicted unlabeled", deleted or locked classes', () => {
    const { stand, tool } = setUp();
    stand.document.setClassLocked(7, true);
    stand.predicted = predictionOf((x) => [[PREDICTED_UNLABELED, 9, 7, 2][Math.floor(x / 10)] ?? 0, 255]);
    for (const x of [5, 15, 25]) {
      tool.hover(at(x, 5));
      expect(tool.preview).toMatchObject({ region: { pixelCount: 0 } });
      click(tool, x, 5);
    }
    expect(stand.sentences).toHaveLength(3);
    expect(stand.document.canUndo).toBe(false);
    acceptAll(stand);
    expect(stand.pixelsOf(2)).toEqual(indicesWhere((x) => x >= 30));
    expect(stand.counts[UNLABELED]).toBe(30 * 30);
  });

  it('says why nothing is accepted', () => {
    const { stand, tool } = setUp();
    click(tool, 3, 15.5);
    click(tool, -3, 3);
    stand.predicted = null;
    tool.hover(at(3, 3));
    expect(tool.preview).toBeNull();
    click(tool, 3, 3);
    acceptAll(stand);
    const nothing =
      'No unlabeled pixel here is predicted with enough confidence for a class that is not locked: nothing was accepted.';
    const none = 'This picture has no prediction yet: nothing was accepted.';
    expect(stand.sentences).toEqual([nothing, nothing, none, none]);
    stand.predicted = prediction;
    stand.document.setReadOnly('Another tab has this project open.');
    click(tool, 3, 3);
    expect(stand.sentences.at(-1)).toBe('Another tab has this project open.');
    expect(stand.document.canUndo).toBe(false);
  });

  it('does nothing with the secondary button', () => {
    const { stand, tool } = setUp();
    click(tool, 3, 3, { button: 'secondary' });
    expect(stand.sentences).toEqual([]);
    expect(stand.document.canUndo).toBe(false);
  });
});

describe('acceptAll', () => {
  it('accepts the whole picture as one edit, labeled and doubtful pixels apart', () => {
    const { stand } = setUp();
    stand.label(7, (x) => x === 3);
    acceptAll(stand);
    expect(stand.pixelsOf(1)).toEqual(indicesWhere((x, y) => (x < 10 || x >= 30) && x !== 3 && y !== 15));
    expect(stand.pixelsOf(2)).toEqual(indicesWhere((x, y) => x >= 10 && x < 30 && y !== 15));
    expect(stand.counts[7]).toBe(30);
    expect(stand.document.history.map(({ name }) => name)).toEqual(['Brush', 'Accept prediction']);
  });
});
