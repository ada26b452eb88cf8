import * as tf from '@tensorflow/tfjs-core';

/** An operation's value, the tensors its gradient will need, and that gradient: one tensor per input. */
export interface Differentiable<O extends tf.Tensor> {
  readonly value: O;
  readonly saved: readonly tf.Tensor[];
  /** Must take its tensors from `saved`, in that order: others of the forward pass are gone by then. */
  readonly gradient: (dy: O, saved: readonly tf.Tensor[]) => tf.Tensor[];
}

/** `tf.customGrad` with types: runs `forward` as one operation of `inputs`. */
export function withGradient<O extends tf.Tensor>(inputs: readonly tf.Tensor[], forward: () => Differentiable<O>): O {
  const operation = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const { value, saved, gradient } = forward();
    save([...saved]);
    return { value, gradFunc: (dy, kept) => gradient(dy as O, kept) };
  });
  return operation(...inputs) as O;
}
