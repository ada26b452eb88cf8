import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countByClass, createPlanes, UNLABELED } from '../labels/planes.ts';
import { createClass } from './classes/classEdits.ts';
import {
  clearClass,
  clearLabels,
  clearStrokes,
  fillUnlabeled,
  importLabels,
  type Polyline,
  paintStrokes,
} from './labelEdits.ts';
import { RefusedEditError } from './paintTarget.ts';
import { changesOf, createProject, EARTH, paintDot, SKY, snapshot } from './projectTestTools.ts';

const WIDTH = 20;
const HEIGHT = 14;
const STARTER = { name: 'Starter strokes', origin: 'starter' } as const;
const LOCKED = new RefusedEditError('“Sky” is locked: nothing was changed. Unlock it in the class list first.');

const dot = (classId: number, x: number, y: number, radiusPx = 1): Polyline => ({
  classId,
  radiusPx,
  points: [[x, y]],
});

describe('paintStrokes', () => {
  it('is one edit with a stroke id and an origin for each polyline', () => {
    const document = createProject();
    const { counts, planes, strokeOrigins } = document.picture('a');
    paintDot(document, 'a', 4, 18, 12);
    const line = [
      [2.5, 2.5],
      [6.5, 2.5],
    ] as const;
    const strokes = [
      { classId: 4, radiusPx: 1, points: line },
      dot(UNLABELED, 6.5, 2.5),
      dot(0, 2.5, 9.5),
      dot(UNLABELED, 9, 9),
    ];
    expect(paintStrokes(document, 'a', strokes, STARTER)).toBe(true);
    expect(planes.strokeIds[2 * WIDTH + 4]).toBe(2);
    expect(planes.strokeIds[2 * WIDTH + 6]).toBe(0);
    expect(planes.strokeIds[9 * WIDTH + 2]).toBe(3);
    expect(counts[0]).toBe(5);
    expect(strokeOrigins).toEqual(
      new Map([
        [2, 'starter'],
        [3, 'starter'],
      ]),
    );
    expect(document.picture('a').nextStrokeId).toBe(4);
    expect(document.undo()).toMatchObject({ name: 'Starter strokes', pictureId: 'a' });
    expect(counts[0]).toBe(0);
    expect(counts[4]).toBeGreaterThan(0);
    expect(document.canUndo).toBe(true);
  });

  it('notes no origin for strokes without one', () => {
    const document = createProject();
    paintStrokes(document, 'a', [dot(4, 3, 3)], { name: 'Strokes' });
    expect(document.picture('a').strokeOrigins.size).toBe(0);
    expect(document.picture('a').nextStrokeId).toBe(2);
  });

  it('changes nothing when one of the strokes is impossible', () => {
    const document = createProject();
    const picture = document.picture('a');
    const strokes = [dot(4, 3, 3, 2), dot(4, 3, 3, 0), dot(4, 3, 3, Number.NaN)];
    expect(() => paintStrokes(document, 'a', strokes, STARTER)).toThrow(RangeError);
    expect(() => paintStrokes(document, 'a', [dot(4, 3, 3), dot(9, 3, 3)], STARTER)).toThrow(RangeError);
    document.setClassLocked(4, true);
    expect(() => paintStrokes(document, 'a', [dot(0, 3, 3), dot(4, 3, 3)], STARTER)).toThrow(LOCKED);
    expect(picture.planes).toEqual(createPlanes(WIDTH, HEIGHT));
    expect(picture.counts).toEqual(countByClass(picture.planes));
    expect(picture.strokeOrigins.size).toBe(0);
    expect(picture.nextStrokeId).toBe(1);
    expect(document.canUndo).toBe(false);
  });

  it('is refused when the stroke ids do not suffice', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    planes.classIds[0] = 4;
    planes.strokeIds[0] = 65534;
    const document = createProject({ pictures: [{ id: 'a', name: 'Alp', width: WIDTH, height: HEIGHT, planes }] });
    const paint = (...strokes: Polyline[]) => paintStrokes(document, 'a', strokes, STARTER);
    expect(() => paint(dot(4, 3, 3), dot(0, 5, 5))).toThrow(RefusedEditError);
    expect(paint(dot(4, 3, 3), dot(UNLABELED, 9, 9))).toBe(true);
    expect(() => fillUnlabeled(document, 'a', 4)).toThrow(/used all 65535 stroke numbers/);
    expect(() => importLabels(document, 'a', new Uint8Array(WIDTH * HEIGHT))).toThrow(RefusedEditError);
    expect(paint(dot(UNLABELED, 3, 3))).toBe(true);
    expect(document.picture('a').counts[4]).toBe(1);
  });

  it('leaves no origin behind when it painted nothing', () => {
    const document = createProject();
    expect(paintStrokes(document, 'a', [dot(4, -50, -50), dot(0, 500, 3)], STARTER)).toBe(false);
    paintDot(document, 'a', 4, 3, 3);
    const { counts, planes, strokeOrigins } = document.picture('a');
    expect(planes.strokeIds.filter((strokeId) => strokeId === 1)).toHaveLength(counts[4] ?? 0);
    expect(strokeOrigins.size).toBe(0);
  });
});

describe('clearing', () => {
  it('takes all labels, chosen strokes or one class from one picture', () => {
    const document = createProject();
    for (const id of ['a', 'b']) {
      paintDot(document, id, 4, 3, 3);
      paintDot(document, id, 0, 5, 11);
      paintDot(document, id, 4, 5, 18);
    }
    const { counts } = document.picture('b');
    const painted = snapshot(document);
    expect(clearStrokes(document, 'b', (strokeId) => strokeId === 3)).toBe(true);
    expect(clearStrokes(document, 'b', (strokeId) => strokeId === 3)).toBe(false);
    expect(counts[4]).toBeGreaterThan(0);
    expect(clearClass(document, 'b', 4)).toBe(true);
    expect(clearClass(document, 'b', 4)).toBe(false);
    expect([counts[4], (counts[0] ?? 0) > 0]).toEqual([0, true]);
    expect(clearLabels(document, 'b')).toBe(true);
    expect(clearLabels(document, 'b')).toBe(false);
    expect(counts[UNLABELED]).toBe(9 * 23);
    expect(snapshot(document).pictures[0]).toEqual(painted.pictures[0]);
    expect(document.history.slice(-3)).toMatchObject([
      { name: 'Clear strokes', pictureId: 'b' },
      { name: 'Clear Sky', pictureId: 'b' },
      { name: 'Clear all labels', pictureId: 'b' },
    ]);
    for (let edits = 0; edits < 3; edits++) document.undo();
    expect(snapshot(document)).toEqual(painted);
    expect(() => clearClass(document, 'b', 9)).toThrow(RangeError);
    expect(() => clearLabels(document, 'c')).toThrow(RangeError);
  });

  it('leaves locked classes', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    paintDot(document, 'a', 0, 15, 9);
    const { counts } = document.picture('a');
    const locked = counts[4];
    document.setClassLocked(4, true);
    expect(clearClass(document, 'a', 4)).toBe(false);
    expect(clearStrokes(document, 'a', (strokeId) => strokeId === 1)).toBe(false);
    expect(clearLabels(document, 'a')).toBe(true);
    expect(clearLabels(document, 'a')).toBe(false);
    expect([counts[4], counts[0]]).toEqual([locked, 0]);
  });
});

describe('fillUnlabeled', () => {
  it('labels what is unlabeled, as one stroke', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    const before = snapshot(document);
    const { counts, planes, strokeOrigins } = document.picture('a');
    const labeled = counts[4] ?? 0;
    expect(fillUnlabeled(document, 'a', 0)).toBe(true);
    expect([counts[4], counts[0]]).toEqual([labeled, WIDTH * HEIGHT - labeled]);
    expect(new Set(planes.strokeIds)).toEqual(new Set([1, 2]));
    expect(strokeOrigins.size).toBe(0);
    expect(fillUnlabeled(document, 'a', 4)).toBe(false);
    expect(document.picture('a').nextStrokeId).toBe(3);
    expect(document.undo()).toMatchObject({ name: 'Fill the rest with Earth', pictureId: 'a' });
    expect(snapshot(document)).toEqual(before);
  });

  it('is refused for a locked class', () => {
    const document = createProject();
    document.setClassLocked(4, true);
    expect(() => fillUnlabeled(document, 'a', 4)).toThrow(LOCKED);
    expect(document.picture('a').planes).toEqual(createPlanes(WIDTH, HEIGHT));
  });
});

describe('importLabels', () => {
  const ROAD = { id: 1, name: 'Road', color: '#805d50' };

  it('takes over what the mask says and leaves the rest, as one imported stroke', () => {
    const someClass = fc.constantFrom(4, 0, 1, 31, 254, UNLABELED);
    fc.assert(
      fc.property(fc.array(someClass, { minLength: 280, maxLength: 280 }), (mask) => {
        const document = createProject();
        paintDot(document, 'a', 4, 5, 5, 4);
        const before = snapshot(document);
        const labels = document.picture('a').planes;
        const expected = mask.map((id, i) =>
          [4, 0].includes(id) ? [id, 2] : [labels.classIds[i], labels.strokeIds[i]],
        );
        importLabels(document, 'a', Uint8Array.from(mask));
        expect(Array.from(labels.classIds, (id, i) => [id, labels.strokeIds[i]])).toEqual(expected);
        const isEdit = mask.includes(4) || mask.includes(0);
        expect(document.picture('a').strokeOrigins).toEqual(new Map(isEdit ? [[2, 'imported']] : []));
        expect(document.historyPosition).toBe(isEdit ? 2 : 1);
        if (isEdit) document.undo();
        expect(snapshot(document)).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it('adds new classes in the same edit: there before their pixels, and gone after them', () => {
    const document = createProject();
    paintDot(document, 'a', 0, 5, 5);
    const before = snapshot(document);
    const changes = changesOf(document);
    const tell = () => changes.splice(0).map(({ type }) => type);
    const added = createClass(document.classes, ROAD);
    expect(added).toEqual(ROAD);
    expect(importLabels(document, 'a', new Uint8Array(WIDTH * HEIGHT).fill(1), [ROAD])).toBe(true);
    expect(tell()).toEqual(['classes', 'patch', 'history']);
    expect(document.classes).toEqual([SKY, EARTH, ROAD]);
    expect(document.picture('a').counts[1]).toBe(WIDTH * HEIGHT);
    const after = snapshot(document);
    expect(document.undo()).toMatchObject({ name: 'Import a mask', pictureId: 'a' });
    expect(tell()).toEqual(['patch', 'classes', 'history']);
    expect(snapshot(document)).toEqual(before);
    document.redo();
    expect(tell()).toEqual(['classes', 'patch', 'history']);
    expect(snapshot(document)).toEqual(after);
  });

  it('neither paints over locked classes nor adds to them', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 5, 5);
    const { counts } = document.picture('a');
    const locked = counts[4] ?? 0;
    document.setClassLocked(4, true);
    const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i < WIDTH ? 4 : 0));
    importLabels(document, 'a', mask);
    expect([counts[4], counts[0]]).toEqual([locked, WIDTH * (HEIGHT - 1) - locked]);
  });

  it('leaves neither stroke number nor origin behind when it painted nothing', () => {
    const document = createProject();
    const nothing = new Uint8Array(WIDTH * HEIGHT).fill(UNLABELED);
    expect(importLabels(document, 'a', nothing)).toBe(false);
    expect(importLabels(document, 'a', nothing, [ROAD])).toBe(true);
    expect(document.picture('a').nextStrokeId).toBe(1);
    paintDot(document, 'a', 4, 5, 5);
    expect(document.picture('a').strokeOrigins.size).toBe(0);
  });

  it('refuses masks of another size and classes whose id is taken', () => {
    const document = createProject();
    expect(() => importLabels(document, 'b', new Uint8Array(WIDTH * HEIGHT))).toThrow(
      'A mask of 280 pixels does not fit “Bay”.',
    );
    const mask = new Uint8Array(9 * 23);
    expect(() => importLabels(document, 'b', mask, [{ ...ROAD, id: 4 }])).toThrow(RangeError);
    expect(() => importLabels(document, 'b', mask, [ROAD, { ...ROAD, name: 'Car' }])).toThrow(RangeError);
    expect(document.canUndo).toBe(false);
  });
});
