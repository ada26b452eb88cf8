import { describe, expect, it } from 'vitest';
import { countByClass, UNLABELED } from '../../labels/planes.ts';
import { RefusedEditError } from '../paintTarget.ts';
import type { ProjectDocument } from '../projectDocument.ts';
import { changesOf, createProject, EARTH, paintDot, SKY, snapshot } from '../projectTestTools.ts';
import {
  addClass,
  createClass,
  moveClass,
  type NewClass,
  recolorClass,
  removeClass,
  renameClass,
  takePreset,
} from './classEdits.ts';
import { CLASS_COLORS } from './palette.ts';

const STREET: readonly NewClass[] = [
  { name: 'Road', color: '#805d50' },
  { name: 'sky', color: '#69d1ee' },
  { name: 'Car', color: '#F03C14' },
];

const ids = (document: ProjectDocument) => document.classes.map(({ id }) => id);

describe('addClass', () => {
  it('adds at the end with the lowest free id, name and colour, or those wanted', () => {
    const document = createProject();
    expect(addClass(document)).toEqual({ id: 1, name: 'Class 3', color: CLASS_COLORS[2] });
    expect(addClass(document, { name: 'Road', color: '#123456' })).toEqual({ id: 2, name: 'Road', color: '#123456' });
    renameClass(document, 2, 'Class 5');
    expect(addClass(document)).toEqual({ id: 3, name: 'Class 6', color: CLASS_COLORS[3] });
    expect(ids(document)).toEqual([4, 0, 1, 2, 3]);
    expect(document.history.at(-1)).toMatchObject({ name: 'Add Class 6', pictureId: null });
    for (let edits = 0; edits < 4; edits++) document.undo();
    expect(document.classes).toEqual([SKY, EARTH]);
  });

  it('adds 32 at most, all different', () => {
    const document = createProject();
    for (let count = 2; count < 32; count++) expect(addClass(document)).not.toBeNull();
    expect(addClass(document)).toBeNull();
    expect(createClass(document.classes, {})).toBeNull();
    for (const fact of ['id', 'name', 'color'] as const) {
      expect(new Set(document.classes.map((c) => c[fact])).size).toBe(32);
    }
  });
});

describe('renameClass', () => {
  it('trims, cuts to 40 characters, and never renames to nothing', () => {
    const document = createProject();
    expect(renameClass(document, 4, '  Water ')).toBe(true);
    expect(document.class(4).name).toBe('Water');
    expect(renameClass(document, 4, 'Water')).toBe(false);
    expect(renameClass(document, 4, '   ')).toBe(false);
    renameClass(document, 4, 'x'.repeat(60));
    expect(document.class(4).name).toHaveLength(40);
    document.undo();
    expect(document.undo()).toMatchObject({ name: 'Rename Sky' });
    expect(document.classes).toEqual([SKY, EARTH]);
    expect(document.canUndo).toBe(false);
    expect(() => renameClass(document, 7, 'Water')).toThrow(RangeError);
  });
});

describe('recolorClass', () => {
  it('takes a drag through a colour picker for one edit, but not two classes or an edit between', () => {
    const document = createProject();
    recolorClass(document, 4, '#000001');
    recolorClass(document, 4, '#000002');
    recolorClass(document, 0, '#000003');
    renameClass(document, 0, 'Soil');
    recolorClass(document, 0, '#000004');
    expect(recolorClass(document, 0, '#000004')).toBe(false);
    expect(() => recolorClass(document, 0, 'red')).toThrow(RangeError);
    const seen: (string | undefined)[][] = [];
    while (document.undo()) seen.push(document.classes.map((c) => c.color));
    expect(seen).toEqual([
      ['#000002', '#000003'],
      ['#000002', '#000003'],
      ['#000002', '#f03c14'],
      ['#2458b4', '#f03c14'],
    ]);
    document.redo();
    expect(document.classes.map((c) => c.color)).toEqual(['#000002', '#f03c14']);
  });

  it('is a new edit after a gesture on any picture', () => {
    const document = createProject();
    recolorClass(document, 4, '#000001');
    paintDot(document, 'b', 4, 3, 3);
    recolorClass(document, 4, '#000002');
    expect(document.history.map(({ name }) => name)).toEqual(['Recolour Sky', 'Brush', 'Recolour Sky']);
    document.undo();
    expect(document.class(4).color).toBe('#000001');
  });

  it('drops what was undone when it joins the edit before', () => {
    const document = createProject();
    recolorClass(document, 4, '#000001');
    renameClass(document, 4, 'Water');
    document.undo();
    recolorClass(document, 4, '#000002');
    expect(document.canRedo).toBe(false);
    document.undo();
    expect(document.classes).toEqual([SKY, EARTH]);
  });
});

describe('moveClass', () => {
  it('puts a class at a place, within the list', () => {
    const document = createProject();
    addClass(document);
    expect(moveClass(document, 1, 0)).toBe(true);
    expect(ids(document)).toEqual([1, 4, 0]);
    expect(moveClass(document, 4, 99)).toBe(true);
    expect(ids(document)).toEqual([1, 0, 4]);
    expect(moveClass(document, 4, -3)).toBe(true);
    expect(ids(document)).toEqual([4, 1, 0]);
    expect(document.history.at(-1)).toMatchObject({ name: 'Move Sky' });
    for (let edits = 0; edits < 3; edits++) document.undo();
    expect(ids(document)).toEqual([4, 0, 1]);
  });

  it('is no edit when the class is there', () => {
    const document = createProject();
    expect([moveClass(document, 4, 0), moveClass(document, 4, -1), moveClass(document, 0, 5)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(document.canUndo).toBe(false);
  });
});

/** Both classes painted on both pictures, one over the other. */
function createPainted(): ProjectDocument {
  const document = createProject();
  for (const id of ['a', 'b']) {
    paintDot(document, id, 4, 5, 5, 3);
    paintDot(document, id, 0, 7, 5, 3);
  }
  return document;
}

describe('removeClass', () => {
  it('unlabels in all pictures as one edit, which comes back with pixels, name, colour and place', () => {
    const document = createPainted();
    const before = snapshot(document);
    const changes = changesOf(document);
    const tell = () => changes.splice(0).map((change) => ('pictureId' in change ? change.pictureId : change.type));
    expect(removeClass(document, 4)).toBe(true);
    expect(document.classes).toEqual([EARTH]);
    for (const { counts, planes } of document.pictures) {
      expect(counts[4]).toBe(0);
      expect(counts).toEqual(countByClass(planes));
    }
    // Whoever follows never sees a pixel of a class that is not in the list.
    expect(tell()).toEqual(['a', 'b', 'classes', 'history']);
    expect(document.undo()).toMatchObject({ name: 'Remove Sky', pictureId: null });
    expect(snapshot(document)).toEqual(before);
    expect(tell()).toEqual(['classes', 'a', 'b', 'history']);
    document.redo();
    expect(document.pictures.map(({ counts }) => counts[4])).toEqual([0, 0]);
    expect(tell()).toEqual(['a', 'b', 'classes', 'history']);
  });

  it('gives no patch for pictures that the class is not on', () => {
    const document = createProject();
    paintDot(document, 'b', 4, 5, 5);
    removeClass(document, 4);
    expect(document.pictures.map(({ labelRevision }) => labelRevision)).toEqual([0, 2]);
  });

  it('merges with the strokes that the pixels came from', () => {
    const document = createPainted();
    const before = snapshot(document);
    const strokes = document.pictures.map(({ planes }) => planes.strokeIds.slice());
    const total = document.pictures.map(({ counts }) => (counts[4] ?? 0) + (counts[0] ?? 0));
    expect(removeClass(document, 4, 0)).toBe(true);
    expect(document.pictures.map(({ counts }) => counts[0])).toEqual(total);
    expect(document.pictures.map(({ planes }) => planes.strokeIds)).toEqual(strokes);
    expect(document.history.at(-1)).toMatchObject({ name: 'Merge Sky into Earth' });
    document.undo();
    expect(snapshot(document)).toEqual(before);
    document.redo();
    expect(document.pictures.map(({ counts }) => counts[4])).toEqual([0, 0]);
    expect(document.classes).toEqual([EARTH]);
  });

  it('leaves the last class, and refuses locked and unknown ones', () => {
    const document = createPainted();
    const before = snapshot(document);
    document.setClassLocked(4, true);
    const refusal = new RefusedEditError('“Sky” is locked: nothing was changed. Unlock it in the class list first.');
    expect(() => removeClass(document, 4)).toThrow(refusal);
    expect(() => removeClass(document, 4, 0)).toThrow(refusal);
    expect(() => removeClass(document, 0, 4)).toThrow(refusal);
    expect(() => removeClass(document, 0, 0)).toThrow(RangeError);
    expect(() => removeClass(document, 0, 9)).toThrow(RangeError);
    expect(() => removeClass(document, 9)).toThrow(RangeError);
    expect(snapshot(document)).toEqual(before);
    removeClass(document, 0);
    document.setClassLocked(4, false);
    expect(removeClass(document, 4)).toBe(false);
    expect(removeClass(document, 4, UNLABELED)).toBe(false);
    expect(document.classes).toEqual([SKY]);
  });

  it("takes the class's marks with it: one that comes later under its id is another", () => {
    const document = createProject();
    document.setClassHidden(0, true);
    removeClass(document, 0);
    expect(addClass(document)?.id).toBe(0);
    expect(document.hiddenClassIds.size).toBe(0);
    document.setClassLocked(0, true);
    document.undo();
    document.undo();
    expect(document.classes).toEqual([SKY, EARTH]);
    expect([document.hiddenClassIds.size, document.lockedClassIds.size]).toEqual([0, 0]);
  });
});

describe('takePreset', () => {
  it('keeps classes with labels on any picture and puts the preset after them, unless a name is there', () => {
    const document = createProject();
    paintDot(document, 'b', 4, 3, 3);
    expect(takePreset(document, 'streets', STREET)).toBe(true);
    expect(document.classes).toEqual([
      SKY,
      { id: 1, name: 'Road', color: '#805d50' },
      // Earth has gone and left its colour, but not its id, for marks and weights belong to that.
      { id: 2, name: 'Car', color: '#F03C14' },
    ]);
    expect(document.history.at(-1)).toMatchObject({ name: 'Classes for streets', pictureId: null });
    document.undo();
    expect(document.classes).toEqual([SKY, EARTH]);
  });

  it('gives a class another colour when a kept one has it', () => {
    const document = createProject();
    paintDot(document, 'a', 0, 3, 3);
    takePreset(document, 'streets', STREET);
    expect(document.classes.map(({ name }) => name)).toEqual(['Earth', 'Road', 'sky', 'Car']);
    expect(new Set(document.classes.map(({ color }) => color.toLowerCase())).size).toBe(4);
    // The unlabeled class of the same name is the same class.
    expect(document.classes[2]).toEqual({ id: 4, name: 'sky', color: '#69d1ee' });
  });

  it('keeps locked classes, and carries no mark over to another class', () => {
    const document = createProject();
    document.setClassLocked(4, true);
    document.setClassHidden(0, true);
    takePreset(document, 'streets', STREET);
    expect(document.classes.map(({ name }) => name)).toEqual(['Sky', 'Road', 'Car']);
    expect([...document.hiddenClassIds]).toEqual([]);
    expect([...document.lockedClassIds]).toEqual([4]);
    document.setClassLocked(1, true);
    document.undo();
    expect([...document.lockedClassIds]).toEqual([4]);
  });

  it('is no edit the second time, and never leaves an empty list', () => {
    const document = createProject();
    takePreset(document, 'streets', STREET);
    expect(takePreset(document, 'streets', STREET)).toBe(false);
    expect(takePreset(document, 'nothing', [])).toBe(false);
    expect(document.historyPosition).toBe(1);
  });

  it('stops at 32 classes and uses ids again when none is left', () => {
    const document = createProject();
    while (addClass(document) !== null);
    paintDot(document, 'a', 7, 3, 3);
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `New ${i}`, color: '#000000' }));
    // A class that has gone and comes back keeps its id only while no other has taken it.
    many.splice(20, 0, { name: 'Earth', color: '#000000' });
    takePreset(document, 'all', many);
    expect(document.classes).toHaveLength(32);
    expect(new Set(ids(document)).size).toBe(32);
    expect(ids(document)[0]).toBe(7);
    expect(new Set(document.classes.map(({ color }) => color)).size).toBe(32);
  });
});
