import type { PredictionScores } from '../../../training/learnerMessages.ts';
import { percent } from '../../strings.ts';

/** From this on two accuracies are called different. */
const NOTICEABLE = 0.005;

type Accuracies = Pick<PredictionScores, 'maskedAccuracy' | 'trueAccuracy'>;

/** What the two accuracies together say, in one sentence. */
export function gapSentence(scores: Accuracies | null): string {
  if (scores === null || scores.trueAccuracy === null) return 'Press Train: the gap shows with the first prediction.';
  const { maskedAccuracy, trueAccuracy } = scores;
  if (maskedAccuracy === null) return 'Nothing is labeled, so there is no masked accuracy to compare with.';
  const gap = maskedAccuracy - trueAccuracy;
  if (Math.abs(gap) < NOTICEABLE) return 'Here the painted pixels speak for the whole picture, within half a point.';
  const points = pointsOf(Math.abs(gap));
  return gap > 0
    ? `The painted pixels look ${points} better than the whole picture is: they were learned, the others only guessed.`
    : `The painted pixels look ${points} worse than the whole picture is, often because they lie where it is hard, along borders.`;
}

/** A difference of two shares, as `1.8 points`. */
export function pointsOf(difference: number): string {
  const points = (100 * difference).toFixed(1);
  return points === '1.0' ? '1 point' : `${points} points`;
}

/** Pixels in words. */
export function pixelWords(pixels: number): string {
  return pixels === 1 ? '1 pixel' : `${pixels.toLocaleString('en')} pixels`;
}

interface Result {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly paintedPx: number;
}

/** What a player may tell others. */
export function shareSentence({ title, width, height, paintedPx }: Result): string {
  const share = percent(paintedPx / (width * height), 2);
  return `I reached 90 % true mean IoU on “${title}” (${width} × ${height}) with ${pixelWords(paintedPx)} painted, ${share} of the picture. The rest was left unlabeled.`;
}
