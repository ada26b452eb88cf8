import { describe, expect, it } from 'vitest';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { LabelDocument } from '../labelDocument.ts';
import { BrushTool } from './brushTool.ts';
import type { ToolPointerEvent } from './tool.ts';

const SIZE = 30;

function setUp({ classId = 1, radiusPx = 0.5, lastStrokeId = 0 } = {}) {
  const planes = createPlanes(SIZE, SIZE);
  if (lastStrokeId > 0) {
    planes.classIds[0] = 1;
    planes.strokeIds[0] = lastStrokeId;
  }
  const document = new LabelDocument({
    id: 'a',
    name: 'A',
    width: SIZE,
    height: SIZE,
    planes,
    classes: [{ id: 1, name: 'One', color: '#2458b4' }],
  });
  const sentences: string[] = [];
  const brush = new BrushTool(document, (sentence) => sentences.push(sentence));
  brush.configure({ classId, radiusPx });
  return { document, brush, sentences };
}

const at = (imageX: number, imageY: number, more: Partial<ToolPointerEvent> = {}): ToolPointerEvent => ({
  imageX,
  imageY,
  button: 'primary',
  shiftKey: false,
  ...more,
});

describe('BrushTool', () => {
  it('paints from down over moves to up, as one edit', () => {
    const { document, brush } = setUp();
    brush.pointerDown(at(2.2, 5.8));
    expect(brush.isActive).toBe(true);
    expect(document.counts[1]).toBe(1);
    brush.pointerMove(at(6.9, 5.1));
    expect(document.counts[1]).toBe(5);
    brush.pointerUp(at(6.9, 9.1));
    expect(brush.isActive).toBe(false);
    expect(document.counts[1]).toBe(9);
    document.undo();
    expect(document.counts[1]).toBe(0);
    expect(document.canUndo).toBe(false);
  });

  it('paints nothing without a button', () => {
    const { document, brush } = setUp();
    brush.pointerMove(at(5, 5));
    brush.pointerUp(at(9, 9));
    expect(document.counts[1]).toBe(0);
    expect(document.canUndo).toBe(false);
  });

  it('unlabels with the secondary button, and when unlabeled is its class', () => {
    for (const [classId, button] of [
      [1, 'secondary'],
      [UNLABELED, 'primary'],
    ] as const) {
      const { document, brush } = setUp({ radiusPx: 4 });
      brush.pointerDown(at(10, 10));
      brush.pointerUp(at(10, 10));
      const before = document.counts[1] ?? 0;
      brush.configure({ classId, radiusPx: 0.5 });
      brush.pointerDown(at(10.5, 10.5, { button }));
      expect(brush.isUnlabeling).toBe(true);
      brush.pointerUp(at(10.5, 10.5, { button }));
      expect(brush.isUnlabeling).toBe(false);
      expect(document.counts[1]).toBe(before - 1);
    }
  });

  it('puts everything back when cancelled', () => {
    const { document, brush } = setUp({ radiusPx: 5 });
    brush.pointerDown(at(10, 10));
    brush.pointerMove(at(20, 10));
    brush.cancel();
    brush.pointerMove(at(20, 20));
    brush.pointerUp(at(20, 20));
    expect(document.counts[1]).toBe(0);
    expect(document.labelRevision).toBe(0);
  });

  it('draws a straight line from the last end with shift', () => {
    const { document, brush } = setUp();
    brush.pointerDown(at(3.5, 3.5));
    brush.pointerUp(at(3.5, 3.5));
    brush.pointerDown(at(12.5, 3.5, { shiftKey: true }));
    brush.pointerUp(at(12.5, 3.5, { shiftKey: true }));
    expect(document.counts[1]).toBe(10);
  });

  it('takes a new radius at once and a new class with the next stroke', () => {
    const { document, brush } = setUp();
    brush.pointerDown(at(5.5, 5.5));
    brush.configure({ classId: UNLABELED, radiusPx: 1 });
    brush.pointerMove(at(15.5, 5.5));
    brush.pointerUp(at(15.5, 5.5));
    expect(document.counts[1]).toBe(3 * 11 + 2);
  });

  it('says in a sentence why a stroke cannot begin, and stays usable', () => {
    const { document, brush, sentences } = setUp({ lastStrokeId: 65535 });
    brush.pointerDown(at(5, 5));
    expect(brush.isActive).toBe(false);
    brush.pointerMove(at(9, 5));
    brush.pointerUp(at(9, 5));
    expect(document.counts[1]).toBe(1);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(/^This picture has used all .*\.$/);
    brush.pointerDown(at(0.5, 0.5, { button: 'secondary' }));
    brush.pointerUp(at(0.5, 0.5, { button: 'secondary' }));
    expect(document.counts[1]).toBe(0);
  });
});
