/** A mean over seeds, and how far they spread: the standard deviation, with n − 1, or `null` of a single one. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number | null;
}

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) };
}
