// A turn of the wheel that follows another within this time belongs to it.
const BURST_MS = 200;
// Less than a mouse notch, so that each notch is one step.
const STEP_PX = 40;

/** What is read of a wheel event. */
type WheelTurn = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'timeStamp'>;

/**
 * Makes steps of the wheel's turns: one for each notch of a mouse, and one for every 40 px of two fingers on a trackpad,
 * whose first small move counts already.
 */
export class WheelSteps {
  #direction = 0;
  #scrolledPx = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** 1 for a step away from the person, −1 for one towards them, 0 for none yet. At most one step an event. */
  turn({ deltaX, deltaY, deltaMode, timeStamp }: WheelTurn): 1 | 0 | -1 {
    // With Shift held most browsers report the wheel as a sideways one.
    const delta = deltaY === 0 ? deltaX : deltaY;
    if (delta === 0) return 0;
    const direction = delta < 0 ? 1 : -1;
    const goesOn = direction === this.#direction && timeStamp - this.#lastMs <= BURST_MS;
    this.#direction = direction;
    this.#lastMs = timeStamp;
    this.#scrolledPx += Math.abs(delta) * pixelsPerUnit(deltaMode);
    if (goesOn && this.#scrolledPx < STEP_PX) return 0;
    this.#scrolledPx = 0;
    return direction;
  }
}

/**
 * Zoom factor of a wheel event. A mouse notch (about 100 px, or 3 lines) is 1.16; a pinch on a trackpad, which arrives
 * as small steps with `ctrlKey`, follows the fingers; no single event does more than a doubling.
 */
export function wheelFactor({
  deltaY,
  deltaMode,
  ctrlKey,
}: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const deltaPx = deltaY * pixelsPerUnit(deltaMode);
  return Math.max(1 / 2, Math.min(2, Math.exp(-deltaPx * (ctrlKey ? 0.01 : 0.0015))));
}

/** Of `WheelEvent.deltaMode`: pixels, lines or pages. */
function pixelsPerUnit(deltaMode: number): number {
  return [1, 33, 400][deltaMode] ?? 1;
}

/** Follows Safari's own events of a pinch on a trackpad; other browsers send it as a wheel with `ctrlKey`. */
export class TrackpadPinch {
  #scale = 1;

  /** The zoom factor since the event before. `scale` counts from the pinch's beginning. */
  factor(type: string, scale: number): number {
    const former = type === 'gesturestart' ? 1 : this.#scale;
    this.#scale = Number.isFinite(scale) && scale > 0 ? scale : former;
    return this.#scale / former;
  }
}

/** Safari's own event of a pinch on a trackpad, which the DOM's types do not know. */
interface GestureEvent extends Event {
  readonly scale: number;
  readonly clientX: number;
  readonly clientY: number;
}

export function isGestureEvent(event: Event): event is GestureEvent {
  return ['scale', 'clientX', 'clientY'].every((name) => typeof Reflect.get(event, name) === 'number');
}
