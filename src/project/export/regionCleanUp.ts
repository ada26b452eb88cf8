import { UNLABELED } from '../../labels/planes.ts';
import type { Mask } from '../masks/maskPng.ts';
import { ClassRegions } from './classRegions.ts';
import type { CleanUp } from './exportRequest.ts';

/**
 * Gives every 4-connected region of fewer than `minAreaPx` pixels the class that it shares the longest border with (the
 * lower id where two are as long), the smallest regions first.
 *
 * Regions with a pixel that a person labeled (`labels`: class ids of the same size, 255: unlabeled) stay. A second time
 * changes nothing.
 */
export function removeSmallRegions(mask: Mask, minAreaPx: number, labels: Uint8Array): Mask {
  const regions = new ClassRegions(mask, labels);
  regions.reassign(minAreaPx - 1, (region) => {
    if (region.isLabeled) return null;
    let longest: number | null = null;
    for (const [classId, length] of region.borders.entries()) {
      if (length > (longest === null ? 0 : (region.borders[longest] ?? 0))) longest = classId;
    }
    return longest;
  });
  return regions.mask();
}

/**
 * Gives every 4-connected region of at most `maxAreaPx` pixels that one other class encloses on all sides that class,
 * the smallest regions first. Regions at the picture's edge, regions in unlabeled surroundings and those with a pixel
 * that a person labeled stay. A second time changes nothing.
 */
export function fillHoles(mask: Mask, maxAreaPx: number, labels: Uint8Array): Mask {
  const regions = new ClassRegions(mask, labels);
  regions.reassign(maxAreaPx, (region) => {
    if (region.isLabeled || region.isAtEdge) return null;
    const around = region.borders.findIndex((length) => length > 0);
    const isAlone = region.borders.every((length, classId) => length === 0 || classId === around);
    return isAlone && around >= 0 && around !== UNLABELED ? around : null;
  });
  return regions.mask();
}

/** Both, in that order. */
export function cleanUpMask(mask: Mask, { minAreaPx, maxHolePx }: CleanUp, labels: Uint8Array): Mask {
  return fillHoles(removeSmallRegions(mask, minAreaPx, labels), maxHolePx, labels);
}
