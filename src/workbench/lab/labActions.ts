import type { LabPanelId, PanelId } from '../../settings/panels.ts';
import type { AppStore } from '../../state/store.ts';

/** Which panel of the teaching lab is open, and what of the page is hidden. */
export class LabActions {
  readonly #store: AppStore;
  #latest: LabPanelId | null = null;

  constructor(store: AppStore) {
    this.#store = store;
  }

  /** Opens a panel; one that is hidden stays hidden. */
  open(panel: LabPanelId): void {
    const { hiddenPanels } = this.#store.getState().view;
    if (hiddenPanels.has('lab') || hiddenPanels.has(panel)) return;
    this.#latest = panel;
    this.#store.setFacts({ view: { labPanel: panel } });
  }

  close(): void {
    this.#store.setFacts({ view: { labPanel: null } });
  }

  /** Closes the lab, or opens it where it was; at first, at `first`. */
  toggle(first: LabPanelId): void {
    if (this.#store.getState().view.labPanel === null) this.open(this.#latest ?? first);
    else this.close();
  }

  /** Hides these parts of the page and no others. */
  hide(panels: Iterable<PanelId>): void {
    const hiddenPanels = new Set(panels);
    const { labPanel } = this.#store.getState().view;
    const closes = labPanel !== null && (hiddenPanels.has('lab') || hiddenPanels.has(labPanel));
    this.#store.setFacts({ view: { hiddenPanels, ...(closes ? { labPanel: null } : {}) } });
  }
}
