import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clonePlanes, countByClass, createPlanes, UNLABELED } from '../labels/planes.ts';
import { regionWhere } from '../labels/region.ts';
import { renameClass } from './classes/classEdits.ts';
import { clearLabels } from './labelEdits.ts';
import { RefusedEditError } from './paintTarget.ts';
import type { ProjectDocument } from './projectDocument.ts';
import { changesOf, createProject, paintDot, snapshot } from './projectTestTools.ts';

const WIDTH = 20;
const HEIGHT = 14;

const point = fc.tuple(fc.integer({ min: -4, max: 24 }), fc.integer({ min: -4, max: 18 }));

describe('a gesture', () => {
  it('shows at once, says where, and becomes one patch', () => {
    const document = createProject();
    const picture = document.picture('a');
    const changes = changesOf(document);
    const gesture = picture.beginStroke(4, { name: 'Brush' });
    gesture.paint(5.5, 5.5, 5.5, 5.5, 1);
    expect(picture.counts[4]).toBe(5);
    gesture.paint(5.5, 5.5, 7.5, 5.5, 1);
    expect(picture.labelRevision).toBe(0);
    gesture.commit();
    expect(changes.map(({ type }) => type)).toEqual(['history', 'pixels', 'pixels', 'patch', 'stroke', 'history']);
    expect(changes[1]).toEqual({ type: 'pixels', pictureId: 'a', rect: { x: 4, y: 4, width: 3, height: 3 } });
    expect(changes[3]).toMatchObject({
      pictureId: 'a',
      rect: { x: 4, y: 4, width: 5, height: 3 },
      labelRevision: 1,
    });
  });

  it('is one edit however many segments it has, with a stroke id of its own', () => {
    const document = createProject();
    const { planes } = document.picture('a');
    const gesture = document.picture('a').beginStroke(4, { name: 'Brush' });
    gesture.paint(3, 3, 5, 3, 2);
    gesture.paint(5, 3, 5, 6, 2);
    gesture.commit();
    paintDot(document, 'a', 4, 15, 9);
    expect(new Set(planes.strokeIds)).toEqual(new Set([0, 1, 2]));
    document.undo();
    expect(new Set(planes.strokeIds)).toEqual(new Set([0, 1]));
    document.undo();
    expect(document.canUndo).toBe(false);
  });

  it('paints a single pixel as a dot, and a line without gaps, when under two pixels wide', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 1, maxExcluded: true, noNaN: true }), point, (radiusPx, [x, y]) => {
        const document = createProject();
        const { counts, classIds } = document.picture('a');
        paintDot(document, 'a', 4, 7.01, 3.99, radiusPx);
        expect(counts[4]).toBe(1);
        expect(classIds[3 * WIDTH + 7]).toBe(4);
        const gesture = document.picture('a').beginStroke(0, { name: 'Brush' });
        gesture.paint(1, 1, x, y, radiusPx);
        gesture.commit();
        const steps = Math.max(Math.abs(x - 1), Math.abs(y - 1));
        if (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT) expect(counts[0]).toBeGreaterThanOrEqual(steps + 1);
      }),
    );
  });

  it('fills regions, with its class or with one for each pixel', () => {
    const document = createProject();
    const { planes } = document.picture('b');
    const gesture = document.picture('b').beginStroke(0, { name: 'Accept prediction', origin: 'accepted' });
    gesture.fill(regionWhere(9, 23, (i) => i < 9));
    const classMap = new Uint8Array(9 * 23).fill(4);
    classMap.set([254, 31, UNLABELED], 18);
    gesture.fillFrom(
      regionWhere(9, 23, (i) => i >= 18 && i < 27),
      classMap,
    );
    gesture.commit();
    expect([...planes.classIds.subarray(0, 9)]).toEqual(new Array(9).fill(0));
    // Classes that the project does not have are left out: 254, 31, and unlabeled.
    expect([...planes.classIds.subarray(18, 27)]).toEqual([255, 255, 255, 4, 4, 4, 4, 4, 4]);
    expect(document.picture('b').strokeOrigins).toEqual(new Map([[1, 'accepted']]));
    expect(document.history).toMatchObject([{ name: 'Accept prediction', pictureId: 'b' }]);
    document.undo();
    expect(planes).toEqual(createPlanes(9, 23));
  });

  it('is taken back by undo during it, redo makes it again, and later calls of it do nothing', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    const before = snapshot(document);
    const gesture = document.picture('a').beginStroke(0, { name: 'Brush' });
    gesture.paint(3, 3, 9, 9, 3);
    const painted = snapshot(document);
    expect(document.isPainting).toBe(true);
    expect(document.undo()).toMatchObject({ name: 'Brush', pictureId: 'a' });
    expect(document.isPainting).toBe(false);
    gesture.paint(3, 3, 9, 9, 3);
    gesture.fill(regionWhere(WIDTH, HEIGHT, () => true));
    gesture.commit();
    gesture.cancel();
    expect(snapshot(document)).toEqual(before);
    expect(document.historyPosition).toBe(1);
    expect(document.redo()).toMatchObject({ name: 'Brush', pictureId: 'a' });
    expect(snapshot(document)).toEqual(painted);
  });

  it('that has painted nothing is nothing to undo', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    document.picture('a').beginStroke(0, { name: 'Brush' });
    expect(document.undo()).toMatchObject({ name: 'Brush', pictureId: 'a' });
    expect(document.picture('a').planes).toEqual(createPlanes(WIDTH, HEIGHT));
    expect(document.canUndo).toBe(false);
  });

  it.each<[string, (document: ProjectDocument) => void]>([
    ['the next one, on another picture too', (document) => paintDot(document, 'b', 0, 5, 9)],
    ['a class edit', (document) => renameClass(document, 0, 'Soil')],
    ['an edit of labels', (document) => clearLabels(document, 'b')],
    ['a lock', (document) => document.setClassLocked(4, true)],
    ['the removal of a picture', (document) => document.removePicture('b')],
    ['the removal of its picture', (document) => document.removePicture('a')],
    ['forgetting the history', (document) => document.forgetHistory()],
  ])('is finished by %s, and stands where it was painted', (_, goOn) => {
    const document = createProject();
    const { planes, counts } = document.picture('a');
    const gesture = document.picture('a').beginStroke(4, { name: 'Brush' });
    gesture.paint(3, 3, 3, 3, 2);
    const painted = clonePlanes(planes);
    goOn(document);
    // The hand moves on, and lets go.
    gesture.paint(9, 9, 9, 9, 2);
    gesture.commit();
    expect(planes).toEqual(painted);
    expect(counts).toEqual(countByClass(painted));
    if (document.canUndo) expect(document.history[0]).toMatchObject({ name: 'Brush', pictureId: 'a' });
  });

  it('comes after what could be redone', () => {
    const document = createProject();
    paintDot(document, 'b', 0, 5, 9);
    document.undo();
    document.picture('a').beginStroke(4, { name: 'Brush' }).paint(3, 3, 3, 3, 2);
    expect(document.redo()).toBeNull();
    expect(document.history).toMatchObject([{ pictureId: 'a' }]);
    expect(document.picture('a').counts[4]).toBeGreaterThan(0);
  });

  it('that changes nothing is no edit', () => {
    const document = createProject();
    const picture = document.picture('a');
    paintDot(document, 'a', UNLABELED, 5, 5);
    paintDot(document, 'a', 4, 900, 900);
    expect(document.canUndo).toBe(false);
    expect(picture.labelRevision).toBe(0);
    expect(picture.nextStrokeId).toBe(1);
  });

  it('cannot begin when the stroke ids are used up, but unlabeling can', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    planes.classIds[0] = 4;
    planes.strokeIds[0] = 65534;
    const document = createProject({ pictures: [{ id: 'a', name: 'Alp', width: WIDTH, height: HEIGHT, planes }] });
    paintDot(document, 'a', 4, 9, 9);
    expect(Math.max(...planes.strokeIds)).toBe(65535);
    const begin = () => document.picture('a').beginStroke(4, { name: 'Brush' });
    expect(begin).toThrow(RefusedEditError);
    expect(begin).toThrow(/used all 65535 stroke numbers/);
    paintDot(document, 'a', UNLABELED, 9, 9, 9);
    expect(document.picture('a').counts[4]).toBe(1);
    const unlabeling = document.picture('a').beginStroke(UNLABELED, { name: 'Accept prediction' });
    const everything = regionWhere(WIDTH, HEIGHT, () => true);
    expect(() => unlabeling.fillFrom(everything, new Uint8Array(WIDTH * HEIGHT))).toThrow(RefusedEditError);
  });

  it('of a class that does not exist, or on a picture that was removed, is refused', () => {
    const document = createProject();
    const picture = document.picture('a');
    expect(() => picture.beginStroke(7, { name: 'Brush' })).toThrow(RangeError);
    document.removePicture('a');
    expect(() => picture.beginStroke(4, { name: 'Brush' })).toThrow(RangeError);
  });
});

describe('a lock', () => {
  const beginOn = (document: ProjectDocument, classId: number) =>
    document.picture('a').beginStroke(classId, { name: 'Brush' });

  it('keeps its class from being painted over and unlabeled, until it is taken off', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 5, 5);
    const { planes, counts } = document.picture('a');
    const locked = counts[4] ?? 0;
    document.setClassLocked(4, true);
    paintDot(document, 'a', 0, 7, 5, 3);
    expect(counts[4]).toBe(locked);
    expect(counts[0]).toBeGreaterThan(0);
    paintDot(document, 'a', UNLABELED, 7, 5, 9);
    expect(counts[4]).toBe(locked);
    expect(counts[0]).toBe(0);
    const gesture = beginOn(document, 0);
    gesture.fill(regionWhere(WIDTH, HEIGHT, () => true));
    gesture.commit();
    expect([counts[4], counts[0]]).toEqual([locked, WIDTH * HEIGHT - locked]);
    expect(counts).toEqual(countByClass(planes));
    document.setClassLocked(4, false);
    paintDot(document, 'a', 0, 5, 5, 9);
    expect(counts[4]).toBe(0);
  });

  it('keeps its class from being painted with, alone and within a class map', () => {
    const document = createProject();
    document.setClassLocked(4, true);
    expect(() => beginOn(document, 4)).toThrow(
      new RefusedEditError('“Sky” is locked: nothing was changed. Unlock it in the class list first.'),
    );
    const gesture = beginOn(document, 0);
    const classMap = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % 2 === 0 ? 4 : 0));
    gesture.fillFrom(
      regionWhere(WIDTH, HEIGHT, () => true),
      classMap,
    );
    gesture.commit();
    const { counts } = document.picture('a');
    expect([counts[4], counts[0]]).toEqual([0, (WIDTH * HEIGHT) / 2]);
  });

  it('does not stand in the way of undo and redo', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 5, 5);
    const painted = snapshot(document);
    document.setClassLocked(4, true);
    document.undo();
    expect(document.picture('a').counts[4]).toBe(0);
    document.redo();
    expect(snapshot(document)).toEqual(painted);
  });
});

describe('painting only what is unlabeled', () => {
  it('leaves labels as they are, but takes them away like ever', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 5, 5);
    const { counts, planes } = document.picture('a');
    const before = counts[4] ?? 0;
    document.paintsOnlyUnlabeled = true;
    paintDot(document, 'a', 0, 6, 5);
    expect(counts[4]).toBe(before);
    expect(counts[0]).toBeGreaterThan(0);
    // Its own class counts too: the pixels keep the stroke that they came from.
    paintDot(document, 'a', 4, 5, 5, 4);
    expect([...planes.strokeIds].filter((strokeId) => strokeId === 1)).toHaveLength(before);
    paintDot(document, 'a', UNLABELED, 5, 5, 12);
    expect(counts[4]).toBe(0);
    document.paintsOnlyUnlabeled = false;
    paintDot(document, 'a', 4, 5, 5);
    paintDot(document, 'a', 0, 5, 5);
    expect(counts[4]).toBe(0);
  });

  it('paints over what the gesture itself has painted', () => {
    const document = createProject();
    document.paintsOnlyUnlabeled = true;
    const gesture = document.picture('a').beginStroke(4, { name: 'Accept prediction' });
    const everything = regionWhere(WIDTH, HEIGHT, () => true);
    gesture.fill(everything);
    gesture.fillFrom(everything, new Uint8Array(WIDTH * HEIGHT));
    gesture.commit();
    expect(document.picture('a').counts[0]).toBe(WIDTH * HEIGHT);
  });
});
