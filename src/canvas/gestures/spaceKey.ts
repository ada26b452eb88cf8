/** Follows the Space key while it is the picture's to hear. */
export class SpaceKey {
  #isDown = false;
  readonly #onChange: () => void;

  /** `isWanted` is asked at each press. Listens on `window` until `signal` is aborted. */
  constructor(host: HTMLElement, isWanted: () => boolean, onChange: () => void, signal: AbortSignal) {
    this.#onChange = onChange;
    window.addEventListener(
      'keydown',
      (event) => {
        if (event.code !== 'Space' || !isWanted() || belongsToFocus(event, host)) return;
        event.preventDefault();
        this.#set(true);
      },
      { signal },
    );
    window.addEventListener(
      'keyup',
      (event) => {
        if (event.code !== 'Space' || !this.#isDown) return;
        event.preventDefault();
        this.#set(false);
      },
      { signal },
    );
    window.addEventListener('blur', () => this.#set(false), { signal });
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  #set(isDown: boolean): void {
    if (this.#isDown === isDown) return;
    this.#isDown = isDown;
    this.#onChange();
  }
}

/** Whether the focused element uses Space itself: text fields, and what was focused by keyboard, but not a clicked button. */
function belongsToFocus(event: KeyboardEvent, host: HTMLElement): boolean {
  const focused = event.target instanceof Element ? event.target : null;
  if (focused === null) return false;
  if (focused.matches('input, textarea, select, [contenteditable]')) return true;
  return focused !== host && focused.matches(':focus-visible');
}
