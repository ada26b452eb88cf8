import { History } from '../labels/history.ts';
import { editByteLength, mergeEdits, type ProjectEdit } from './projectEdit.ts';

const BUDGET_BYTES = 64 * 1024 * 1024;

/** A project's edits on one line of undo and redo, within 64 MiB. */
export class ProjectHistory extends History<ProjectEdit> {
  constructor() {
    super(BUDGET_BYTES);
  }

  /** Adds an edit that has been made, as a part of the newest one where the two are one to a person. */
  record(edit: Omit<ProjectEdit, 'byteLength'>): void {
    const merged = this.newest === undefined ? null : mergeEdits(this.newest, edit);
    if (merged !== null) this.replaceNewest({ ...merged, byteLength: editByteLength(merged) });
    else this.push({ ...edit, byteLength: editByteLength(edit) });
  }

  /** Whether an edit is of the place or the facts of a picture with this id: undo or redo could bring it back. */
  knowsPicture(id: string): boolean {
    return this.entries.some(({ pictureChange }) => pictureChange?.picture.id === id);
  }
}
