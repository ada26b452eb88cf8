import type { PictureUse } from '../settings/pictureUse.ts';
import type { ProjectDocument } from './projectDocument.ts';

const MAX_NAME_LENGTH = 80;

/** Puts a picture at a place of the strip (0 is the first). Returns false when it is there. */
export function movePicture(document: ProjectDocument, id: string, index: number): boolean {
  return document.changePicture(id, `Move ${document.picture(id).name}`, { index });
}

/**
 * Gives a picture another name, cut to 80 characters. Names that it gets in a row are one undoable edit. Returns false
 * for an empty name or the one it has.
 */
export function renamePicture(document: ProjectDocument, id: string, name: string): boolean {
  const former = document.picture(id).name;
  const renamed = name.trim().slice(0, MAX_NAME_LENGTH).trim();
  if (renamed === '') return false;
  return document.changePicture(id, `Rename ${former}`, { name: renamed }, { mergeKey: `rename picture ${id}` });
}

/** Says what a picture's labels are for. Returns false when they are for that already. */
export function setPictureUse(document: ProjectDocument, id: string, use: PictureUse): boolean {
  const { name } = document.picture(id);
  const edits = { train: `Use ${name} for training`, test: `Use ${name} as test`, skip: `Leave ${name} out` };
  return document.changePicture(id, edits[use], { use });
}

/** Marks a picture as done or not. Returns false when it is so already. */
export function setPictureDone(document: ProjectDocument, id: string, done: boolean): boolean {
  const { name } = document.picture(id);
  return document.changePicture(id, `Mark ${name} as ${done ? 'done' : 'not done'}`, { done });
}
