import { UNLABELED } from '../../labels/planes.ts';
import { nextClassId, type SegmentationClass } from '../../settings/classes.ts';
import type { ProjectDocument } from '../projectDocument.ts';
import type { EditDraft } from '../projectEdit.ts';
import { nextClassColor } from './palette.ts';

const MAX_NAME_LENGTH = 40;

/** What a class of a preset starts from. */
export type NewClass = Pick<SegmentationClass, 'name' | 'color'>;

/**
 * Adds a class at the end of the list, with a free id, and a free name and colour unless given. `null` when there are
 * 32 already.
 */
export function addClass(document: ProjectDocument, wanted: Partial<NewClass> = {}): SegmentationClass | null {
  const added = createClass(document.classes, wanted);
  if (added === null) return null;
  document.edit(`Add ${added.name}`, (draft) => {
    draft.classes = [...draft.classes, added];
  });
  return added;
}

/** A class that `classes` could take in next: free id, and a free name and colour unless given; `null` when full. */
export function createClass(
  classes: readonly SegmentationClass[],
  wanted: Partial<NewClass>,
): SegmentationClass | null {
  const id = nextClassId(classes);
  if (id === undefined) return null;
  return { id, name: wanted.name ?? freeName(classes), color: wanted.color ?? nextClassColor(classes) };
}

/** Gives a class another name, cut to 40 characters. Returns false for an empty name or the one it has. */
export function renameClass(document: ProjectDocument, id: number, name: string): boolean {
  const current = document.class(id);
  const renamed = name.trim().slice(0, MAX_NAME_LENGTH).trim();
  if (renamed === '' || renamed === current.name) return false;
  return document.edit(`Rename ${current.name}`, (draft) => change(draft, id, { name: renamed }));
}

/**
 * Gives a class another colour (`#rrggbb`, else a `RangeError`). Changes of the same class's colour in a row are one
 * undoable edit. Returns false for the colour that it has.
 */
export function recolorClass(document: ProjectDocument, id: number, color: string): boolean {
  const current = document.class(id);
  if (!/^#[0-9a-f]{6}$/i.test(color)) throw new RangeError(`A class colour is written #rrggbb, not "${color}".`);
  if (color === current.color) return false;
  const mergeKey = `recolor ${id}`;
  return document.edit(`Recolour ${current.name}`, (draft) => change(draft, id, { color }), { mergeKey });
}

/** Puts a class at a place of the list (0 is the first). Returns false when it is there. */
export function moveClass(document: ProjectDocument, id: number, index: number): boolean {
  const moved = document.class(id);
  if (document.classes.indexOf(moved) === index) return false;
  return document.edit(`Move ${moved.name}`, (draft) => {
    const others = draft.classes.filter((c) => c !== moved);
    draft.classes = others.toSpliced(Math.max(0, Math.min(others.length, index)), 0, moved);
  });
}

/**
 * Removes a class from the list; its pixels in all pictures become unlabeled or those of another class, with the strokes
 * they came from. Returns false for the last class, which stays. Throws a `RefusedEditError` for locked classes.
 */
export function removeClass(document: ProjectDocument, id: number, pixelsBecome: number = UNLABELED): boolean {
  if (pixelsBecome === id) throw new RangeError('A class cannot be merged into itself.');
  const removed = document.unlockedClass(id);
  const target = pixelsBecome === UNLABELED ? null : document.unlockedClass(pixelsBecome);
  if (document.classes.length === 1) return false;
  const name = target === null ? `Remove ${removed.name}` : `Merge ${removed.name} into ${target.name}`;
  return document.edit(name, (draft) => {
    for (const picture of document.pictures) {
      if ((picture.counts[id] ?? 0) > 0) draft.paint(picture).replace(id, pixelsBecome, null);
    }
    draft.classes = draft.classes.filter((c) => c !== removed);
  });
}

/**
 * Makes the list that of a preset: classes with labels and locked ones stay, others go, and the preset's come after them
 * unless their name is there. One that had gone by the same name keeps its id; the others take ids that none had, as
 * long as there are such. Returns false when nothing changes.
 */
export function takePreset(document: ProjectDocument, presetName: string, preset: readonly NewClass[]): boolean {
  const isUsed = ({ id }: SegmentationClass) => document.pictures.some(({ counts }) => (counts[id] ?? 0) > 0);
  return document.edit(`Classes for ${presetName}`, (draft) => {
    const before = draft.classes;
    const classes = before.filter((c) => isUsed(c) || document.lockedClassIds.has(c.id));
    for (const { name, color } of preset) {
      if (classes.some((c) => c.name.toLowerCase() === name.toLowerCase())) continue;
      const isTaken = classes.some((c) => c.color.toLowerCase() === color.toLowerCase());
      const returning = before.find((c) => c.name.toLowerCase() === name.toLowerCase())?.id;
      const isFree = returning !== undefined && !classes.some(({ id }) => id === returning);
      const id = isFree ? returning : (nextClassId([...before, ...classes]) ?? nextClassId(classes));
      if (id !== undefined) classes.push({ id, name, color: isTaken ? nextClassColor(classes) : color });
    }
    if (classes.length > 0) draft.classes = classes;
  });
}

function change(draft: EditDraft, id: number, changes: Partial<NewClass>): void {
  draft.classes = draft.classes.map((c) => (c.id === id ? { ...c, ...changes } : c));
}

function freeName(classes: readonly SegmentationClass[]): string {
  for (let number = classes.length + 1; ; number++) {
    const name = `Class ${number}`;
    if (!classes.some((c) => c.name === name)) return name;
  }
}
