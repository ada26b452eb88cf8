import type { InspectedWeights } from './inspection.ts';

/** How the weights moved from one moment to another. */
export interface WeightsChange {
  /** Of the output layer, one per output. */
  readonly biasBefore: readonly number[];
  readonly biasAfter: readonly number[];
  /** Euclidean length of the way that all weights together went. */
  readonly updateNorm: number;
  /** Euclidean length of all weights together, afterwards. */
  readonly norm: number;
}

/** `null` where the two are of networks of different shape. */
export function weightsChange(before: InspectedWeights, after: InspectedWeights): WeightsChange | null {
  const pairs = [
    [before.own, after.own],
    [before.pretrained ?? new Float32Array(), after.pretrained ?? new Float32Array()],
  ] as const;
  if (before.headBias.length !== after.headBias.length || pairs.some(([a, b]) => a.length !== b.length)) return null;
  let [way, length] = [0, 0];
  for (const [from, to] of pairs) {
    for (let i = 0; i < to.length; i++) {
      const value = to[i] as number;
      way += (value - (from[i] as number)) ** 2;
      length += value ** 2;
    }
  }
  return {
    biasBefore: before.headBias,
    biasAfter: after.headBias,
    updateNorm: Math.sqrt(way),
    norm: Math.sqrt(length),
  };
}
