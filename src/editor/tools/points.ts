import type { PaintTarget } from '../paintTarget.ts';
import type { ToolPointerEvent } from './tool.ts';

/** A point in image pixels, as previews and polygons have it. */
export type PointTuple = readonly [imageX: number, imageY: number];

export function pointOf({ imageX, imageY }: ToolPointerEvent): PointTuple {
  return [imageX, imageY];
}

export function distancePx([fromX, fromY]: PointTuple, [toX, toY]: PointTuple): number {
  return Math.hypot(toX - fromX, toY - fromY);
}

/** The pixel that holds a point, `null` outside the picture. */
export function pixelAt(
  target: PaintTarget,
  imageX: number,
  imageY: number,
): { readonly x: number; readonly y: number; readonly index: number } | null {
  const x = Math.floor(imageX);
  const y = Math.floor(imageY);
  if (x < 0 || y < 0 || x >= target.width || y >= target.height) return null;
  return { x, y, index: y * target.width + x };
}
