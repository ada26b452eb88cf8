import type { HoldOutCount } from '../../state/project.ts';
import type { HeldOutScores } from '../../training/learnerMessages.ts';
import { percent } from '../strings.ts';

/** How many strokes are held out; `null` where none can be. */
export function heldOutCount({ heldOut, strokes }: HoldOutCount): string | null {
  return heldOut === 0 ? null : `${heldOut} of ${strokes} strokes held out`;
}

/** The accuracy on held-out strokes, in whole per cent where an interval stands beside it. */
export function heldOutValue(scores: HeldOutScores | null): string {
  return percent(scores?.maskedAccuracy ?? null, widthOf(scores) > 0 ? 0 : 1);
}

/** The interval behind an accuracy on held-out strokes; `null` where there is none to be shown. */
export function heldOutRange(scores: HeldOutScores | null): string | null {
  const interval = widthOf(scores) > 0 ? (scores?.accuracyInterval ?? null) : null;
  return interval && `(${Math.round(interval.low * 100)}–${percent(interval.high, 0)})`;
}

/** Strokes that were all predicted alike draw nothing but themselves, however few they are. */
function widthOf(scores: HeldOutScores | null): number {
  const interval = scores?.accuracyInterval ?? null;
  return interval === null ? 0 : interval.high - interval.low;
}

/** What the figure is, and how far it can be trusted. */
export function heldOutHint(scores: HeldOutScores | null): string {
  const what = 'Share of the pixels of held-out strokes that are right: nothing was learned from these.';
  if (scores === null) return what;
  const { strokes, accuracyInterval, meanIou } = scores;
  const iou = `Mean IoU: ${percent(meanIou)}.`;
  if (strokes === 1) return `${what} ${iou} One stroke gives no interval: it does not tell how strokes differ.`;
  if (accuracyInterval === null) return `${what} ${iou}`;
  if (widthOf(scores) === 0) return `${what} ${iou} All ${strokes} were predicted alike, which gives no interval.`;
  return `${what} ${iou} In brackets: what 95 % of sets of ${strokes} strokes give that are drawn from these (bootstrap).`;
}
