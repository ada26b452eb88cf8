import { snapToPixelCentre } from '../labels/capsule.ts';
import type { PixelRect } from '../labels/rect.ts';
import type { StrokeTransaction } from '../labels/strokeTransaction.ts';

/**
 * Paints a segment of a stroke as `StrokeTransaction.paintCapsule` does, except that a brush under two pixels wide moves
 * from pixel centre to pixel centre: elsewhere it could slip between them and paint nothing.
 */
export function paintSegment(
  transaction: StrokeTransaction,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  radiusPx: number,
  classId: number,
  strokeId: number,
): PixelRect | null {
  if (radiusPx >= 1) return transaction.paintCapsule(fromX, fromY, toX, toY, radiusPx, classId, strokeId);
  const from = snapToPixelCentre(fromX, fromY);
  const to = snapToPixelCentre(toX, toY);
  return transaction.paintCapsule(from.x, from.y, to.x, to.y, radiusPx, classId, strokeId);
}
