import { MAX_CLASS_WEIGHT } from '../../settings/learner.ts';

/** Steps of the slider to a factor of ten. */
const STEPS_A_DECADE = 20;
/** Least weight but 0. */
const MIN_WEIGHT = 0.01;
const DECADES = Math.log10(MAX_CLASS_WEIGHT / MIN_WEIGHT);

/** The slider's last position; its first, 0, is weight 0. */
export const LAST_POSITION = 1 + Math.round(DECADES * STEPS_A_DECADE);

/** The weight at a slider's position, to three digits: 0, then 0.01 to 10 by equal factors, with 1 among them. */
export function weightAt(position: number): number {
  if (position <= 0) return 0;
  return Number((MIN_WEIGHT * 10 ** ((position - 1) / STEPS_A_DECADE)).toPrecision(3));
}

/** The position whose weight is nearest, by factor. Only weight 0 is at position 0. */
export function positionOf(weight: number): number {
  if (weight === 0) return 0;
  const steps = Math.round(Math.log10(weight / MIN_WEIGHT) * STEPS_A_DECADE);
  return Math.max(1, Math.min(LAST_POSITION, 1 + steps));
}

/** A weight in up to five characters. */
export function weightText(weight: number): string {
  if (weight > 0 && weight < MIN_WEIGHT) return `<${MIN_WEIGHT}`;
  return String(Number(weight.toPrecision(3)));
}
