import { describe, expect, it, vi } from 'vitest';
import { countByClass, createPlanes, UNLABELED } from '../labels/planes.ts';
import { addClass, recolorClass, removeClass, renameClass } from './classes/classEdits.ts';
import { clearLabels, fillUnlabeled, importLabels, paintStrokes } from './labelEdits.ts';
import { RefusedEditError } from './paintTarget.ts';
import { movePicture, renamePicture, setPictureDone, setPictureUse } from './pictureEdits.ts';
import type { ProjectDocument } from './projectDocument.ts';
import { changesOf, createProject, EARTH, paintDot, SKY, snapshot } from './projectTestTools.ts';

const WIDTH = 20;
const HEIGHT = 14;

describe('several pictures', () => {
  it('are undone and redone in the order of their edits, and each says where it was', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    paintDot(document, 'b', 0, 3, 3);
    paintDot(document, 'a', 0, 15, 9);
    const end = snapshot(document);
    expect(document.history.map(({ name, pictureId }) => [name, pictureId])).toEqual([
      ['Brush', 'a'],
      ['Brush', 'b'],
      ['Brush', 'a'],
    ]);
    expect(document.historyPosition).toBe(3);
    expect([document.undo(), document.undo()]).toMatchObject([{ pictureId: 'a' }, { pictureId: 'b' }]);
    expect(document.historyPosition).toBe(1);
    expect(document.picture('a').counts[4]).toBeGreaterThan(0);
    expect(document.picture('a').counts[0]).toBe(0);
    expect(document.picture('b').planes).toEqual(createPlanes(9, 23));
    expect(document.undo()).toMatchObject({ name: 'Brush', pictureId: 'a' });
    expect(document.undo()).toBeNull();
    expect(['a', 'b', 'a'].map((id) => document.redo()?.pictureId === id)).toEqual([true, true, true]);
    expect(document.redo()).toBeNull();
    expect(snapshot(document)).toEqual(end);
    expect(document.picture('a').labelRevision).toBe(6);
    expect(document.picture('b').labelRevision).toBe(3);
  });

  it('number their strokes together: a higher number is a later stroke', () => {
    const document = createProject();
    for (const [i, id] of ['a', 'b', 'a', 'a', 'b'].entries()) {
      paintDot(document, id, 4, 3 + i, 3, 0.5);
      expect(document.picture(id).planes.strokeIds).toContain(i + 1);
      expect(['a', 'b'].map((other) => document.picture(other).nextStrokeId)).toEqual([i + 2, i + 2]);
    }
  });

  it('go on with numbers of their own once the project has used the last', () => {
    const planes = createPlanes(2, 2);
    planes.classIds[0] = 4;
    planes.strokeIds[0] = 0xffff;
    const document = createProject({
      pictures: [
        { id: 'a', name: 'Alp', width: 2, height: 2, planes },
        { id: 'b', name: 'Bay', width: 9, height: 23 },
      ],
    });
    paintDot(document, 'b', 4, 3, 3);
    paintDot(document, 'b', 4, 6, 3, 0.5);
    expect(new Set(document.picture('b').planes.strokeIds)).toEqual(new Set([0, 1, 2]));
    expect(() => paintDot(document, 'a', 4, 1, 1)).toThrow('65535');
  });

  it('refuse planes of another size, unknown ids, and an id twice', () => {
    const planes = createPlanes(HEIGHT, WIDTH);
    const init = { id: 'c', name: 'Cliff', width: WIDTH, height: HEIGHT };
    expect(() => createProject({ pictures: [{ ...init, planes }] })).toThrow(/do not fit/);
    const document = createProject();
    expect(() => document.picture('c')).toThrow(RangeError);
    expect(() => document.removePicture('c')).toThrow(RangeError);
    expect(() => document.addPicture({ ...init, id: 'a' })).toThrow(RangeError);
    document.removePicture('a');
    // Undo would bring the first one back beside it.
    expect(() => document.addPicture({ ...init, id: 'a' })).toThrow(RangeError);
    document.forgetHistory();
    expect(document.addPicture({ ...init, id: 'a' }).name).toBe('Cliff');
  });

  it('start with the planes, origins, use and mark that they are given', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    planes.classIds[7] = 4;
    planes.strokeIds[7] = 5;
    const strokeOrigins = [
      [5, 'imported'],
      [6, 'accepted'],
    ] as const;
    const document = createProject({
      pictures: [
        { id: 'a', name: 'Alp', width: WIDTH, height: HEIGHT, planes, strokeOrigins, use: 'test', done: true },
        { id: 'b', name: 'Bay', width: 2, height: 2 },
      ],
      hiddenClassIds: [0],
      lockedClassIds: [4],
    });
    const picture = document.picture('a');
    expect(picture).toMatchObject({ width: WIDTH, height: HEIGHT, use: 'test', done: true, nextStrokeId: 6 });
    expect(picture.planes).toBe(planes);
    expect(picture.counts).toEqual(countByClass(planes));
    // Stroke 6 is nowhere: the next hand-painted one gets its number, and must not pass for accepted.
    expect(picture.strokeOrigins).toEqual(new Map([[5, 'imported']]));
    expect(document.picture('b')).toMatchObject({ use: 'train', done: false });
    expect([...document.hiddenClassIds, ...document.lockedClassIds]).toEqual([0, 4]);
  });

  it('are added at the end, each time as a new list, without an edit', () => {
    const document = createProject();
    const changes = changesOf(document);
    const first = document.pictures;
    expect(document.addPicture({ id: 'c', name: 'Cliff', width: 3, height: 3 })).toBe(document.picture('c'));
    expect(document.pictures.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(first.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(changes).toEqual([{ type: 'pictures' }]);
    expect(document.canUndo).toBe(false);
  });
});

describe('the removal of a picture', () => {
  it('is taken back with its labels and its place, between other edits', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    paintDot(document, 'b', 0, 3, 3);
    const full = snapshot(document);
    document.removePicture('a');
    expect(document.pictures.map(({ id }) => id)).toEqual(['b']);
    expect(document.history.at(-1)).toMatchObject({ name: 'Remove Alp', pictureId: null });
    paintDot(document, 'b', 4, 6, 15);
    const end = snapshot(document);
    const changes = changesOf(document);
    document.undo();
    expect(document.undo()).toMatchObject({ name: 'Remove Alp', pictureId: null });
    expect(snapshot(document)).toEqual(full);
    expect(changes.map(({ type }) => type)).toEqual(['patch', 'stroke', 'history', 'pictures', 'history']);
    document.undo();
    document.undo();
    expect(document.picture('a').planes).toEqual(createPlanes(WIDTH, HEIGHT));
    while (document.redo());
    expect(snapshot(document)).toEqual(end);
  });

  it('leaves the picture out of what is edited meanwhile, and the classes as they were when it comes back', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    const full = snapshot(document);
    document.removePicture('a');
    removeClass(document, 4);
    expect(() => fillUnlabeled(document, 'a', 0)).toThrow(RangeError);
    document.undo();
    document.undo();
    expect(snapshot(document)).toEqual(full);
  });
});

describe('a read-only project', () => {
  const BECAUSE = 'This project is open in another window: nothing was changed.';
  const picture = { id: 'c', name: 'Cliff', width: 3, height: 3 };

  it.each<[string, (document: ProjectDocument) => void]>([
    ['a gesture', (document) => document.picture('a').beginStroke(4, { name: 'Brush' })],
    ['unlabeling', (document) => document.picture('a').beginStroke(UNLABELED, { name: 'Brush' })],
    ['strokes', (document) => paintStrokes(document, 'a', [], { name: 'Starter strokes' })],
    ['clearing', (document) => clearLabels(document, 'a')],
    ['filling', (document) => fillUnlabeled(document, 'a', 4)],
    ['an import', (document) => importLabels(document, 'a', new Uint8Array(WIDTH * HEIGHT))],
    ['a new class', (document) => addClass(document)],
    ['another name', (document) => renameClass(document, 4, 'Water')],
    ['another colour', (document) => recolorClass(document, 4, '#000001')],
    ['the removal of a class', (document) => removeClass(document, 4)],
    ['a new picture', (document) => document.addPicture(picture)],
    ['the removal of a picture', (document) => document.removePicture('a')],
    ['another order', (document) => movePicture(document, 'a', 1)],
    ['another name of a picture', (document) => renamePicture(document, 'a', 'Beach')],
    ['another use', (document) => setPictureUse(document, 'a', 'test')],
    ['a mark', (document) => setPictureDone(document, 'a', true)],
  ])('refuses %s with its sentence', (_, act) => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    const before = snapshot(document);
    document.setReadOnly(BECAUSE);
    expect(() => act(document)).toThrow(new RefusedEditError(BECAUSE));
    expect(snapshot(document)).toEqual(before);
    document.setReadOnly(null);
    expect(document.historyPosition).toBe(1);
    act(document);
  });

  it('neither undoes nor redoes, and says so', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    paintDot(document, 'a', 4, 9, 9);
    document.undo();
    const before = snapshot(document);
    const changes = changesOf(document);
    document.setReadOnly(BECAUSE);
    expect(changes).toEqual([{ type: 'history' }]);
    expect(document.readOnlyBecause).toBe(BECAUSE);
    expect([document.canUndo, document.canRedo]).toEqual([false, false]);
    expect([document.undo(), document.redo()]).toEqual([null, null]);
    expect(snapshot(document)).toEqual(before);
    document.setReadOnly(null);
    expect([document.canUndo, document.canRedo]).toEqual([true, true]);
    expect(document.redo()).toMatchObject({ pictureId: 'a' });
  });

  it('lets an open gesture stand as it is', () => {
    const document = createProject();
    const gesture = document.picture('a').beginStroke(4, { name: 'Brush' });
    gesture.paint(3, 3, 3, 3, 2);
    document.setReadOnly(BECAUSE);
    const painted = snapshot(document);
    gesture.paint(9, 9, 9, 9, 2);
    gesture.cancel();
    expect(snapshot(document)).toEqual(painted);
    expect(document.history).toMatchObject([{ name: 'Brush', pictureId: 'a' }]);
  });
});

describe('edit', () => {
  it('paints several pictures and the class list as one', () => {
    const document = createProject();
    const changes = changesOf(document);
    const before = snapshot(document);
    const made = document.edit('Everything', (draft) => {
      for (const picture of document.pictures) draft.paint(picture).replace(UNLABELED, 0, picture.takeStrokeId());
      draft.classes = [EARTH, SKY];
    });
    expect(made).toBe(true);
    expect(changes.map((change) => ('pictureId' in change ? change.pictureId : change.type))).toEqual([
      'classes',
      'a',
      'b',
      'history',
    ]);
    expect(document.history).toMatchObject([{ name: 'Everything', pictureId: null }]);
    document.undo();
    expect(snapshot(document)).toEqual(before);
  });

  it('that throws has not happened, in no picture', () => {
    const document = createProject();
    paintDot(document, 'b', 0, 3, 3);
    const before = snapshot(document);
    const failing = () =>
      document.edit('Half', (draft) => {
        for (const picture of document.pictures) draft.paint(picture).replace(UNLABELED, 4, picture.takeStrokeId());
        draft.classes = [];
        throw new Error('too far');
      });
    expect(failing).toThrow('too far');
    expect(snapshot(document)).toEqual(before);
    for (const { counts, planes } of document.pictures) expect(counts).toEqual(countByClass(planes));
    expect(document.pictures.map(({ nextStrokeId }) => nextStrokeId)).toEqual([2, 2]);
    expect(document.historyPosition).toBe(1);
  });

  it('that changes nothing is none, and keeps what can be redone', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    document.undo();
    const build = vi.fn();
    expect(document.edit('Nothing', build)).toBe(false);
    expect(build).toHaveBeenCalledOnce();
    expect(document.edit('The same list', (draft) => (draft.classes = [{ ...SKY }, { ...EARTH }]))).toBe(false);
    expect(document.canRedo).toBe(true);
  });

  it('is kept apart from another with the same key when one of them painted', () => {
    const document = createProject();
    const before = snapshot(document);
    for (const color of ['#000001', '#000002']) {
      document.edit(
        'Both',
        (draft) => {
          const picture = document.picture('a');
          draft.paint(picture).replace(UNLABELED, 4, picture.takeStrokeId());
          draft.classes = [{ ...SKY, color }, EARTH];
        },
        { mergeKey: 'both' },
      );
    }
    document.undo();
    document.undo();
    expect(snapshot(document)).toEqual(before);
  });
});

describe('the rest', () => {
  it('forgets its history, not its labels', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    document.undo();
    document.redo();
    paintDot(document, 'b', 4, 3, 3);
    document.undo();
    document.forgetHistory();
    expect([document.canUndo, document.canRedo]).toEqual([false, false]);
    expect(document.history).toEqual([]);
    expect(document.picture('a').counts[4]).toBeGreaterThan(0);
  });

  it('stops telling a listener that left', () => {
    const document = createProject();
    const listener = vi.fn();
    document.subscribe(listener)();
    paintDot(document, 'a', 4, 3, 3);
    expect(listener).not.toHaveBeenCalled();
  });

  it('hides classes without an edit', () => {
    const document = createProject();
    const changes = changesOf(document);
    document.setClassHidden(4, true);
    expect([...document.hiddenClassIds]).toEqual([4]);
    paintDot(document, 'a', 4, 3, 3);
    document.setClassHidden(4, false);
    expect(document.hiddenClassIds.size).toBe(0);
    expect(() => document.setClassHidden(9, true)).toThrow(RangeError);
    expect(changes.filter(({ type }) => type === 'classMarks')).toHaveLength(2);
    expect(document.historyPosition).toBe(1);
  });

  it('keeps removed pictures within the budget of 64 MiB, the oldest go first', () => {
    // 3 bytes a pixel: 24 MiB a picture, so that two fit and three do not.
    const side = 2896;
    const ids = ['p', 'q', 'r'];
    const pictures = ids.map((id) => ({ id, name: id, width: side, height: side }));
    const document = createProject({ pictures });
    for (const id of ids) document.removePicture(id);
    expect(document.history.map(({ name }) => name)).toEqual(['Remove q', 'Remove r']);
    while (document.undo());
    expect(document.pictures.map(({ id }) => id)).toEqual(['q', 'r']);
  });

  it('undoes 1,000 strokes on 1024 × 1024 pixels sooner than they were painted', () => {
    const side = 1024;
    const document = createProject({ pictures: [{ id: 'a', name: 'Alp', width: side, height: side }] });
    const picture = document.picture('a');
    // Marsaglia's xorshift32: the same strokes every time.
    let state = 0x9e3779b9;
    const random = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    };
    const paintedFromMs = performance.now();
    for (let stroke = 0; stroke < 1000; stroke++) {
      const gesture = picture.beginStroke(random() < 0.5 ? 4 : 0, { name: 'Brush' });
      let [x, y] = [random() * side, random() * side];
      for (let segment = 0; segment < 20; segment++) {
        const [toX, toY] = [x + (random() - 0.5) * 60, y + (random() - 0.5) * 60];
        gesture.paint(x, y, toX, toY, 12);
        [x, y] = [toX, toY];
      }
      gesture.commit();
    }
    expect(document.historyPosition).toBe(1000);
    const undoneFromMs = performance.now();
    while (document.undo());
    const undoneMs = performance.now() - undoneFromMs;
    expect(picture.counts[UNLABELED]).toBe(side * side);
    expect(picture.counts).toEqual(countByClass(picture.planes));
    expect(picture.planes.strokeIds.every((strokeId) => strokeId === 0)).toBe(true);
    // A tenth of it, where nothing else runs.
    expect(undoneMs).toBeLessThan(undoneFromMs - paintedFromMs);
  });
});
