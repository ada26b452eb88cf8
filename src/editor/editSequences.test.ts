import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../labels/patch.ts';
import { decodePatch, encodePatch } from '../labels/patchCodec.ts';
import { clonePlanes, countByClass, type LabelPlanes, UNLABELED } from '../labels/planes.ts';
import { regionWhere } from '../labels/region.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { PICTURE_USES } from '../settings/pictureUse.ts';
import {
  addClass,
  createClass,
  moveClass,
  recolorClass,
  removeClass,
  renameClass,
  takePreset,
} from './classes/classEdits.ts';
import { clearClass, clearLabels, clearStrokes, fillUnlabeled, importLabels, paintStrokes } from './labelEdits.ts';
import { RefusedEditError } from './paintTarget.ts';
import { movePicture, renamePicture, setPictureDone, setPictureUse } from './pictureEdits.ts';
import type { PictureLabels } from './pictureLabels.ts';
import type { ProjectDocument } from './projectDocument.ts';
import { createProject, snapshot } from './projectTestTools.ts';

const GESTURES = ['stroke', 'fill', 'fillFrom', 'polylines', 'cancelled', 'undoneWhilePainting'] as const;
const LABEL_EDITS = ['clear', 'clearOddStrokes', 'clearClass', 'fillUnlabeled', 'import', 'importNewClass'] as const;
const CLASS_EDITS = ['add', 'remove', 'merge', 'rename', 'recolor', 'moveClass', 'preset'] as const;
const PICTURE_EDITS = ['removePicture', 'movePicture', 'renamePicture', 'use', 'done'] as const;
const MARKS = ['lock', 'hide', 'onlyUnlabeled'] as const;
const STEPS = ['undo', 'redo'] as const;
/** What is no edit: undo leaves it as it is. */
const ADDITIONS = ['addPicture'] as const;

const point = fc.tuple(fc.integer({ min: -4, max: 24 }), fc.integer({ min: -4, max: 26 }));
const operationArbitrary = fc.record({
  type: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...GESTURES) },
    { weight: 4, arbitrary: fc.constantFrom(...LABEL_EDITS) },
    { weight: 4, arbitrary: fc.constantFrom(...CLASS_EDITS) },
    { weight: 3, arbitrary: fc.constantFrom(...PICTURE_EDITS) },
    { weight: 2, arbitrary: fc.constantFrom(...ADDITIONS) },
    { weight: 2, arbitrary: fc.constantFrom(...MARKS) },
    { weight: 3, arbitrary: fc.constantFrom(...STEPS) },
  ),
  /** Which picture and which class: positions, taken modulo what there is; past the last class is UNLABELED. */
  pictureAt: fc.nat(3),
  at: fc.nat(6),
  points: fc.array(point, { minLength: 1, maxLength: 4 }),
  radiusPx: fc.double({ min: 0.5, max: 5, noNaN: true }),
});
type Operation = typeof operationArbitrary extends fc.Arbitrary<infer T> ? T : never;

const sequences = fc.array(operationArbitrary, { maxLength: 25 });

let additions = 0;

/** Stripes of classes 0 to 6 and unlabeled, slanted so that both pictures get other ones. */
function stripes({ width, height }: PictureLabels): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (i % 8 === 7 ? UNLABELED : i % 8));
}

function performOnProject(document: ProjectDocument, { type, at }: Operation): boolean {
  const id = document.classes[at % document.classes.length]?.id ?? 0;
  const next = document.classes[(at + 1) % document.classes.length]?.id ?? 0;
  switch (type) {
    case 'undo':
      return document.undo() !== null;
    case 'redo':
      return document.redo() !== null;
    case 'add':
      return addClass(document) !== null;
    case 'remove':
      return removeClass(document, id);
    case 'merge':
      return id !== next && removeClass(document, id, next);
    case 'rename':
      return renameClass(document, id, `Named ${at}`);
    case 'recolor':
      return recolorClass(document, id, `#00000${at}`);
    case 'moveClass':
      return moveClass(document, id, at);
    case 'preset':
      return takePreset(document, 'streets', [
        { name: `Named ${at}`, color: '#111111' },
        { name: 'Road', color: '#222222' },
      ]);
    case 'lock':
      document.setClassLocked(id, !document.lockedClassIds.has(id));
      return true;
    case 'hide':
      document.setClassHidden(id, !document.hiddenClassIds.has(id));
      return true;
    case 'addPicture':
      // No id twice, whatever was added before and is gone or not.
      document.addPicture({ id: `added ${additions++}`, name: 'Added', width: 5 + at, height: 4 });
      return true;
    case 'onlyUnlabeled':
      document.paintsOnlyUnlabeled = !document.paintsOnlyUnlabeled;
      return true;
    default:
      return false;
  }
}

function performOnPicture(document: ProjectDocument, picture: PictureLabels, operation: Operation): void {
  const { at, points, radiusPx } = operation;
  const ids = document.classes.map((c) => c.id);
  const id = ids[at % ids.length] ?? 0;
  const paintId = [...ids, UNLABELED][at % (ids.length + 1)] ?? UNLABELED;
  const { width, height } = picture;
  switch (operation.type) {
    case 'stroke':
    case 'fill':
    case 'fillFrom':
    case 'cancelled':
    case 'undoneWhilePainting': {
      const gesture = picture.beginStroke(paintId, { name: 'Brush' });
      for (const [x, y] of points) gesture.paint(x, y, x + 3, y + 1, radiusPx);
      const region = regionWhere(width, height, (i) => i % (at + 3) < 3);
      if (operation.type === 'fill') gesture.fill(region);
      if (operation.type === 'fillFrom') gesture.fillFrom(region, stripes(picture));
      if (operation.type === 'cancelled') gesture.cancel();
      else if (operation.type === 'undoneWhilePainting') document.undo();
      else gesture.commit();
      return;
    }
    case 'polylines': {
      const strokes = [
        { classId: paintId, radiusPx, points },
        { classId: id, radiusPx: 1, points },
      ];
      paintStrokes(document, picture.id, strokes, { name: 'Starter strokes', origin: 'starter' });
      return;
    }
    case 'clear':
      clearLabels(document, picture.id);
      return;
    case 'clearOddStrokes':
      clearStrokes(document, picture.id, (strokeId) => strokeId % 2 === 1);
      return;
    case 'clearClass':
      clearClass(document, picture.id, id);
      return;
    case 'fillUnlabeled':
      fillUnlabeled(document, picture.id, id);
      return;
    case 'import':
      importLabels(document, picture.id, stripes(picture));
      return;
    case 'importNewClass': {
      const added = createClass(document.classes, {});
      if (added === null) return;
      importLabels(
        document,
        picture.id,
        stripes(picture).map((value) => (value < 3 ? added.id : UNLABELED)),
        [added],
      );
      return;
    }
    case 'removePicture':
      document.removePicture(picture.id);
      return;
    case 'movePicture':
      movePicture(document, picture.id, at);
      return;
    case 'renamePicture':
      renamePicture(document, picture.id, `Scan ${at}`);
      return;
    case 'use':
      setPictureUse(document, picture.id, PICTURE_USES[at % PICTURE_USES.length] ?? 'train');
      return;
    case 'done':
      setPictureDone(document, picture.id, at % 2 === 0);
  }
}

/** Performs an operation; one that is refused must have changed nothing. */
function perform(document: ProjectDocument, operation: Operation): void {
  const before = snapshot(document);
  try {
    if (performOnProject(document, operation)) return;
    const picture = document.pictures[operation.pictureAt % document.pictures.length];
    if (picture !== undefined) performOnPicture(document, picture, operation);
  } catch (error) {
    if (!(error instanceof RefusedEditError)) throw error;
    expect(snapshot(document)).toEqual(before);
  }
}

/** Follows a document by what it tells alone, as the training worker does. */
class Follower {
  readonly planes = new Map<string, LabelPlanes>();
  readonly revisions = new Map<string, number>();
  classes: readonly SegmentationClass[];

  constructor(document: ProjectDocument) {
    this.classes = document.classes;
    this.#takePictures(document);
    document.subscribe((change) => {
      if (change.type === 'pictures') this.#takePictures(document);
      if (change.type === 'classes') this.classes = document.classes;
      if (change.type === 'patch') {
        const { pictureId, patch, labelRevision } = change;
        applyPatch(this.#planesOf(pictureId), decodePatch(encodePatch(patch)));
        expect(labelRevision).toBe((this.revisions.get(pictureId) ?? 0) + 1);
        this.revisions.set(pictureId, labelRevision);
      }
      // At no moment is there a pixel of a class that is not in the list.
      if (change.type !== 'history') this.#expectKnownClasses();
    });
  }

  expectAgreement(document: ProjectDocument): void {
    expect(this.classes).toBe(document.classes);
    expect([...this.planes.keys()].sort()).toEqual(document.pictures.map(({ id }) => id).sort());
    for (const { id, planes, labelRevision } of document.pictures) {
      expect(this.planes.get(id)).toEqual(planes);
      expect(this.revisions.get(id) ?? 0).toBe(labelRevision);
    }
  }

  /** A picture that comes back is copied anew. */
  #takePictures({ pictures }: ProjectDocument): void {
    for (const id of this.planes.keys()) if (!pictures.some((picture) => picture.id === id)) this.planes.delete(id);
    for (const { id, planes } of pictures) if (!this.planes.has(id)) this.planes.set(id, clonePlanes(planes));
  }

  #planesOf(pictureId: string): LabelPlanes {
    const planes = this.planes.get(pictureId);
    if (planes === undefined) throw new Error(`A patch came for “${pictureId}”, which is not there.`);
    return planes;
  }

  #expectKnownClasses(): void {
    const known = new Set([UNLABELED, ...this.classes.map(({ id }) => id)]);
    for (const { classIds } of this.planes.values()) {
      const stranger = classIds.find((id) => !known.has(id));
      if (stranger !== undefined) expect.fail(`a pixel is of class ${stranger}, which is not in the list`);
    }
  }
}

function expectSound(document: ProjectDocument): void {
  const known = new Set([UNLABELED, ...document.classes.map(({ id }) => id)]);
  for (const { id, planes, counts, strokeOrigins, nextStrokeId } of document.pictures) {
    expect(counts).toEqual(countByClass(planes));
    planes.classIds.forEach((classId, i) => {
      const strokeId = planes.strokeIds[i] ?? 0;
      if (!known.has(classId) || (classId === UNLABELED) !== (strokeId === 0) || strokeId >= nextStrokeId) {
        expect.fail(`pixel ${i} of ${id} is of class ${classId} and stroke ${strokeId}`);
      }
    });
    // Else the next stroke would inherit the origin of one that never was.
    for (const strokeId of strokeOrigins.keys()) expect(strokeId).toBeLessThan(nextStrokeId);
  }
  for (const id of [...document.hiddenClassIds, ...document.lockedClassIds]) expect(known).toContain(id);
  expect(new Set(document.classes.map(({ id }) => id)).size).toBe(document.classes.length);
  expect(document.historyPosition).toBeLessThanOrEqual(document.history.length);
}

/** The stroke ids of a class's pixels, by picture and pixel. */
function pixelsOf({ planes }: PictureLabels, classId: number): number[] {
  return Array.from(planes.classIds, (id, i) => (id === classId ? (planes.strokeIds[i] ?? 0) : 0));
}

/** Collects what every picture that is added from now on looks like at first. */
function noteAdditions(document: ProjectDocument) {
  const known = new Set(document.pictures.map(({ id }) => id));
  const added: ReturnType<typeof snapshot>['pictures'] = [];
  document.subscribe(({ type }) => {
    if (type !== 'pictures') return;
    const news = snapshot(document).pictures.filter(({ id }) => !known.has(id));
    for (const { id } of news) known.add(id);
    added.push(...news);
  });
  return added;
}

describe('ProjectDocument under any sequence of edits', () => {
  it('keeps counts, planes, classes, marks and origins in agreement after each', () => {
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createProject();
        for (const operation of operations) {
          perform(document, operation);
          expectSound(document);
        }
      }),
    );
  });

  it('can be undone to the start and redone to the end', () => {
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createProject();
        const start = snapshot(document);
        const added = noteAdditions(document);
        for (const operation of operations) perform(document, operation);
        while (document.redo());
        const end = snapshot(document);
        const { history } = document;
        for (let position = history.length; position > 0; position--) {
          expect(document.undo()).toBe(history[position - 1]);
          expect(document.historyPosition).toBe(position - 1);
        }
        expect(document.undo()).toBeNull();
        // Pictures that were added stay, behind those of the start and as they came.
        expect(snapshot(document)).toEqual({ ...start, pictures: [...start.pictures, ...added] });
        while (document.redo()) expectSound(document);
        expect(snapshot(document)).toEqual(end);
      }),
    );
  });

  it('tells followers all that they need, picture by picture, without a gap in the revisions', () => {
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createProject();
        const follower = new Follower(document);
        for (const operation of operations) {
          perform(document, operation);
          follower.expectAgreement(document);
        }
        while (document.undo()) follower.expectAgreement(document);
        while (document.redo()) follower.expectAgreement(document);
      }),
    );
  });

  it('changes no pixel of a locked class but by undo and redo', () => {
    const lockedPixels = (document: ProjectDocument, lockedIds: readonly number[]) =>
      new Map(document.pictures.map((picture) => [picture.id, lockedIds.map((id) => pixelsOf(picture, id))]));
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createProject();
        for (const id of ['a', 'b']) importLabels(document, id, stripes(document.picture(id)));
        document.setClassLocked(0, true);
        for (const operation of operations) {
          const lockedIds = [...document.lockedClassIds];
          const before = lockedPixels(document, lockedIds);
          perform(document, operation);
          if (['undo', 'redo', 'undoneWhilePainting', 'addPicture'].includes(operation.type)) continue;
          for (const [id, pixels] of lockedPixels(document, lockedIds)) expect(pixels).toEqual(before.get(id));
        }
      }),
    );
  });
});
