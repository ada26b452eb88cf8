import type { Tool, ToolPointerEvent } from '../editor/tools/tool.ts';
import { type ImagePoint, type ScreenPoint, wheelFactor } from './viewTransform.ts';

/** What pointers act on. */
export interface PointerTarget {
  currentTool(): Tool | null;
  toImage(point: ScreenPoint): ImagePoint;
  zoomAt(point: ScreenPoint, factor: number): void;
  panBy(deltaX: number, deltaY: number): void;
  pinch(before: readonly [ScreenPoint, ScreenPoint], after: readonly [ScreenPoint, ScreenPoint]): void;
  /** Where the brush cursor belongs; `null`: nowhere. */
  pointAt(point: ScreenPoint | null): void;
  /** The mouse pointer's look: a hand that could move the picture, one that does, or none over the brush's ring. */
  showHand(hand: 'open' | 'closed' | 'none'): void;
}

type Mode =
  | { readonly name: 'idle' }
  | {
      readonly name: 'tool';
      readonly tool: Tool;
      readonly pointerId: number;
      readonly pointerType: string;
      readonly button: ToolPointerEvent['button'];
      readonly startedMs: number;
      readonly start: ScreenPoint;
      last: ToolPointerEvent;
    }
  | { readonly name: 'pan'; readonly pointerId: number; last: ScreenPoint }
  | { readonly name: 'pinch' };

// A stroke this young or short, when the second finger lands, was meant to be a pinch. An older one stands.
const PINCH_GRACE_MS = 400;
const PINCH_GRACE_PX = 16;

const PEN_ERASER_BUTTON = 5;

/**
 * Turns pointer, wheel and Space events on `host` into calls of a tool and moves of the view: left paints, right (or a
 * pen's eraser, or Ctrl with left) makes unlabeled, middle or Space with left pans, the wheel zooms, two fingers pinch.
 */
export class PointerInput {
  readonly #host: HTMLElement;
  readonly #target: PointerTarget;
  readonly #listeners = new AbortController();
  readonly #touches = new Map<number, ScreenPoint>();
  #mode: Mode = { name: 'idle' };
  #isSpaceDown = false;
  /** Where a mouse or pen hovers over the host. */
  #hover: ScreenPoint | null = null;

  constructor(host: HTMLElement, target: PointerTarget) {
    this.#host = host;
    this.#target = target;
    const { signal } = this.#listeners;
    host.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    host.addEventListener('pointermove', (event) => this.#move(event), { signal });
    host.addEventListener('pointerup', (event) => this.#up(event), { signal });
    host.addEventListener('pointercancel', (event) => this.#lost(event), { signal });
    host.addEventListener('lostpointercapture', (event) => this.#lost(event), { signal });
    host.addEventListener('pointerleave', () => this.#leave(), { signal });
    host.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    host.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    // The middle button would start the browser's own scrolling.
    host.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault(), { signal });
    window.addEventListener('keydown', (event) => this.#keyDown(event), { signal });
    window.addEventListener('keyup', (event) => this.#keyUp(event), { signal });
    window.addEventListener('blur', () => this.#setSpace(false), { signal });
    this.#showHand();
  }

  /** Ends the gesture under way as if it had not begun; false when there is none. */
  cancel(): boolean {
    const mode = this.#mode;
    this.#setMode({ name: 'idle' });
    if (mode.name === 'tool') mode.tool.cancel();
    return mode.name !== 'idle';
  }

  /** To be called when the target's tool has changed. */
  toolChanged(): void {
    this.cancel();
    this.#showHand();
  }

  dispose(): void {
    this.cancel();
    this.#listeners.abort();
  }

  #down(event: PointerEvent): void {
    const point = this.#pointOf(event);
    if (event.pointerType === 'touch') {
      // A hand that rests on the glass beside a pen is no gesture.
      if (this.#mode.name === 'tool' && this.#mode.pointerType !== 'touch') return;
      this.#touches.set(event.pointerId, point);
      if (this.#touches.size === 2) {
        this.#startPinch(event.timeStamp);
        this.#capture(event);
        return;
      }
    }
    if (this.#mode.name !== 'idle') return;
    const tool = this.#target.currentTool();
    if (event.button === 1 || (event.button === 0 && (this.#isSpaceDown || tool === null))) {
      this.#setMode({ name: 'pan', pointerId: event.pointerId, last: point });
    } else if (tool !== null && (event.button === 0 || event.button === 2 || event.button === PEN_ERASER_BUTTON)) {
      const button = event.button === 0 && !event.ctrlKey ? 'primary' : 'secondary';
      const down = this.#toolEvent(event, button);
      this.#setMode({
        name: 'tool',
        tool,
        pointerId: event.pointerId,
        pointerType: event.pointerType,
        button,
        startedMs: event.timeStamp,
        start: point,
        last: down,
      });
      tool.pointerDown(down);
      this.#target.pointAt(point);
    } else {
      return;
    }
    this.#capture(event);
  }

  #move(event: PointerEvent): void {
    const point = this.#pointOf(event);
    const mode = this.#mode;
    if (event.pointerType === 'touch') this.#moveTouch(event.pointerId, point);
    if (mode.name === 'tool' && mode.pointerId === event.pointerId) {
      const coalesced = event.getCoalescedEvents?.() ?? [];
      for (const step of coalesced.length > 0 ? coalesced : [event]) {
        mode.last = this.#toolEvent(step, mode.button);
        mode.tool.pointerMove(mode.last);
      }
      this.#target.pointAt(point);
    } else if (mode.name === 'pan' && mode.pointerId === event.pointerId) {
      this.#target.panBy(point.screenX - mode.last.screenX, point.screenY - mode.last.screenY);
      mode.last = point;
    } else if (event.pointerType !== 'touch' && mode.name === 'idle') {
      this.#hover = point;
      this.#target.pointAt(this.#isSpaceDown ? null : point);
    }
  }

  #up(event: PointerEvent): void {
    const mode = this.#mode;
    this.#touches.delete(event.pointerId);
    if (mode.name === 'tool' && mode.pointerId === event.pointerId) {
      this.#setMode({ name: 'idle' });
      mode.tool.pointerUp(this.#toolEvent(event, mode.button));
    } else if (mode.name === 'pan' && mode.pointerId === event.pointerId) {
      this.#setMode({ name: 'idle' });
    } else if (mode.name === 'pinch' && this.#touches.size < 2) {
      this.#setMode({ name: 'idle' });
    }
    if (event.pointerType === 'touch') this.#target.pointAt(null);
  }

  #lost(event: PointerEvent): void {
    const mode = this.#mode;
    if (event.type === 'pointercancel') this.#touches.delete(event.pointerId);
    if ((mode.name === 'tool' || mode.name === 'pan') && mode.pointerId === event.pointerId) this.cancel();
    else if (mode.name === 'pinch' && this.#touches.size < 2) this.#setMode({ name: 'idle' });
  }

  #leave(): void {
    this.#hover = null;
    if (this.#mode.name === 'idle') this.#target.pointAt(null);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.#target.zoomAt(this.#pointOf(event), wheelFactor(event));
  }

  #startPinch(nowMs: number): void {
    const mode = this.#mode;
    this.#setMode({ name: 'pinch' });
    this.#target.pointAt(null);
    if (mode.name !== 'tool') return;
    const finger = this.#touches.get(mode.pointerId) ?? mode.start;
    const movedPx = Math.hypot(finger.screenX - mode.start.screenX, finger.screenY - mode.start.screenY);
    if (nowMs - mode.startedMs < PINCH_GRACE_MS || movedPx < PINCH_GRACE_PX) mode.tool.cancel();
    else mode.tool.pointerUp(mode.last);
  }

  #moveTouch(pointerId: number, point: ScreenPoint): void {
    if (!this.#touches.has(pointerId)) return;
    const before = [...this.#touches.values()];
    this.#touches.set(pointerId, point);
    const after = [...this.#touches.values()];
    const [from0, from1] = before;
    const [to0, to1] = after;
    if (this.#mode.name === 'pinch' && from0 && from1 && to0 && to1) this.#target.pinch([from0, from1], [to0, to1]);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.code !== 'Space' || this.#hover === null) return;
    // Space belongs to whatever a person reached by keyboard, and to text; a button that was merely clicked has no claim.
    const focused = event.target instanceof Element ? event.target : null;
    if (focused?.matches('input, textarea, select, [contenteditable]')) return;
    if (focused?.matches(':focus-visible') && focused !== this.#host) return;
    event.preventDefault();
    this.#setSpace(true);
  }

  #keyUp(event: KeyboardEvent): void {
    if (event.code !== 'Space' || !this.#isSpaceDown) return;
    event.preventDefault();
    this.#setSpace(false);
  }

  #setSpace(isDown: boolean): void {
    if (this.#isSpaceDown === isDown) return;
    this.#isSpaceDown = isDown;
    if (this.#mode.name === 'idle') this.#target.pointAt(isDown ? null : this.#hover);
    this.#showHand();
  }

  #setMode(mode: Mode): void {
    this.#mode = mode;
    this.#showHand();
  }

  #showHand(): void {
    if (this.#mode.name === 'pan') this.#target.showHand('closed');
    else if (this.#mode.name !== 'tool' && (this.#isSpaceDown || this.#target.currentTool() === null)) {
      this.#target.showHand('open');
    } else this.#target.showHand('none');
  }

  #capture(event: PointerEvent): void {
    this.#host.setPointerCapture(event.pointerId);
  }

  #pointOf(event: MouseEvent): ScreenPoint {
    const box = this.#host.getBoundingClientRect();
    return {
      screenX: event.clientX - box.left - this.#host.clientLeft,
      screenY: event.clientY - box.top - this.#host.clientTop,
    };
  }

  #toolEvent(event: PointerEvent, button: ToolPointerEvent['button']): ToolPointerEvent {
    return { ...this.#target.toImage(this.#pointOf(event)), button, shiftKey: event.shiftKey };
  }
}
