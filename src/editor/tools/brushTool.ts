import { MIN_RADIUS_PX } from '../../labels/capsule.ts';
import type { PaintTarget } from '../paintTarget.ts';
import { HeldTool } from './heldTool.ts';
import { distancePx, type PointTuple, pointOf } from './points.ts';
import type { ToolContext, ToolPointerEvent } from './tool.ts';

// A pen that barely touches still paints a quarter of the brush, so that a stroke never thins out to nothing.
const LIGHTEST_PRESSURE_SHARE = 0.25;

/**
 * Paints strokes: the chosen class with the primary button, unlabeled with the secondary one. Shift paints a straight
 * line from where the stroke before ended.
 *
 * A pen's pressure scales the radius, `radius · (0.25 + 0.75 · pressure)`; between two events it changes in steps of at
 * most one pixel. A new radius counts at once, a new class with the next stroke.
 */
export class BrushTool extends HeldTool {
  readonly cursor = 'brush';
  readonly preview = null;
  #last: { readonly point: PointTuple; readonly radiusPx: number; readonly pressure: number | null } | null = null;
  #lastEnd: { readonly target: PaintTarget; readonly point: PointTuple } | null = null;

  constructor(context: ToolContext) {
    super(context, { name: 'Brush' });
  }

  pointerDown(event: ToolPointerEvent): void {
    if (this.begin(event.button) === null) return;
    const { pressure } = event;
    const joins = event.shiftKey && this.#lastEnd?.target === this.context.target;
    const point = joins && this.#lastEnd !== null ? this.#lastEnd.point : pointOf(event);
    this.#last = { point, radiusPx: this.#radiusPx(pressure), pressure };
    this.#paintTo(pointOf(event), pressure);
  }

  pointerMove(event: ToolPointerEvent): void {
    this.#paintTo(pointOf(event), event.pressure);
  }

  pointerUp(event: ToolPointerEvent): void {
    const last = this.#last;
    if (!this.isActive || last === null) return;
    // A pen that is lifted has no pressure any more; what it paints last has that of before.
    if (distancePx(last.point, pointOf(event)) > 0) this.#paintTo(pointOf(event), last.pressure);
    this.#lastEnd = { target: this.context.target, point: pointOf(event) };
    this.commit();
  }

  #paintTo(to: PointTuple, pressure: number | null): void {
    const gesture = this.gesture;
    const from = this.#last;
    if (gesture === null || from === null) return;
    const radiusPx = this.#radiusPx(pressure);
    // The person's own setting changes at once, only pressure ramps.
    const startRadiusPx = pressure === null ? radiusPx : from.radiusPx;
    const [toX, toY] = to;
    const change = radiusPx - startRadiusPx;
    const pieces = Math.max(1, Math.ceil(Math.min(Math.abs(change), distancePx(from.point, to))));
    let [beforeX, beforeY] = from.point;
    for (let piece = 1; piece <= pieces; piece++) {
      const isLast = piece === pieces;
      const afterX = isLast ? toX : beforeX + (toX - beforeX) / (pieces - piece + 1);
      const afterY = isLast ? toY : beforeY + (toY - beforeY) / (pieces - piece + 1);
      // The thinner of both ends: the thicker one's disk belongs to the piece on its other side.
      const thinner = change > 0 ? piece - 1 : piece;
      const pieceRadiusPx = thinner === pieces ? radiusPx : startRadiusPx + (thinner / pieces) * change;
      gesture.paint(beforeX, beforeY, afterX, afterY, pieceRadiusPx);
      [beforeX, beforeY] = [afterX, afterY];
    }
    if (change > 0) gesture.paint(toX, toY, toX, toY, radiusPx);
    this.#last = { point: to, radiusPx, pressure };
  }

  #radiusPx(pressure: number | null): number {
    const { radiusPx } = this.context.settings();
    if (pressure === null) return radiusPx;
    const share = LIGHTEST_PRESSURE_SHARE + (1 - LIGHTEST_PRESSURE_SHARE) * pressure;
    return Math.max(MIN_RADIUS_PX, radiusPx * share);
  }
}
