import { ITEM, ITEM_WORDS } from '../batch/sampleBatch.ts';
import type { SmoothnessAttributes, SmoothnessShape } from './smoothness.ts';

/** A pixel's neighbour on the later side of it: in a row below, or to the right in the same one. */
export interface Offset {
  readonly dx: number;
  readonly dy: number;
}

/** The farthest distance along an axis. */
export function reachOf({ radiusPx, stepPx }: Pick<SmoothnessAttributes, 'radiusPx' | 'stepPx'>): number {
  return stepPx * Math.floor(radiusPx / stepPx);
}

/** Half of the offsets within a radius, so that each pair of pixels is met once. */
export function halfWindow(window: Pick<SmoothnessAttributes, 'radiusPx' | 'stepPx'>): Offset[] {
  const offsets: Offset[] = [];
  const reach = reachOf(window);
  for (let dy = 0; dy <= reach; dy += window.stepPx) {
    for (let dx = -reach; dx <= reach; dx += window.stepPx) {
      if (dy > 0 || dx > 0) offsets.push({ dx, dy });
    }
  }
  return offsets;
}

/** What of a frame shows the picture, and where its pixels are in it. */
export interface Visible {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Of the left top visible pixel. */
  readonly source: number;
  readonly stepX: number;
  readonly stepY: number;
}

export function visibleOf(items: ArrayLike<number>, item: number, { width, height }: SmoothnessShape): Visible {
  const word = (name: keyof typeof ITEM) => items[item * ITEM_WORDS + ITEM[name]] as number;
  const [left, top] = [Math.max(0, word('offsetX')), Math.max(0, word('offsetY'))];
  return {
    left,
    top,
    right: Math.min(width, word('offsetX') + word('turnedWidth')),
    bottom: Math.min(height, word('offsetY') + word('turnedHeight')),
    source: word('origin') + (left - word('offsetX')) * word('stepX') + (top - word('offsetY')) * word('stepY'),
    stepX: word('stepX'),
    stepY: word('stepY'),
  };
}

/**
 * The offsets that a frame has pairs at, each with the factor of the pairs' `g·k·(1 − p_i·p_j)`, colours left out of `k`.
 * `weight` is that of the whole term.
 */
export function offsetsWithin(
  { left, top, right, bottom }: Visible,
  batch: number,
  attributes: SmoothnessAttributes,
  weight: number,
): (Offset & { readonly factor: number })[] {
  const { spaceWidthPx } = attributes;
  const offsets = halfWindow(attributes);
  return offsets.flatMap(({ dx, dy }) => {
    const pairs = Math.max(0, right - left - Math.abs(dx)) * Math.max(0, bottom - top - dy);
    const near = Math.exp(-(dx * dx + dy * dy) / (2 * spaceWidthPx * spaceWidthPx));
    return pairs === 0 ? [] : [{ dx, dy, factor: (weight * near) / (batch * offsets.length * pairs) }];
  });
}
