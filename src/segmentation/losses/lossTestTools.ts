import * as tf from '@tensorflow/tfjs-core';
import { incompatibility, LOSSES, type LossKind, TREATMENTS, type Treatment } from '../../settings/learner.ts';
import { registerHostMaskedLoss } from '../kernels/maskedLoss/hostMaskedLoss.ts';
import { registerWebGpuMaskedLoss } from '../kernels/maskedLoss/webgpuMaskedLoss.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';

/** Every loss with every treatment that makes sense for it. */
export const PAIRS: readonly (readonly [LossKind, Treatment])[] = LOSSES.flatMap((loss) =>
  TREATMENTS.filter((treatment) => incompatibility(loss, treatment) === null).map(
    (treatment) => [loss, treatment] as const,
  ),
);

const REGISTER = {
  cpu: () => registerHostMaskedLoss('cpu'),
  wasm: () => registerHostMaskedLoss('wasm'),
  webgpu: registerWebGpuMaskedLoss,
};

/** Makes the named tfjs backend the one in use, with our loss kernels as the learner has them. Throws where tfjs would quietly take another. */
export async function selectBackend(name: 'cpu' | 'webgpu' | 'wasm'): Promise<void> {
  if (!(await tf.setBackend(name))) {
    throw new Error(`TensorFlow.js could not start its ${name} backend; these tests need it and do not skip.`);
  }
  REGISTER[name]();
}

/** A plain label loss over three classes, with what a test wants otherwise. */
export function configOf(loss: LossKind, treatment: Treatment, rest: Partial<LabelLossConfig> = {}): LabelLossConfig {
  return { loss, treatment, classCount: 3, weight: null, labelSmoothing: 0, backgroundChannel: 0, ...rest };
}

/** The logits' values, the loss's value and the gradient of `⟨loss, cotangent⟩` (all ones unless given). */
export async function valueAndGradient(
  loss: (logits: tf.Tensor) => tf.Tensor,
  logits: readonly number[],
  shape: readonly number[],
  cotangent?: (valueShape: number[]) => tf.Tensor,
): Promise<{ value: number[]; gradient: number[]; valueShape: number[] }> {
  const { value, grad } = tf.tidy(() => {
    const x = tf.tensor([...logits], [...shape], 'float32');
    const dy = cotangent?.(tf.tidy(() => loss(x).shape));
    return dy === undefined ? tf.valueAndGrad(loss)(x) : tf.valueAndGrad(loss)(x, dy);
  });
  const valueShape = value.shape;
  const result = { value: [...(await value.data())], gradient: [...(await grad.data())], valueShape };
  tf.dispose([value, grad]);
  return result;
}

/** The greatest `|a − b| / max(1, |b|)`; infinite where the lengths differ or an entry is not a number. */
export function greatestError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return actual.reduce((worst, a, i) => {
    const b = expected[i] ?? Number.NaN;
    const error = Math.abs(a - b) / Math.max(1, Math.abs(b));
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
}

/** Numbers spread over (−scale, scale), the same for the same seed: a linear congruential generator. */
export function spread(count: number, seed: number, scale = 3): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 8) / 2 ** 23 - 1) * scale;
  });
}
