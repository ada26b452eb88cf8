import type * as tf from '@tensorflow/tfjs-core';

/** How kernels of one kind are tried by the very plan that they were given. */
export interface PlannedCheck<Planned, Trial> {
  /** Numbers to try a plan on. */
  trialOf(planned: Planned): Trial;
  /** Runs the kernel by its plan; the caller disposes the result. */
  run(planned: Planned, trial: Trial): tf.Tensor;
  /** Throws a `DisagreementError` where the result is not as defined. */
  compare(planned: Planned, trial: Trial, result: Float32Array): void;
}

/**
 * Tries all that was planned, at once, and then compares. `read` brings a tensor's numbers back and disposes it. Rejects with
 * what `compare` throws.
 */
export async function checkPlanned<Planned, Trial>(
  all: readonly Planned[],
  check: PlannedCheck<Planned, Trial>,
  read: (tensor: tf.Tensor) => Promise<Float32Array>,
): Promise<void> {
  const trials = all.map((planned) => ({ planned, trial: check.trialOf(planned) }));
  const numbers = await Promise.all(trials.map(({ planned, trial }) => read(check.run(planned, trial))));
  trials.forEach(({ planned, trial }, i) => {
    check.compare(planned, trial, numbers[i] as Float32Array);
  });
}
