/** A loss with two digits that count; small ones as powers of ten. */
export function shortLoss(loss: number): string {
  return loss >= 0.001 ? loss.toPrecision(2) : loss.toExponential(0);
}
