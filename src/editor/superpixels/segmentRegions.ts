import { type PixelRegion, RegionBuilder } from '../../labels/region.ts';
import type { SuperpixelMap } from '../tools/tool.ts';

/** Finds the pixels of a map's patches, each within the rectangle around it, which are told apart once. */
export class SegmentRegions {
  readonly map: SuperpixelMap;
  /** `left, top, right, bottom` of every patch; right and bottom exclusive. */
  readonly #boxes: Int32Array;

  constructor(map: SuperpixelMap) {
    this.map = map;
    const { width, height, segmentIds, segmentCount } = map;
    const boxes = new Int32Array(4 * segmentCount);
    for (let segment = 0; segment < segmentCount; segment++) boxes.set([width, height, 0, 0], 4 * segment);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const box = 4 * (segmentIds[i] ?? 0);
        if (x < (boxes[box] ?? 0)) boxes[box] = x;
        if (y < (boxes[box + 1] ?? 0)) boxes[box + 1] = y;
        if (x >= (boxes[box + 2] ?? 0)) boxes[box + 2] = x + 1;
        boxes[box + 3] = y + 1;
      }
    }
    this.#boxes = boxes;
  }

  /** The pixels of one patch; none for a number that no patch has. */
  region(segment: number): PixelRegion {
    const { width, segmentIds } = this.map;
    const [left = 0, top = 0, right = 0, bottom = 0] = this.#boxes.subarray(4 * segment, 4 * segment + 4);
    const builder = new RegionBuilder();
    for (let y = top; y < bottom; y++) {
      const rowStart = y * width;
      for (let x = left; x < right; ) {
        const xStart = x;
        while (x < right && segmentIds[rowStart + x] === segment) x++;
        builder.add(y, xStart, x);
        while (x < right && segmentIds[rowStart + x] !== segment) x++;
      }
    }
    return builder.finish();
  }
}
