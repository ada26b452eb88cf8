import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { FillTool } from './fillTool.ts';
import { at, click, indicesWhere, ToolStand, WIDTH } from './toolTestTools.ts';

const STRIPE = indicesWhere((x) => x >= 10 && x < 20);

/** A grey picture with a vertical stripe of another grey, 30 levels of every channel away. */
function setUp() {
  const stand = new ToolStand();
  stand.picturePixels.fill(100);
  for (const i of STRIPE) stand.picturePixels.fill(130, 4 * i, 4 * i + 4);
  return { stand, fill: new FillTool(stand) };
}

describe('FillTool', () => {
  it('paints what a click floods, as one edit', () => {
    const { stand, fill } = setUp();
    click(fill, 12.7, 3.2);
    expect(stand.pixelsOf(1)).toEqual(STRIPE);
    expect(stand.document.history).toMatchObject([{ name: 'Fill' }]);
    stand.choose({ fillTolerance: 52, classId: 2 });
    click(fill, 12.7, 3.2);
    expect(stand.counts[UNLABELED]).toBe(0);
    stand.document.undo();
    stand.document.undo();
    expect(stand.counts[1]).toBe(0);
  });

  it('shows while hovering what a click would paint, and computes it only when it may differ', () => {
    const { stand, fill } = setUp();
    expect(fill.preview).toBeNull();
    fill.hover(at(12.2, 3.2));
    const first = fill.preview;
    expect(first).toMatchObject({ kind: 'region', region: { pixelCount: STRIPE.length } });
    fill.hover(at(12.9, 3.8));
    expect(stand.previewChangeCount).toBe(1);
    expect(fill.preview).toEqual(first);

    stand.choose({ fillTolerance: 52 });
    fill.hover(at(12.9, 3.8));
    expect(fill.preview).toMatchObject({ region: { pixelCount: stand.counts[UNLABELED] } });
    fill.hover(at(2, 3));
    stand.choose({ fillTolerance: 5 });
    fill.hover(at(2, 3));
    expect(fill.preview).toMatchObject({ region: { bounds: { x: 0, width: 10 } } });
    stand.picturePixels = new Uint8ClampedArray(stand.picturePixels.length);
    fill.hover(at(2, 3));
    expect(fill.preview).toMatchObject({ region: { bounds: { x: 0, width: WIDTH } } });
    expect(stand.previewChangeCount).toBe(5);
  });

  it('shows nothing outside the picture or when the pointer has left, and paints nothing there', () => {
    const { stand, fill } = setUp();
    for (const event of [at(-0.1, 3), at(3, 30), null]) {
      fill.hover(at(12, 3));
      expect(fill.preview).not.toBeNull();
      fill.hover(event);
      expect(fill.preview).toBeNull();
    }
    click(fill, -0.1, 3);
    expect(stand.document.canUndo).toBe(false);
    expect(stand.sentences).toEqual([]);
  });

  it('does nothing while the picture has no pixels yet', () => {
    const { stand, fill } = setUp();
    stand.picturePixels = new Uint8ClampedArray(0);
    fill.hover(at(12, 3));
    expect(fill.preview).toBeNull();
    click(fill, 12, 3);
    expect(stand.document.canUndo).toBe(false);
  });

  it('shows the paint itself while the button is down, and takes it back when cancelled', () => {
    const { stand, fill } = setUp();
    fill.hover(at(12, 3));
    fill.pointerDown(at(12, 3));
    expect(fill.isActive).toBe(true);
    expect(fill.preview).toBeNull();
    expect(stand.counts[1]).toBe(STRIPE.length);
    fill.cancel();
    expect(stand.counts[1]).toBe(0);
    fill.pointerUp();
    expect(stand.document.canUndo).toBe(false);
  });

  it('unlabels with the secondary button, and says why it is refused', () => {
    const { stand, fill } = setUp();
    stand.label(1, () => true);
    fill.pointerDown(at(12, 3, { button: 'secondary' }));
    expect(fill.isUnlabeling).toBe(true);
    fill.pointerUp();
    expect(stand.pixelsOf(UNLABELED)).toEqual(STRIPE);
    stand.document.setClassLocked(1, true);
    click(fill, 12, 3);
    expect(stand.sentences).toHaveLength(1);
    expect(fill.isActive).toBe(false);
    expect(stand.pixelsOf(UNLABELED)).toEqual(STRIPE);
  });
});
