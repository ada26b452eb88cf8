import { type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import type { PixelRect } from '../../labels/rect.ts';
import { type ColorTable, OPAQUE } from './classColors.ts';
import type { ContourTones } from './contourTones.ts';

/** 1 for each stroke id that is held out; `null` where none is. */
export type HeldOutTable = Uint8Array<ArrayBuffer> | null;

export function heldOutTable(strokeIds: ReadonlySet<number>): HeldOutTable {
  if (strokeIds.size === 0) return null;
  const table = new Uint8Array(2 ** 16);
  for (const strokeId of strokeIds) table[strokeId] = 1;
  return table;
}

/** Between their stripes held-out areas are this faint. */
const FAINT_ALPHA = 0x40000000;

/** Four unlabeled pixels as one word: most of a freshly opened picture. */
const FOUR_UNLABELED = UNLABELED * 0x01010101;

/** The class ids as words of four; none where their alignment does not allow it. */
function inFours({ buffer, byteOffset, length }: Uint8Array): Uint32Array {
  return byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, length >> 2) : new Uint32Array();
}

/** Width of the stripes that held-out areas are hatched with, in picture pixels: about as wide on every screen. */
function stripePx(width: number, height: number): number {
  return Math.max(2, Math.round(Math.max(width, height) / 200));
}

/**
 * Writes the labels in `rect` as canvas pixels; ids without a colour, unlabeled among them, are transparent.
 *
 * A pixel that ends its class's area on one side only takes its rim colour: across a line one pixel wide the area ends
 * on both sides, and the line keeps its class's own colour. Held-out strokes are hatched: faint between slanted stripes.
 * `pixels` is `[H·W]`.
 */
export function drawLabelPixels(
  pixels: Uint32Array,
  planes: LabelPlanes,
  rect: PixelRect,
  colors: ColorTable,
  rimColors: ColorTable,
  heldOut: HeldOutTable = null,
): void {
  const { classIds, strokeIds, width, height } = planes;
  const stripe = stripePx(width, height);
  const fours = inFours(classIds);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    pixels.fill(0, y * width + rect.x, y * width + rect.x + rect.width);
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const i = y * width + x;
      if ((i & 3) === 0 && fours[i >> 2] === FOUR_UNLABELED) {
        x += 3;
        continue;
      }
      const id = classIds[i] ?? 0;
      const color = colors[id] ?? 0;
      if (color === 0) continue;
      const shown = isOnRim(planes, id, x, y) ? (rimColors[id] ?? 0) : color;
      const isFaint = heldOut?.[strokeIds[i] ?? 0] === 1 && (x + y) % (2 * stripe) >= stripe;
      pixels[i] = isFaint ? (shown & ~OPAQUE) | FAINT_ALPHA : shown;
    }
  }
}

/** Whether a class's area ends beside a pixel on one side only; at the picture's own edge it does not end. */
function isOnRim({ classIds, width, height }: LabelPlanes, id: number, x: number, y: number): boolean {
  const i = y * width + x;
  const endsLeft = x > 0 && classIds[i - 1] !== id;
  const endsRight = x < width - 1 && classIds[i + 1] !== id;
  const endsAbove = y > 0 && classIds[i - width] !== id;
  const endsBelow = y < height - 1 && classIds[i + width] !== id;
  return endsLeft !== endsRight || endsAbove !== endsBelow;
}

/** How far an outline's pixel depends on other pixels, in pixels. */
export const OUTLINE_REACH_PX = 2;

/**
 * Writes the labels in `rect` as outlines: the two outermost pixels of each class's area, the outer one in the class's
 * light tone and the inner one in its dark tone, and nothing farther in. Outermost is counted in steps between
 * neighbours, without diagonals; at the picture's own edge an area does not end. Those of held-out strokes are dashed.
 * `pixels` is `[H·W]`.
 */
export function drawLabelOutlinePixels(
  pixels: Uint32Array,
  planes: LabelPlanes,
  rect: PixelRect,
  { light, dark }: ContourTones,
  heldOut: HeldOutTable = null,
): void {
  const dash = 2 * stripePx(planes.width, planes.height);
  const fours = inFours(planes.classIds);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    pixels.fill(0, y * planes.width + rect.x, y * planes.width + rect.x + rect.width);
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const i = y * planes.width + x;
      if ((i & 3) === 0 && fours[i >> 2] === FOUR_UNLABELED) {
        x += 3;
        continue;
      }
      const id = planes.classIds[i] ?? 0;
      const isGap = heldOut?.[planes.strokeIds[i] ?? 0] === 1 && (x + y) % (2 * dash) >= dash;
      const isShown = light[id] !== 0 && !isGap;
      const steps = isShown ? stepsToAnother(planes, x, y) : OUTLINE_REACH_PX + 1;
      pixels[i] = steps > OUTLINE_REACH_PX ? 0 : ((steps === 1 ? light : dark)[id] ?? 0);
    }
  }
}

/** How many steps lead from a pixel to one of another class: 1, 2, or 3 where it takes more. */
function stepsToAnother({ classIds, width, height }: LabelPlanes, x: number, y: number): 1 | 2 | 3 {
  const i = y * width + x;
  const id = classIds[i] ?? 0;
  // Steps past the picture's edge are not taken.
  const left = x > 0 ? i - 1 : i;
  const right = x < width - 1 ? i + 1 : i;
  const up = y > 0 ? -width : 0;
  const down = y < height - 1 ? width : 0;
  if (isAnyOther(classIds, id, left, right, i + up, i + down)) return 1;
  if (isAnyOther(classIds, id, left + up, right + up, left + down, right + down)) return 2;
  const farLeft = x > 1 ? left - 1 : left;
  const farRight = x < width - 2 ? right + 1 : right;
  const farUp = y > 1 ? 2 * up : up;
  const farDown = y < height - 2 ? 2 * down : down;
  return isAnyOther(classIds, id, farLeft, farRight, i + farUp, i + farDown) ? 2 : 3;
}

/** Whether one of four pixels is of another class than `id`. */
function isAnyOther(classIds: Uint8Array, id: number, a: number, b: number, c: number, d: number): boolean {
  return classIds[a] !== id || classIds[b] !== id || classIds[c] !== id || classIds[d] !== id;
}
