import type { Tool, ToolPointerEvent } from '../../editor/tools/tool.ts';
import type { ImagePoint, ScreenPoint } from '../view/viewTransform.ts';
import { type Click, isDoublePress, isSamePlace } from './doublePress.ts';
import { penPressure } from './penPressure.ts';
import { SpaceKey } from './spaceKey.ts';
import { isGestureEvent, TrackpadPinch, WheelSteps, wheelFactor } from './wheelInput.ts';

/** The mouse pointer: a hand that could move the picture, one that does, a cross hair, or none over the brush's ring. */
export type PointerLook = 'open' | 'closed' | 'cross' | 'none';

/** What pointers act on. */
export interface PointerTarget {
  currentTool(): Tool | null;
  toImage(point: ScreenPoint): ImagePoint;
  imagePxPerScreenPx(): number;
  zoomAt(point: ScreenPoint, factor: number): void;
  panBy(deltaX: number, deltaY: number): void;
  pinch(before: readonly [ScreenPoint, ScreenPoint], after: readonly [ScreenPoint, ScreenPoint]): void;
  /** Where the brush cursor belongs; `null`: nowhere. */
  pointAt(point: ScreenPoint | null): void;
  showPointer(look: PointerLook): void;
  /** The wheel was turned with Shift: 1 away from the person, −1 towards them. */
  turnBrushWheel(direction: 1 | -1): void;
}

interface ToolMode {
  readonly name: 'tool';
  readonly tool: Tool;
  readonly pointerId: number;
  readonly pointerType: string;
  readonly start: ScreenPoint;
  readonly startedMs: number;
  /** Whether the press goes on with what earlier ones began, as a polygon's second corner does. */
  readonly isContinuation: boolean;
  /** The press waits to be told to the tool, for it may become a pinch. */
  isHeldBack: boolean;
  last: ToolPointerEvent;
}

type Mode =
  | { readonly name: 'idle' }
  | ToolMode
  | { readonly name: 'pan'; readonly pointerId: number; readonly pointerType: string; last: ScreenPoint }
  | { readonly name: 'pinch' };

// A stroke this young or short, when the second finger lands, was meant to be a pinch. An older one stands.
const PINCH_GRACE_MS = 400;
const PINCH_GRACE_PX = 16;

const PEN_ERASER_BUTTON = 5;

/**
 * Turns pointer, wheel and Space events on `host` into calls of a tool and moves of the view: left paints, right (or a
 * pen's eraser, or Ctrl with left) makes unlabeled, middle or Space with left pans, the wheel zooms and with Shift
 * changes the brush, two fingers pinch. One finger paints until a pen is seen; from then on it pans, for it may be the
 * hand that holds the pen.
 *
 * A double click reaches a tool that is active between presses as: `pointerDown` and `pointerUp` of the first press,
 * then `finish` in place of the second, of which nothing else arrives. For other tools it is two presses.
 *
 * Written here: packages for gestures make one drag of what mouse buttons, a pen, its eraser and a hand beside it mean.
 */
export class PointerInput {
  readonly #host: HTMLElement;
  readonly #target: PointerTarget;
  readonly #listeners = new AbortController();
  readonly #touches = new Map<number, ScreenPoint>();
  readonly #brushWheel = new WheelSteps();
  readonly #trackpadPinch = new TrackpadPinch();
  readonly #space: SpaceKey;
  #mode: Mode = { name: 'idle' };
  #isPenSeen = false;
  #lastClick: Click | null = null;
  /** Where a mouse or pen hovers over the host. */
  #hover: { readonly point: ScreenPoint; readonly shiftKey: boolean } | null = null;

  constructor(host: HTMLElement, target: PointerTarget) {
    this.#host = host;
    this.#target = target;
    const { signal } = this.#listeners;
    host.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    host.addEventListener('pointermove', (event) => this.#move(event), { signal });
    host.addEventListener('pointerup', (event) => this.#up(event), { signal });
    host.addEventListener('pointercancel', (event) => this.#lost(event), { signal });
    host.addEventListener('lostpointercapture', (event) => this.#lost(event), { signal });
    host.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && this.#leave(), { signal });
    host.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    host.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    // The middle button would start the browser's own scrolling.
    host.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault(), { signal });
    for (const type of ['gesturestart', 'gesturechange', 'gestureend']) {
      host.addEventListener(type, (event) => this.#gesture(event), { signal, passive: false });
    }
    this.#space = new SpaceKey(
      host,
      () => this.#hover !== null,
      () => this.#spaceChanged(),
      signal,
    );
    this.showPointer();
  }

  /**
   * Ends the move under way, or else the tool's gesture as if it had not begun, also one that waits for its next press.
   * False when there was neither.
   */
  cancel(): boolean {
    if (this.#mode.name !== 'pan' && this.#mode.name !== 'pinch') return this.#cancelTool();
    this.#setMode({ name: 'idle' });
    return true;
  }

  /** Ends the tool's press under way where the pointer is, as if it had been released. False when there was none. */
  finishPress(): boolean {
    const mode = this.#mode;
    if (mode.name !== 'tool') return false;
    this.#setMode({ name: 'idle' });
    this.#lastClick = null;
    this.#breakOff(mode, true);
    return true;
  }

  /** Ends what the tool has under way: to be called before the target's tool or picture changes. */
  leaveTool(): void {
    this.#cancelTool();
    this.#target.currentTool()?.hover(null);
  }

  /** To be called when the target's tool or its view has changed: the tool hovers over something else now. */
  hoverAgain(): void {
    this.showPointer();
    if (this.#mode.name === 'idle') this.#tellHover();
  }

  /** Shows the mouse pointer that suits the tool now. */
  showPointer(): void {
    const tool = this.#target.currentTool();
    if (this.#mode.name === 'pan') this.#target.showPointer('closed');
    else if (this.#mode.name !== 'tool' && (this.#space.isDown || tool === null)) this.#target.showPointer('open');
    else this.#target.showPointer(tool?.cursor === 'cross' ? 'cross' : 'none');
  }

  dispose(): void {
    this.leaveTool();
    this.#listeners.abort();
  }

  #cancelTool(): boolean {
    const mode = this.#mode;
    const tool = mode.name === 'tool' ? mode.tool : this.#target.currentTool();
    this.#setMode({ name: 'idle' });
    this.#lastClick = null;
    if (tool === null || (mode.name !== 'tool' && !tool.isActive)) return false;
    tool.cancel();
    return true;
  }

  #down(event: PointerEvent): void {
    // A control over the picture is no part of it.
    if (event.target !== this.#host) return;
    const point = this.#pointOf(event);
    if (event.pointerType === 'pen') this.#seePen();
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
    const isPrimaryPan = this.#space.isDown || tool === null || (event.pointerType === 'touch' && this.#isPenSeen);
    if (event.button === 1 || (event.button === 0 && isPrimaryPan)) {
      this.#setMode({ name: 'pan', pointerId: event.pointerId, pointerType: event.pointerType, last: point });
    } else if (tool !== null && [0, 2, PEN_ERASER_BUTTON].includes(event.button)) {
      if (!this.#press(event, tool, point)) return;
    } else {
      return;
    }
    this.#capture(event);
  }

  /** Begins the tool's press; false where it only ended what earlier presses began. */
  #press(event: PointerEvent, tool: Tool, point: ScreenPoint): boolean {
    const { pointerId, pointerType, timeStamp } = event;
    const button = event.button === 0 && !event.ctrlKey ? 'primary' : 'secondary';
    const isContinuation = tool.isActive;
    const isSecond = isDoublePress(this.#lastClick, { point, pressedMs: timeStamp }, pointerType);
    this.#lastClick = null;
    if (isContinuation && isSecond && button === 'primary') {
      tool.finish();
      return false;
    }
    const mode: ToolMode = {
      name: 'tool',
      tool,
      pointerId,
      pointerType,
      start: point,
      startedMs: timeStamp,
      isContinuation,
      isHeldBack: isContinuation && pointerType === 'touch',
      last: this.#toolEvent(event, button, null),
    };
    this.#setMode(mode);
    if (!mode.isHeldBack) tool.pointerDown(mode.last);
    this.#target.pointAt(point);
    return true;
  }

  #move(event: PointerEvent): void {
    const point = this.#pointOf(event);
    const mode = this.#mode;
    if (event.pointerType === 'pen') this.#isPenSeen = true;
    if (event.pointerType === 'touch') this.#moveTouch(event.pointerId, point);
    else this.#hover = event.target === this.#host ? { point, shiftKey: event.shiftKey } : null;
    if (mode.name === 'tool' && mode.pointerId === event.pointerId) {
      this.#drag(mode, event, point);
    } else if (mode.name === 'pan' && mode.pointerId === event.pointerId) {
      this.#target.panBy(point.screenX - mode.last.screenX, point.screenY - mode.last.screenY);
      mode.last = point;
    } else if (event.pointerType !== 'touch' && mode.name === 'idle') {
      this.#target.pointAt(this.#hover === null || this.#space.isDown ? null : point);
      // A button that is down without a gesture was pressed elsewhere, or has just ended one.
      if (event.buttons === 0) this.#tellHover();
    }
  }

  #drag(mode: ToolMode, event: PointerEvent, point: ScreenPoint): void {
    if (mode.isHeldBack && distancePx(mode.start, point) < PINCH_GRACE_PX) return;
    this.#tellPress(mode);
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const step of coalesced.length > 0 ? coalesced : [event]) {
      mode.last = this.#toolEvent(step, mode.last.button, mode.last.pressure);
      mode.tool.pointerMove(mode.last);
    }
    this.#target.pointAt(point);
  }

  #tellPress(mode: ToolMode): void {
    if (!mode.isHeldBack) return;
    mode.isHeldBack = false;
    mode.tool.pointerDown(mode.last);
  }

  #up(event: PointerEvent): void {
    const mode = this.#mode;
    this.#touches.delete(event.pointerId);
    if (mode.name === 'tool' && mode.pointerId === event.pointerId) {
      const point = this.#pointOf(event);
      const isClick = mode.last.button === 'primary' && isSamePlace(mode.start, point, mode.pointerType);
      this.#lastClick = isClick ? { point: mode.start, pressedMs: mode.startedMs } : null;
      this.#setMode({ name: 'idle' });
      this.#tellPress(mode);
      mode.tool.pointerUp(this.#toolEvent(event, mode.last.button, mode.last.pressure));
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
    if (mode.name === 'tool' && mode.pointerId === event.pointerId) {
      this.#setMode({ name: 'idle' });
      this.#breakOff(mode, false);
    } else if (mode.name === 'pan' && mode.pointerId === event.pointerId) {
      this.#setMode({ name: 'idle' });
    } else if (mode.name === 'pinch' && this.#touches.size < 2) {
      this.#setMode({ name: 'idle' });
    }
  }

  /** Ends a press that something else came between. What earlier presses began goes on. */
  #breakOff(mode: ToolMode, isKept: boolean): void {
    if (mode.isHeldBack) return;
    if (isKept || mode.isContinuation) mode.tool.pointerUp(mode.last);
    else mode.tool.cancel();
  }

  #leave(): void {
    this.#hover = null;
    if (this.#mode.name !== 'idle') return;
    this.#target.pointAt(null);
    this.#target.currentTool()?.hover(null);
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (!event.shiftKey || event.ctrlKey) {
      this.#target.zoomAt(this.#pointOf(event), wheelFactor(event));
      return;
    }
    const direction = this.#brushWheel.turn(event);
    if (direction !== 0) this.#target.turnBrushWheel(direction);
  }

  #gesture(event: Event): void {
    // Safari would zoom the page.
    event.preventDefault();
    // On a touch screen the same pinch arrives as pointers too.
    if (!isGestureEvent(event) || this.#touches.size > 0) return;
    this.#target.zoomAt(this.#pointOf(event), this.#trackpadPinch.factor(event.type, event.scale));
  }

  /** The pen takes over from a hand that lay on the glass before it. */
  #seePen(): void {
    this.#isPenSeen = true;
    this.#touches.clear();
    const mode = this.#mode;
    if (mode.name === 'idle' || (mode.name !== 'pinch' && mode.pointerType !== 'touch')) return;
    this.#setMode({ name: 'idle' });
    if (mode.name === 'tool') this.#breakOff(mode, false);
  }

  #startPinch(nowMs: number): void {
    const mode = this.#mode;
    this.#setMode({ name: 'pinch' });
    this.#lastClick = null;
    this.#target.pointAt(null);
    if (mode.name !== 'tool') return;
    const finger = this.#touches.get(mode.pointerId) ?? mode.start;
    const isPinch = nowMs - mode.startedMs < PINCH_GRACE_MS || distancePx(mode.start, finger) < PINCH_GRACE_PX;
    this.#breakOff(mode, !isPinch);
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

  #spaceChanged(): void {
    if (this.#mode.name === 'idle') this.#target.pointAt(this.#space.isDown ? null : (this.#hover?.point ?? null));
    this.hoverAgain();
  }

  #setMode(mode: Mode): void {
    this.#mode = mode;
    this.showPointer();
  }

  #capture(event: PointerEvent): void {
    this.#host.setPointerCapture(event.pointerId);
  }

  #pointOf(event: { readonly clientX: number; readonly clientY: number }): ScreenPoint {
    const box = this.#host.getBoundingClientRect();
    return {
      screenX: event.clientX - box.left - this.#host.clientLeft,
      screenY: event.clientY - box.top - this.#host.clientTop,
    };
  }

  #tellHover(): void {
    const hover = this.#space.isDown ? null : this.#hover;
    this.#target.currentTool()?.hover(hover && this.#eventAt(hover.point, 'primary', hover.shiftKey, null));
  }

  #toolEvent(event: PointerEvent, button: ToolPointerEvent['button'], formerPressure: number | null): ToolPointerEvent {
    return this.#eventAt(this.#pointOf(event), button, event.shiftKey, penPressure(event, formerPressure));
  }

  #eventAt(
    point: ScreenPoint,
    button: ToolPointerEvent['button'],
    shiftKey: boolean,
    pressure: number | null,
  ): ToolPointerEvent {
    const imagePxPerScreenPx = this.#target.imagePxPerScreenPx();
    return { ...this.#target.toImage(point), button, shiftKey, pressure, imagePxPerScreenPx };
  }
}

function distancePx(a: ScreenPoint, b: ScreenPoint): number {
  return Math.hypot(a.screenX - b.screenX, a.screenY - b.screenY);
}
