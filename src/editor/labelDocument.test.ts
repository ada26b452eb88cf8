import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { clonePlanes, countByClass, createPlanes, type LabelPlanes, UNLABELED } from '../labels/planes.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { type DocumentChange, LabelDocument, StrokeLimitError } from './labelDocument.ts';

const WIDTH = 20;
const HEIGHT = 14;
const CLASSES: readonly SegmentationClass[] = [
  { id: 4, name: 'Sky', color: '#2458b4' },
  { id: 0, name: 'Earth', color: '#f03c14' },
];

function createDocument(planes: LabelPlanes = createPlanes(WIDTH, HEIGHT)): LabelDocument {
  return new LabelDocument({ id: 'a', name: 'A', width: WIDTH, height: HEIGHT, classes: CLASSES, planes });
}

function paintDot(document: LabelDocument, classId: number, x: number, y: number, radiusPx = 2): void {
  const gesture = document.beginStroke(classId);
  gesture.paint(x, y, x, y, radiusPx);
  gesture.commit();
}

const snapshot = (document: LabelDocument) => ({ planes: clonePlanes(document.planes), classes: document.classes });

const point = fc.tuple(fc.integer({ min: -4, max: 24 }), fc.integer({ min: -4, max: 18 }));

describe('a stroke', () => {
  it('shows at once, says where, and becomes one patch', () => {
    const document = createDocument();
    const changes: DocumentChange[] = [];
    document.subscribe((change) => changes.push(change));
    const gesture = document.beginStroke(4);
    gesture.paint(5.5, 5.5, 5.5, 5.5, 1);
    expect(document.counts[4]).toBe(5);
    gesture.paint(5.5, 5.5, 7.5, 5.5, 1);
    expect(document.labelRevision).toBe(0);
    gesture.commit();
    expect(changes.map(({ type }) => type)).toEqual(['history', 'pixels', 'pixels', 'patch', 'history']);
    expect(changes[1]).toEqual({ type: 'pixels', rect: { x: 4, y: 4, width: 3, height: 3 } });
    expect(changes[3]).toMatchObject({ rect: { x: 4, y: 4, width: 5, height: 3 }, labelRevision: 1 });
  });

  it('is one edit however many segments it has, with a stroke id of its own', () => {
    const document = createDocument();
    paintDot(document, 4, 3, 3);
    paintDot(document, 4, 15, 9);
    expect(new Set(document.planes.strokeIds)).toEqual(new Set([0, 1, 2]));
    document.undo();
    expect(new Set(document.planes.strokeIds)).toEqual(new Set([0, 1]));
  });

  it('paints a single pixel as a dot, and a line without gaps, when under two pixels wide', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 1, maxExcluded: true, noNaN: true }), point, (radiusPx, [x, y]) => {
        const document = createDocument();
        paintDot(document, 4, 7.01, 3.99, radiusPx);
        expect(document.counts[4]).toBe(1);
        expect(document.planes.classIds[3 * WIDTH + 7]).toBe(4);
        const gesture = document.beginStroke(0);
        gesture.paint(1, 1, x, y, radiusPx);
        gesture.commit();
        const steps = Math.max(Math.abs(Math.floor(x) - 1), Math.abs(Math.floor(y) - 1));
        if (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT) expect(document.counts[0]).toBeGreaterThanOrEqual(steps + 1);
      }),
    );
  });

  it('is gone after undo during it, and later calls of it do nothing', () => {
    const document = createDocument();
    paintDot(document, 4, 3, 3);
    const before = snapshot(document);
    const gesture = document.beginStroke(0);
    gesture.paint(3, 3, 9, 9, 3);
    expect(document.undo()).toBe(true);
    gesture.paint(3, 3, 9, 9, 3);
    gesture.commit();
    gesture.cancel();
    expect(snapshot(document)).toEqual(before);
    expect(document.labelRevision).toBe(1);
  });

  it('gives way to the next one', () => {
    const document = createDocument();
    const first = document.beginStroke(4);
    first.paint(3, 3, 3, 3, 2);
    const second = document.beginStroke(0);
    first.commit();
    second.paint(9, 9, 9, 9, 2);
    second.commit();
    expect(document.counts[4]).toBe(0);
    expect(document.counts[0]).toBeGreaterThan(0);
    expect(document.labelRevision).toBe(1);
  });

  it('that changes nothing is no edit', () => {
    const document = createDocument();
    paintDot(document, UNLABELED, 5, 5);
    expect(document.canUndo).toBe(false);
    expect(document.labelRevision).toBe(0);
  });

  it('cannot begin when the stroke ids are used up, but unlabeling can', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    planes.classIds[0] = 4;
    planes.strokeIds[0] = 65534;
    const document = createDocument(planes);
    expect(() =>
      document.paintStrokes([
        { classId: 4, radiusPx: 1, points: [[3, 3]] },
        { classId: 0, radiusPx: 1, points: [[5, 5]] },
      ]),
    ).toThrow(StrokeLimitError);
    paintDot(document, 4, 9, 9);
    expect(Math.max(...planes.strokeIds)).toBe(65535);
    expect(() => document.beginStroke(4)).toThrow(/used all 65535 stroke numbers/);
    paintDot(document, UNLABELED, 9, 9, 9);
    expect(document.counts[4]).toBe(1);
  });

  it('of a class that does not exist is refused', () => {
    expect(() => createDocument().beginStroke(7)).toThrow(RangeError);
  });
});

describe('paintStrokes', () => {
  it('is one edit with a stroke id for each polyline', () => {
    const document = createDocument();
    paintDot(document, 4, 18, 12);
    const ids = document.paintStrokes([
      {
        classId: 4,
        radiusPx: 1,
        points: [
          [2.5, 2.5],
          [6.5, 2.5],
        ],
      },
      { classId: 0, radiusPx: 1, points: [[2.5, 9.5]] },
    ]);
    expect([...ids]).toEqual([2, 3]);
    expect(document.planes.strokeIds[2 * WIDTH + 4]).toBe(2);
    expect(document.planes.strokeIds[9 * WIDTH + 2]).toBe(3);
    expect(document.counts[0]).toBe(5);
    document.undo();
    expect(document.counts[0]).toBe(0);
    expect(document.counts[4]).toBeGreaterThan(0);
    expect(document.canUndo).toBe(true);
  });

  it('changes nothing when one of the strokes is impossible', () => {
    const document = createDocument();
    expect(() =>
      document.paintStrokes([
        { classId: 4, radiusPx: 2, points: [[3, 3]] },
        { classId: 4, radiusPx: 0, points: [[3, 3]] },
        { classId: 4, radiusPx: Number.NaN, points: [[3, 3]] },
      ]),
    ).toThrow(RangeError);
    expect(document.planes).toEqual(createPlanes(WIDTH, HEIGHT));
    expect(document.counts).toEqual(countByClass(document.planes));
    expect(document.canUndo).toBe(false);
  });
});

describe('classes', () => {
  it('come back with pixels, name, colour and place when their removal is undone', () => {
    const document = createDocument();
    paintDot(document, 4, 5, 5, 3);
    paintDot(document, 0, 8, 5, 3);
    const before = snapshot(document);
    const types: string[] = [];
    expect(document.removeClass(4)).toBe(true);
    expect(document.counts[4]).toBe(0);
    expect(document.classes).toEqual([CLASSES[1]]);
    document.subscribe(({ type }) => types.push(type));
    document.undo();
    expect(snapshot(document)).toEqual(before);
    document.redo();
    expect(document.counts[4]).toBe(0);
    // Whoever follows never sees a pixel of a class that is not in the list.
    expect(types).toEqual(['classes', 'patch', 'history', 'patch', 'classes', 'history']);
  });

  it('keep one, and are 32 at most', () => {
    const document = createDocument();
    document.removeClass(0);
    expect(document.removeClass(4)).toBe(false);
    for (let count = 1; count < 32; count++) expect(document.addClass()).not.toBeNull();
    expect(document.addClass()).toBeNull();
    expect(new Set(document.classes.map((c) => c.id)).size).toBe(32);
    expect(new Set(document.classes.map((c) => c.color)).size).toBe(32);
    expect(new Set(document.classes.map((c) => c.name)).size).toBe(32);
  });

  it('are renamed once per commit, trimmed, and never to nothing', () => {
    const document = createDocument();
    expect(document.renameClass(4, '  Water ')).toBe(true);
    expect(document.classes[0]?.name).toBe('Water');
    expect(document.renameClass(4, 'Water')).toBe(false);
    expect(document.renameClass(4, '   ')).toBe(false);
    document.renameClass(4, 'x'.repeat(60));
    expect(document.classes[0]?.name).toHaveLength(40);
    document.undo();
    document.undo();
    expect(document.classes[0]?.name).toBe('Sky');
    expect(document.canUndo).toBe(false);
  });

  it('take a drag through a colour picker for one edit, but not two classes or an edit between', () => {
    const document = createDocument();
    document.recolorClass(4, '#000001');
    document.recolorClass(4, '#000002');
    document.recolorClass(0, '#000003');
    document.renameClass(0, 'Soil');
    document.recolorClass(0, '#000004');
    expect(() => document.recolorClass(0, 'red')).toThrow(RangeError);
    const seen: (string | undefined)[][] = [];
    while (document.undo()) seen.push(document.classes.map((c) => c.color));
    expect(seen).toEqual([
      ['#000002', '#000003'],
      ['#000002', '#000003'],
      ['#000002', '#f03c14'],
      ['#2458b4', '#f03c14'],
    ]);
  });
});

describe('the rest', () => {
  it('clears labels, and chosen strokes', () => {
    const document = createDocument();
    paintDot(document, 4, 3, 3);
    paintDot(document, 0, 15, 9);
    expect(document.clearStrokes((strokeId) => strokeId === 1)).toBe(true);
    expect(document.counts[4]).toBe(0);
    expect(document.counts[0]).toBeGreaterThan(0);
    expect(document.clearLabels()).toBe(true);
    expect(document.clearLabels()).toBe(false);
    expect(document.counts[UNLABELED]).toBe(WIDTH * HEIGHT);
    document.undo();
    document.undo();
    expect(document.counts[4]).toBeGreaterThan(0);
  });

  it('forgets its history, not its labels', () => {
    const document = createDocument();
    paintDot(document, 4, 3, 3);
    document.undo();
    document.redo();
    paintDot(document, 4, 9, 9);
    document.undo();
    document.forgetHistory();
    expect([document.canUndo, document.canRedo]).toEqual([false, false]);
    expect(document.counts[4]).toBeGreaterThan(0);
  });

  it('stops telling a listener that left', () => {
    const document = createDocument();
    const listener = vi.fn();
    const leave = document.subscribe(listener);
    leave();
    paintDot(document, 4, 3, 3);
    expect(listener).not.toHaveBeenCalled();
  });

  it('refuses planes of another size', () => {
    expect(() => createDocument(createPlanes(HEIGHT, WIDTH))).toThrow(/do not fit/);
  });
});
