import type { Tool, ToolPointerEvent } from '../../editor/tools/tool.ts';
import { fitView, imageToScreen, type PictureInViewport } from '../view/viewTransform.ts';

const STAGE: PictureInViewport = {
  picture: { width: 100, height: 100 },
  viewport: { width: 400, height: 400 },
  paddingPx: 0,
};

/** The picture at four screen pixels a picture pixel, its corner in the host's. */
export const VIEW = fitView(STAGE);

/** What `PointerInput` needs of an element, in Node. */
export class PointerHost extends EventTarget {
  readonly clientLeft = 0;
  readonly clientTop = 0;
  readonly captured: number[] = [];
  readonly #removals: (() => void)[] = [];

  /** Waits once for a signal that many listeners share: Node warns of the eleventh that waits for it by itself. */
  override addEventListener(type: string, listener: EventListener, options: AddEventListenerOptions = {}) {
    const { signal, ...rest } = options;
    super.addEventListener(type, listener, rest);
    this.#removals.push(() => super.removeEventListener(type, listener, rest));
    if (this.#removals.length > 1) return;
    signal?.addEventListener('abort', () => {
      for (const remove of this.#removals) remove();
    });
  }

  getBoundingClientRect() {
    return { left: 10, top: 20 };
  }

  setPointerCapture(pointerId: number) {
    this.captured.push(pointerId);
  }
}

/** Writes down what reaches it, in screen pixels again, and lives from the first press on where it takes several. */
export class NotingTool implements Tool {
  readonly notes: string[] = [];
  readonly pressures: (number | null)[] = [];
  readonly #takesSeveral: boolean;
  readonly cursor: Tool['cursor'];
  readonly isUnlabeling = false;
  readonly preview = null;
  isActive = false;

  constructor(takesSeveral = false) {
    this.#takesSeveral = takesSeveral;
    this.cursor = takesSeveral ? 'cross' : 'brush';
  }

  pointerDown(event: ToolPointerEvent) {
    this.isActive = true;
    this.#note('down', event);
  }

  pointerMove(event: ToolPointerEvent) {
    this.#note('move', event);
  }

  pointerUp(event: ToolPointerEvent) {
    this.isActive = this.#takesSeveral;
    this.#note('up', event);
  }

  hover(event: ToolPointerEvent | null) {
    if (event === null) this.notes.push('hover nothing');
    else this.#note('hover', event);
  }

  finish() {
    this.notes.push('finish');
    const wasActive = this.isActive;
    this.isActive = false;
    return wasActive;
  }

  cancel() {
    this.notes.push('cancel');
    this.isActive = false;
  }

  /** The notes since the last time. */
  take(): string[] {
    return this.notes.splice(0);
  }

  #note(name: string, event: ToolPointerEvent) {
    const { screenX, screenY } = imageToScreen(VIEW, event);
    this.notes.push(`${name} ${screenX},${screenY}${event.button === 'secondary' ? ' secondary' : ''}`);
    this.pressures.push(event.pressure);
  }
}

/** An event with further properties, also such as its class would refuse. */
export function eventOf(type: string, facts: object): Event {
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(event, name, { value });
  return event;
}
