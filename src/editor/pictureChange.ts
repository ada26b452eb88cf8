import type { PictureUse } from '../settings/pictureUse.ts';
import type { PictureLabels } from './pictureLabels.ts';

/** What a project knows of a picture besides its labels. */
export interface PictureProperties {
  /** Its place in the strip (0 is the first); `null`: it was taken away. */
  readonly index: number | null;
  readonly name: string;
  readonly use: PictureUse;
  readonly done: boolean;
}

/** A change of one picture's properties, from before to after. */
export interface PictureChange {
  readonly picture: PictureLabels;
  readonly before: PictureProperties;
  readonly after: PictureProperties;
}

const CHANGE_BYTES = 1024;
const BYTES_PER_PIXEL = 3;

/** The change that sets the `wanted` properties of a picture in the list; `null` where it already has them. */
export function pictureChange(
  pictures: readonly PictureLabels[],
  picture: PictureLabels,
  wanted: Partial<PictureProperties>,
): PictureChange | null {
  const { name, use, done } = picture;
  const before: PictureProperties = { index: pictures.indexOf(picture), name, use, done };
  const after = { ...before, ...wanted };
  if (after.index !== null) after.index = Math.max(0, Math.min(pictures.length - 1, after.index));
  const isSame = after.index === before.index && after.name === name && after.use === use && after.done === done;
  return isSame ? null : { picture, before, after };
}

/**
 * Describes the picture anew and returns the list with it in its new place.
 *
 * The places of changes that are made and taken back in the order of a history fit without more ado: what was added to
 * the list in between, which is no part of the history, stands behind the pictures that those changes know.
 */
export function applyPictureChange(
  pictures: readonly PictureLabels[],
  { picture, after: { index, name, use, done } }: PictureChange,
): readonly PictureLabels[] {
  picture.name = name;
  picture.use = use;
  picture.done = done;
  const others = pictures.filter((other) => other !== picture);
  return index === null ? others : others.toSpliced(index, 0, picture);
}

/** Bytes of memory that a change holds: a removed picture keeps its planes. */
export function pictureChangeByteLength({ picture, after }: PictureChange): number {
  return CHANGE_BYTES + (after.index === null ? BYTES_PER_PIXEL * picture.width * picture.height : 0);
}
