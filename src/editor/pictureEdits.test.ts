import { describe, expect, it } from 'vitest';
import { removeClass } from './classes/classEdits.ts';
import { movePicture, renamePicture, setPictureDone, setPictureUse } from './pictureEdits.ts';
import type { ProjectDocument } from './projectDocument.ts';
import { changesOf, createProject, paintDot, snapshot } from './projectTestTools.ts';

const CLIFF = { id: 'c', name: 'Cliff', width: 3, height: 3 };
const DUNE = { id: 'd', name: 'Dune', width: 3, height: 3 };

const order = (document: ProjectDocument) => document.pictures.map(({ id }) => id).join('');
const edits = (document: ProjectDocument) => document.history.map(({ name }) => name);

function undoAll(document: ProjectDocument): void {
  while (document.undo());
}

function redoAll(document: ProjectDocument): void {
  while (document.redo());
}

describe('an edit of a picture', () => {
  it.each<[string, (document: ProjectDocument) => boolean, Record<string, unknown>]>([
    ['Move Bay', (document) => movePicture(document, 'b', 0), {}],
    ['Rename Bay', (document) => renamePicture(document, 'b', ' Beach '), { name: 'Beach' }],
    ['Use Bay as test', (document) => setPictureUse(document, 'b', 'test'), { use: 'test' }],
    ['Leave Bay out', (document) => setPictureUse(document, 'b', 'skip'), { use: 'skip' }],
    ['Mark Bay as done', (document) => setPictureDone(document, 'b', true), { done: true }],
  ])('“%s” stands in the history, tells where it was, and is nothing when made again', (name, act, facts) => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    const before = snapshot(document);
    const changes = changesOf(document);
    expect(act(document)).toBe(true);
    expect(document.picture('b')).toMatchObject(facts);
    expect(order(document)).toBe(name === 'Move Bay' ? 'ba' : 'ab');
    expect(document.history.at(-1)).toMatchObject({ name, pictureId: 'b' });
    expect(changes).toEqual([{ type: 'pictures' }, { type: 'history' }]);
    const after = snapshot(document);
    expect(after).not.toEqual(before);
    expect(act(document)).toBe(false);
    expect(edits(document)).toEqual(['Brush', name]);
    expect(changes).toHaveLength(2);

    expect(document.undo()).toMatchObject({ name, pictureId: 'b' });
    expect(snapshot(document)).toEqual(before);
    // Whoever listens, the learner and the storage, hears of it as of the edit itself.
    expect(changes.slice(2)).toEqual([{ type: 'pictures' }, { type: 'history' }]);
    expect(document.redo()).toMatchObject({ name, pictureId: 'b' });
    expect(snapshot(document)).toEqual(after);
    expect(changes.slice(4)).toEqual([{ type: 'pictures' }, { type: 'history' }]);
  });

  it('is called by what it does: back to training, no longer done', () => {
    const document = createProject();
    setPictureUse(document, 'a', 'test');
    setPictureUse(document, 'a', 'train');
    setPictureDone(document, 'a', true);
    setPictureDone(document, 'a', false);
    expect(edits(document)).toEqual([
      'Use Alp as test',
      'Use Alp for training',
      'Mark Alp as done',
      'Mark Alp as not done',
    ]);
    document.undo();
    document.undo();
    expect(document.picture('a')).toMatchObject({ use: 'train', done: false });
    document.undo();
    expect(document.picture('a').use).toBe('test');
  });

  it('gives the listener a new list and leaves the former one as it was', () => {
    const document = createProject();
    const former = document.pictures;
    setPictureDone(document, 'a', true);
    movePicture(document, 'a', 1);
    expect(document.pictures).not.toBe(former);
    expect(former.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('of a picture that does not exist is a RangeError', () => {
    const document = createProject();
    expect(() => movePicture(document, 'c', 0)).toThrow(RangeError);
    expect(() => renamePicture(document, 'c', 'Cliff')).toThrow(RangeError);
    document.removePicture('a');
    expect(() => setPictureUse(document, 'a', 'test')).toThrow(RangeError);
    expect(() => setPictureDone(document, 'a', true)).toThrow(RangeError);
  });

  it('drops what could be redone, one that changes nothing does not', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    document.undo();
    setPictureUse(document, 'a', 'train');
    renamePicture(document, 'a', '   ');
    movePicture(document, 'a', -3);
    expect(document.canRedo).toBe(true);
    setPictureUse(document, 'a', 'skip');
    expect(document.canRedo).toBe(false);
  });

  it('leaves a stroke under way alone, which then comes after it; a removal ends it', () => {
    const document = createProject();
    const gesture = document.picture('a').beginStroke(4, { name: 'Brush' });
    gesture.paint(3, 3, 3, 3, 2);
    renamePicture(document, 'a', 'Summit');
    expect(document.isPainting).toBe(true);
    gesture.commit();
    expect(edits(document)).toEqual(['Rename Alp', 'Brush']);
    const painted = snapshot(document);
    document.picture('a').beginStroke(0, { name: 'Brush' }).paint(9, 9, 9, 9, 2);
    document.removePicture('b');
    expect(document.isPainting).toBe(false);
    undoAll(document);
    document.redo();
    document.redo();
    expect(snapshot(document)).toEqual(painted);
  });
});

describe('names of a picture', () => {
  it('are trimmed, cut to 80 characters, and never empty', () => {
    const document = createProject();
    renamePicture(document, 'a', `  ${'x'.repeat(100)} `);
    expect(document.picture('a').name).toBe('x'.repeat(80));
    expect(renamePicture(document, 'a', '   ')).toBe(false);
    expect(document.picture('a').name).toBe('x'.repeat(80));
  });

  it('that it gets in a row are one edit, called by the first; another picture or an edit between parts them', () => {
    const document = createProject();
    renamePicture(document, 'a', 'Hill');
    renamePicture(document, 'a', 'Peak');
    renamePicture(document, 'b', 'Beach');
    setPictureDone(document, 'a', true);
    renamePicture(document, 'a', 'Summit');
    expect(edits(document)).toEqual(['Rename Alp', 'Rename Bay', 'Mark Peak as done', 'Rename Peak']);
    const seen: string[] = [];
    while (document.undo()) seen.push(document.pictures.map(({ name }) => name).join(' '));
    expect(seen).toEqual(['Peak Beach', 'Peak Beach', 'Peak Bay', 'Alp Bay']);
    document.redo();
    expect(document.picture('a').name).toBe('Peak');
  });
});

describe('the place of a picture', () => {
  it('is within the list, whatever is asked for', () => {
    const document = createProject();
    document.addPicture(CLIFF);
    movePicture(document, 'c', 0);
    movePicture(document, 'a', 99);
    expect(order(document)).toBe('cba');
    movePicture(document, 'a', -5);
    expect(order(document)).toBe('acb');
    undoAll(document);
    expect(order(document)).toBe('abc');
    redoAll(document);
    expect(order(document)).toBe('acb');
  });

  it('comes back though pictures were added since, which stay behind', () => {
    const document = createProject();
    movePicture(document, 'a', 1);
    document.addPicture(CLIFF);
    document.undo();
    expect(order(document)).toBe('abc');
    document.addPicture(DUNE);
    document.redo();
    expect(order(document)).toBe('bacd');
    movePicture(document, 'd', 0);
    expect(order(document)).toBe('dbac');
    undoAll(document);
    expect(order(document)).toBe('abcd');
    redoAll(document);
    expect(order(document)).toBe('dbac');
  });

  it('comes back through removals before and after', () => {
    const document = createProject();
    document.addPicture(CLIFF);
    document.removePicture('b');
    movePicture(document, 'c', 0);
    expect(order(document)).toBe('ca');
    document.removePicture('a');
    document.addPicture(DUNE);
    expect(order(document)).toBe('cd');
    const seen: string[] = [];
    while (document.undo()) seen.push(order(document));
    expect(seen).toEqual(['cad', 'acd', 'abcd']);
    redoAll(document);
    expect(order(document)).toBe('cd');
  });

  it('and its facts come back with a picture that was removed', () => {
    const document = createProject();
    renamePicture(document, 'a', 'Summit');
    setPictureUse(document, 'a', 'test');
    movePicture(document, 'a', 1);
    paintDot(document, 'a', 4, 3, 3);
    const full = snapshot(document);
    document.removePicture('a');
    expect(document.history.at(-1)).toMatchObject({ name: 'Remove Summit', pictureId: null });
    removeClass(document, 4);
    document.undo();
    document.undo();
    expect(snapshot(document)).toEqual(full);
    undoAll(document);
    expect(document.picture('a')).toMatchObject({ name: 'Alp', use: 'train' });
    expect(order(document)).toBe('ab');
  });
});

describe('the memory of the history', () => {
  it('counts a kilobyte for an edit of a picture, so that 70,000 of them push older ones out', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    // 64 MiB hold 65,536 of them.
    for (let edit = 0; edit < 70_000; edit++) setPictureDone(document, 'a', edit % 2 === 0);
    expect(document.history).toHaveLength(65_536);
    expect(document.history[0]?.name).toMatch(/^Mark/);
  }, 20_000);
});
