/** A learning rate as it stands on the page and in its field: two digits that count. */
export function roundedRate(learningRate: number): number {
  return Number(learningRate.toPrecision(2));
}
