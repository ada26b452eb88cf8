import type { PictureInViewport, ViewTransform } from './viewTransform.ts';

/** Side of the divider's grip, in CSS pixels: what a finger can hit (WCAG 2.2, target size, enhanced). */
export const GRIP_SIDE_PX = 44;

/** Where the divider lies on the screen, in CSS pixels from the host's corner. */
export interface DividerLayout {
  readonly lineX: number;
  /** The line's ends: those of the picture, as far as it is in sight. */
  readonly top: number;
  readonly bottom: number;
  /** The middle of the grip. Always inside the host: where the line is out of sight it waits at the host's edge. */
  readonly gripX: number;
  readonly gripY: number;
}

const STEP = 0.01;
const LARGE_STEP = 0.1;

/** Lays a divider out; `divider` is a share of the picture's width. */
export function layOutDivider(
  divider: number,
  view: ViewTransform,
  { picture, viewport }: PictureInViewport,
): DividerLayout {
  const lineX = view.translateX + divider * picture.width * view.scale;
  const top = Math.max(0, view.translateY);
  const bottom = Math.max(top, Math.min(viewport.height, view.translateY + picture.height * view.scale));
  const inside = (position: number, side: number) =>
    Math.max(GRIP_SIDE_PX / 2, Math.min(side - GRIP_SIDE_PX / 2, position));
  return {
    lineX,
    top,
    bottom,
    gripX: inside(lineX, viewport.width),
    gripY: inside((top + bottom) / 2, viewport.height),
  };
}

/** The divider whose line goes through a point of the screen, or the nearest there is. */
export function dividerAt(screenX: number, view: ViewTransform, { picture }: PictureInViewport): number {
  return withinPicture((screenX - view.translateX) / (picture.width * view.scale));
}

/** The divider after a key (a `KeyboardEvent`'s `key`); `null` for keys that do not move it. Shift takes larger steps. */
export function dividerAfterKey(divider: number, key: string, isShiftDown: boolean): number | null {
  const step = isShiftDown ? LARGE_STEP : STEP;
  const target = {
    ArrowLeft: divider - step,
    ArrowDown: divider - step,
    ArrowRight: divider + step,
    ArrowUp: divider + step,
    PageDown: divider - LARGE_STEP,
    PageUp: divider + LARGE_STEP,
    Home: 0,
    End: 1,
  }[key];
  return target === undefined ? null : withinPicture(target);
}

/** Rounded, so that steps there and back meet again. */
function withinPicture(divider: number): number {
  return Math.round(Math.max(0, Math.min(1, divider)) * 10_000) / 10_000;
}
