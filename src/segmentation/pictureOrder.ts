import { Random } from './random.ts';

/** Of the learner's seed, a stream of its own: the order of pictures takes nothing from the other random numbers. */
const ORDER_STREAM = 2;

/**
 * Which of `count` pictures step number `step`, counted from 0, learns from: every epoch of `count` steps shows each of
 * them once, in an order that is shuffled anew (Fisher & Yates). It depends on the three numbers alone, so that a saved
 * learner goes on in the same order without saving it.
 */
export function pictureIndexAt(step: number, count: number, seed: number): number {
  const random = Random.fromSeed(Random.fromSeed(seed, ORDER_STREAM).nextUint32(), Math.floor(step / count));
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order[step % count] as number;
}
