import {
  addClass,
  moveClass,
  recolorClass,
  removeClass,
  renameClass,
  takePreset,
} from '../../editor/classes/classEdits.ts';
import { CLASS_PRESETS } from '../../editor/classes/classPresets.ts';
import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { UNLABELED } from '../../labels/planes.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { PaintingActions } from './paintingActions.ts';

/** The project's classes. */
export class ClassActions {
  readonly #context: WorkbenchContext;
  readonly #painting: PaintingActions;

  constructor(context: WorkbenchContext, painting: PaintingActions) {
    this.#context = context;
    this.#painting = painting;
  }

  /** Adds a class and takes it to paint with. */
  add(): void {
    const added = this.#edit((document) => addClass(document) ?? 'full');
    if (added === 'full') this.#context.messages.info('A project can have 32 classes at most.');
    else if (added !== null) this.#painting.selectClass(added.id);
  }

  rename(classId: number, name: string): void {
    const isNamed = name.trim() !== '';
    if (isNamed) this.#edit((document) => renameClass(document, classId, name));
    else this.#context.messages.info('A class cannot be without a name: it keeps the one it has.');
  }

  recolor(classId: number, color: string): void {
    this.#edit((document) => recolorClass(document, classId, color));
  }

  move(classId: number, index: number): void {
    this.#edit((document) => moveClass(document, classId, index));
  }

  setHidden(classId: number, hidden: boolean): void {
    this.#edit((document) => document.setClassHidden(classId, hidden));
  }

  setLocked(classId: number, locked: boolean): void {
    this.#edit((document) => document.setClassLocked(classId, locked));
  }

  /** Removes a class; where some of it is labeled, a dialog asks first what becomes of those pixels. */
  remove(classId: number): void {
    const { store, messages, project } = this.#context;
    if (project === null) return;
    if (project.document.classes.length === 1) {
      messages.info('The last class cannot be removed: a network needs something to predict.');
      return;
    }
    const isUsed = project.document.pictures.some(({ counts }) => (counts[classId] ?? 0) > 0);
    if (isUsed) store.setFacts({ view: { dialog: { name: 'removeClass', classId } } });
    else this.removeInto(classId, UNLABELED);
  }

  /** Removes a class; its pixels in all pictures become those of `target`, a class id or UNLABELED. */
  removeInto(classId: number, target: number): void {
    this.#edit((document) => {
      const { name } = document.class(classId);
      if (!removeClass(document, classId, target)) return;
      const fate = target === UNLABELED ? 'unlabeled' : `“${document.class(target).name}”`;
      this.#context.messages.info(`“${name}” was removed; its pixels are ${fate} now.`, {
        label: 'Undo',
        run: () => this.#context.attempt(() => document.undo()),
        until: 'edit',
      });
    });
  }

  /** Makes the list that of a preset; classes with labels stay. */
  takePreset(presetId: string): void {
    const preset = CLASS_PRESETS.find(({ id }) => id === presetId);
    if (preset === undefined) throw new RangeError(`There is no preset “${presetId}”.`);
    this.#edit((document) => takePreset(document, preset.name, preset.classes));
  }

  #edit<Result>(edit: (document: ProjectDocument) => Result): Result | null {
    const { project } = this.#context;
    return project === null ? null : this.#context.attempt(() => edit(project.document));
  }
}
