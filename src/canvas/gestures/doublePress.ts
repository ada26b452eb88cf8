import type { ScreenPoint } from '../view/viewTransform.ts';

/** A press that was let go where it began. */
export interface Click {
  readonly point: ScreenPoint;
  /** When it was pressed. */
  readonly pressedMs: number;
}

const DOUBLE_PRESS_MS = 400;
const REACH_PX = { touch: 24, other: 6 } as const;

/** Whether two places are one to a hand: a finger is less exact than a mouse or a pen. */
export function isSamePlace(a: ScreenPoint, b: ScreenPoint, pointerType: string): boolean {
  const reachPx = pointerType === 'touch' ? REACH_PX.touch : REACH_PX.other;
  return Math.hypot(a.screenX - b.screenX, a.screenY - b.screenY) <= reachPx;
}

/** Whether a press is the second of a double click. */
export function isDoublePress(first: Click | null, second: Click, pointerType: string): boolean {
  if (first === null || second.pressedMs - first.pressedMs > DOUBLE_PRESS_MS) return false;
  return isSamePlace(first.point, second.point, pointerType);
}
