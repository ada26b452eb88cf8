/** What is labeled of the pixels that one mean is over. */
export interface LabeledCounts {
  /** Labeled pixels of every class, in the order of the channels. */
  readonly labeledByChannel: readonly number[];
  readonly unlabeled: number;
  /** Class weights, in the order of the channels; `null`: all 1. */
  readonly weights: readonly number[] | null;
}

/** What is left of the masked mean where unlabeled pixels count in it: `L = scale · masked + floor`. */
export interface Dilution {
  /** Share of labeled pixels, 0 to 1. */
  readonly labeledShare: number;
  /** What the gradient at every labeled pixel is multiplied by, compared with the masked mean. */
  readonly gradientScale: number;
  /** What the loss cannot fall below, however well the labels are learned. */
  readonly floor: number;
}

/** Under the mean over all pixels. Without class weights the scale is the labeled share; it has no floor. */
export function allPixelDilution(counts: LabeledCounts): Dilution {
  const { labeledShare, pixels, labeledWeight } = sums(counts);
  return { labeledShare, gradientScale: pixels === 0 ? 0 : labeledWeight / pixels, floor: 0 };
}

/**
 * Under zeroed logits and labels: an unlabeled pixel has the uniform softmax and the label of channel 0, so it costs
 * `((1−ε)·w[0] + ε·mean w)·log C` and adds `w[0]` to what the sum is divided by. `labelSmoothing` is ε.
 */
export function zeroedInputDilution(counts: LabeledCounts, labelSmoothing = 0): Dilution {
  const { labeledShare, labeledWeight, weights } = sums(counts);
  const channelCount = weights.length;
  const firstWeight = weights[0] ?? 1;
  const denominator = labeledWeight + counts.unlabeled * firstWeight;
  if (denominator === 0) return { labeledShare, gradientScale: 0, floor: 0 };
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / channelCount;
  const cost = ((1 - labelSmoothing) * firstWeight + labelSmoothing * meanWeight) * Math.log(channelCount);
  return {
    labeledShare,
    gradientScale: labeledWeight / denominator,
    floor: (counts.unlabeled * cost) / denominator,
  };
}

function sums({ labeledByChannel, unlabeled, weights: given }: LabeledCounts) {
  const weights = given ?? labeledByChannel.map(() => 1);
  const labeled = labeledByChannel.reduce((sum, count) => sum + count, 0);
  const labeledWeight = labeledByChannel.reduce((sum, count, channel) => sum + count * (weights[channel] ?? 1), 0);
  const pixels = labeled + unlabeled;
  return { weights, pixels, labeledWeight, labeledShare: pixels === 0 ? 0 : labeled / pixels };
}
