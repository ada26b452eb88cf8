/** Weights at one moment. */
export interface WeightVectors {
  /** All that learn, in one or several vectors. */
  readonly vectors: readonly Float32Array[];
  /** Of the output layer, one per output. */
  readonly headBias: readonly number[];
}

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

/** `null` where the two are of networks of different shape, or more weights learn now than before. */
export function weightsChange(before: WeightVectors, after: WeightVectors): WeightsChange | null {
  const fits =
    before.headBias.length === after.headBias.length &&
    before.vectors.length === after.vectors.length &&
    before.vectors.every((vector, i) => vector.length === after.vectors[i]?.length);
  if (!fits) return null;
  let [way, length] = [0, 0];
  after.vectors.forEach((to, vector) => {
    const from = before.vectors[vector] ?? to;
    for (let i = 0; i < to.length; i++) {
      const value = to[i] as number;
      way += (value - (from[i] as number)) ** 2;
      length += value ** 2;
    }
  });
  return {
    biasBefore: before.headBias,
    biasAfter: after.headBias,
    updateNorm: Math.sqrt(way),
    norm: Math.sqrt(length),
  };
}
