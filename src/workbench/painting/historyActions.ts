import type { HistoryItem } from '../../editor/projectChange.ts';
import type { PictureActions } from '../pictures/pictureActions.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Undo and redo of the open project's edits. */
export class HistoryActions {
  readonly #context: WorkbenchContext;
  readonly #pictures: PictureActions;

  constructor(context: WorkbenchContext, pictures: PictureActions) {
    this.#context = context;
    this.#pictures = pictures;
  }

  /** All edits that can be undone or redone, oldest first; `document.historyPosition` of the store says how many stand. */
  get items(): readonly HistoryItem[] {
    return this.#context.project?.document.history ?? [];
  }

  undo(): void {
    this.#context.stage?.finishPress();
    this.#follow(this.#context.project?.document.undo() ?? null);
  }

  redo(): void {
    this.#context.stage?.finishPress();
    this.#follow(this.#context.project?.document.redo() ?? null);
  }

  /** Undoes or redoes until `position` edits stand. */
  goTo(position: number): void {
    const document = this.#context.project?.document;
    if (document === undefined) return;
    this.#context.stage?.finishPress();
    let item: HistoryItem | null = null;
    while (document.historyPosition > position && document.canUndo) item = document.undo();
    while (document.historyPosition < position && document.canRedo) item = document.redo();
    this.#follow(item);
  }

  /** An edit of another picture brings that picture on the screen. */
  #follow(item: HistoryItem | null): void {
    const id = item?.pictureId ?? null;
    if (id !== null && id !== this.#context.picture?.id) void this.#pictures.open(id);
  }
}
