import * as tf from '@tensorflow/tfjs-core';
import { DisagreementError } from './disagreement.ts';

/**
 * A function that waits for what a graphics processor is asked for, and rejects with a `DisagreementError` once it has been
 * waited for longer than `limitMs` in all: time in which several things are waited for counts once, time in which nothing is
 * does not count. `wait` settles after the milliseconds it is given.
 */
export function waitingUpTo(
  limitMs: number,
  wait: (ms: number) => Promise<void>,
): <T>(reading: Promise<T>) => Promise<T> {
  let waiting = 0;
  let sinceMs = 0;
  let usedMs = 0;
  return async (reading) => {
    if (waiting++ === 0) sinceMs = tf.util.now();
    const leftMs = limitMs - usedMs - (tf.util.now() - sinceMs);
    const late = wait(Math.max(0, leftMs)).then(() => {
      throw new DisagreementError('time', 'The graphics processor was waited for too long in its self-test.');
    });
    // Where the reading comes first, nobody listens any more.
    late.catch(() => undefined);
    try {
      return await Promise.race([reading, late]);
    } finally {
      if (--waiting === 0) usedMs += tf.util.now() - sinceMs;
    }
  };
}
