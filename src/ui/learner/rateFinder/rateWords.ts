/** A learning rate as it stands in its field: two digits that count. */
export function roundedRate(learningRate: number): number {
  return Number(learningRate.toPrecision(2));
}

/** A learning rate as a line of text tells it. */
export function rateWords(learningRate: number): string {
  return learningRate >= 1e-3 || learningRate === 0 ? String(roundedRate(learningRate)) : learningRate.toExponential(0);
}
