import { messageOf } from '../../base/messageOf.ts';
import { storedWords } from '../../workbench/project/storedWords.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import controls from '../controls/controls.module.css';
import styles from './FaultNotice.module.css';

/**
 * Says that the page went wrong and whether all is stored, and offers to reload it and to download the project. It is
 * made of plain elements beside React's, so that it works where React no longer does.
 */
export class FaultNotice {
  readonly #element = document.createElement('dialog');
  readonly #what = document.createElement('strong');
  readonly #stored = document.createElement('span');
  readonly #detail = document.createElement('small');
  readonly #download = button(controls.button, 'Download the project', () => void this.#downloadProject());
  readonly #dismiss = button(controls.button, 'Dismiss', () => this.#close());
  /** What a person has read already: a fault of every frame would be back at once. */
  readonly #dismissed = new Set<string>();
  #workbench: Workbench | null = null;

  constructor() {
    this.#element.className = styles.notice ?? '';
    this.#element.setAttribute('role', 'alertdialog');
    this.#element.setAttribute('aria-label', 'A fault of the page');
    this.#element.tabIndex = -1;
    // For Escape, which closes a dialog by itself.
    this.#element.addEventListener('close', () => this.#close());
    const words = document.createElement('p');
    words.append(this.#what, ' ', this.#stored, this.#detail);
    const buttons = document.createElement('div');
    buttons.className = styles.buttons ?? '';
    const reload = button(controls.primary, 'Reload', () => location.reload());
    buttons.append(reload, this.#download, this.#dismiss);
    this.#element.append(words, buttons);
  }

  /** Knows from now on what is open and whether it is stored. */
  follow(workbench: Workbench): void {
    this.#workbench = workbench;
    workbench.store.subscribe(() => {
      if (this.#element.open) this.#tellWhetherStored();
    });
  }

  show(error: unknown): void {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (this.#dismissed.has(detail)) return;
    const isGone = document.getElementById('root')?.childElementCount === 0;
    if (this.#workbench === null) this.#what.textContent = 'The page could not start.';
    else if (isGone) this.#what.textContent = 'The page stopped because something in it went wrong.';
    else this.#what.textContent = 'Something on this page went wrong, and it may not go on as it should.';
    this.#detail.textContent = detail;
    this.#dismiss.hidden = isGone;
    this.#download.hidden = this.#workbench?.project == null;
    this.#tellWhetherStored();
    // A fault of every frame does not move what a person is about to press.
    if (this.#element.open) return;
    document.body.append(this.#element);
    // Nothing beside a modal dialog can be reached. Elsewhere the focus stays where a person works.
    if (document.querySelector('dialog:modal') === null) {
      this.#element.setAttribute('open', '');
      return;
    }
    this.#element.showModal();
    // Not its first button, which the key that led here would press.
    this.#element.focus();
  }

  #close(): void {
    this.#dismissed.add(this.#detail.textContent);
    this.#element.close();
    this.#element.remove();
  }

  #tellWhetherStored(): void {
    this.#stored.textContent = this.#workbench === null ? '' : storedWords(this.#workbench.store.getState());
  }

  async #downloadProject(): Promise<void> {
    const workbench = this.#workbench;
    if (workbench === null) return;
    const before = new Set(workbench.store.getState().view.messages.map(({ id }) => id));
    this.#download.disabled = true;
    try {
      await workbench.projects.saveFile();
      // What went wrong is told in a message, which a page that is gone does not show.
      const told = workbench.store.getState().view.messages.find(({ id, tone }) => tone === 'error' && !before.has(id));
      if (told !== undefined) this.#detail.textContent = told.text;
    } catch (error) {
      this.#detail.textContent = messageOf(error);
    } finally {
      this.#download.disabled = false;
    }
  }
}

function button(className: string | undefined, label: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = className ?? '';
  element.textContent = label;
  element.addEventListener('click', press);
  return element;
}
