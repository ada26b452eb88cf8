import { History } from '../labels/history.ts';
import { editByteLength, mergeEdits, type ProjectEdit } from './projectEdit.ts';

const BUDGET_BYTES = 64 * 1024 * 1024;

/** A project's edits on one line of undo and redo, within 64 MiB. */
export class ProjectHistory extends History<ProjectEdit> {
  constructor() {
    super(BUDGET_BYTES);
  }

  /** Adds an applied edit, merged into the newest one where a person takes the two for one. */
  record(edit: Omit<ProjectEdit, 'byteLength'>): void {
    const merged = this.newest === undefined ? null : mergeEdits(this.newest, edit);
    if (merged !== null) this.replaceNewest({ ...merged, byteLength: editByteLength(merged) });
    else this.push({ ...edit, byteLength: editByteLength(edit) });
  }

  /** Whether an edit adds, removes or changes the picture with this id, so that undo or redo could bring it back. */
  knowsPicture(id: string): boolean {
    return this.entries.some(({ pictureChange }) => pictureChange?.picture.id === id);
  }
}
