import type { OptimizerKind } from '../../../settings/learner.ts';
import { AVERAGE_SHARE, BETA1, BETA2 } from './optimizerUpdate.ts';

/** Vectors of one length. */
interface UpdatedVectors {
  readonly parameters: Float32Array;
  readonly moments: readonly Float32Array[];
  /** `null`: none is kept. */
  readonly average: Float32Array | null;
  readonly gradient: Float32Array;
  readonly decayMask: Float32Array;
}

// Every operation is rounded to single precision, so that all backends compute the same.
const { fround } = Math;

/** One update of all vectors in place; `numbers` are the rule's, see `UPDATE_NUMBERS`. */
export function updateOnHost(kind: OptimizerKind, vectors: UpdatedVectors, numbers: Float32Array): void {
  if (kind === 'adamw') adamw(vectors, numbers);
  else sgd(vectors, numbers);
  if (vectors.average !== null) follow(vectors.average, vectors.parameters, numbers[AVERAGE_SHARE] as number);
}

function adamw({ parameters, moments, gradient, decayMask }: UpdatedVectors, numbers: Float32Array): void {
  const [means, squares] = moments as [Float32Array, Float32Array];
  const [stepSize, decay, epsilon] = numbers as unknown as [number, number, number];
  const [keptMean, newMean] = [fround(BETA1), fround(1 - BETA1)];
  const [keptSquare, newSquare] = [fround(BETA2), fround(1 - BETA2)];
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i] as number;
    const mean = fround(fround((means[i] as number) * keptMean) + fround(g * newMean));
    const square = fround(fround((squares[i] as number) * keptSquare) + fround(fround(g * g) * newSquare));
    const direction = fround(mean / fround(fround(Math.sqrt(square)) + epsilon));
    const parameter = parameters[i] as number;
    const kept = fround(parameter - fround(fround(parameter * (decayMask[i] as number)) * decay));
    means[i] = mean;
    squares[i] = square;
    parameters[i] = fround(kept - fround(direction * stepSize));
  }
}

function sgd({ parameters, moments, gradient, decayMask }: UpdatedVectors, numbers: Float32Array): void {
  const [velocities] = moments as [Float32Array];
  const [learningRate, weightDecay, momentum] = numbers as unknown as [number, number, number];
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i] as number;
    const decay = fround(fround(parameter * (decayMask[i] as number)) * weightDecay);
    const pull = fround((gradient[i] as number) + decay);
    const velocity = fround(fround((velocities[i] as number) * momentum) + pull);
    velocities[i] = velocity;
    parameters[i] = fround(parameter - fround(velocity * learningRate));
  }
}

function follow(average: Float32Array, parameters: Float32Array, share: number): void {
  for (let i = 0; i < average.length; i++) {
    const before = average[i] as number;
    average[i] = fround(before + fround(fround((parameters[i] as number) - before) * share));
  }
}
