import * as tf from '@tensorflow/tfjs-core';
import { median } from '../../base/median.ts';
import { createPlanes } from '../../labels/planes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { noise } from '../selfTest/disagreement.ts';
import { Trainer } from '../trainer/trainer.ts';

/** Of which learner's training step the time is taken. */
export interface TimedLearner {
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
  /** Of the picture that it learns from. */
  readonly width: number;
  readonly height: number;
}

/** Longest side of a picture; larger ones take as many times longer on every backend. */
const MAX_SIDE_PX = 512;
/** And at least: what is found holds for later pictures, too, and a tiny one's step is mostly the asking. */
const MIN_LONGEST_PX = 256;
/** What steps are taken for, once they are compiled and recorded. */
const TIMED_MS = 200;
const ROUNDS = 3;
const MAX_STEPS = 16;
/** More than are taken, so that no rate reaches its end and nothing that is frozen is released. */
const STEP_BUDGET = 5000;

/**
 * Median milliseconds of a learner's training step on the backend in force, on a picture of noise with labels of every class:
 * steps are taken for a fifth of a second, or one where that takes longer. All memory is given back to tfjs. `yieldToEventLoop` lets
 * others in between steps. Rejects with a `GpuError` where a graphics device fails, and where a step does not fit it.
 */
export async function stepMs(learner: TimedLearner, yieldToEventLoop: () => Promise<void>): Promise<number> {
  const { channels, settings } = learner;
  // At one scale there is one shape, whose step is compiled once.
  const augmentation = { ...settings.augmentation, scale: 0 };
  const trainer = new Trainer({ channels, settings: { ...settings, augmentation, stepBudget: STEP_BUDGET } });
  const take = async (steps: number) => {
    const begunMs = tf.util.now();
    await trainer.trainSteps(steps);
    await yieldToEventLoop();
    return (tf.util.now() - begunMs) / steps;
  };
  try {
    addPicture(trainer, learner);
    await trainer.compile(null);
    // The first step runs operation by operation, the second is recorded.
    await take(2);
    const onceMs = await take(1);
    const steps = Math.min(MAX_STEPS, Math.floor(TIMED_MS / ROUNDS / onceMs));
    if (steps === 0) return onceMs;
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await take(steps));
    return median(times);
  } finally {
    trainer.dispose();
  }
}

/** Sides of the picture that a step is taken on in place of one with these. */
export function trialSize(width: number, height: number): { readonly width: number; readonly height: number } {
  const longest = Math.max(width, height);
  const scale = Math.min(MAX_SIDE_PX, Math.max(MIN_LONGEST_PX, longest)) / longest;
  const side = (px: number) => Math.max(1, Math.round(scale * px));
  return { width: side(width), height: side(height) };
}

/** Adds a picture of noise, as large as {@link trialSize} says, every eighth pixel of it labeled. */
function addPicture(trainer: Trainer, { channels, width, height }: TimedLearner): void {
  const size = trialSize(width, height);
  const planes = createPlanes(size.width, size.height);
  const { classIds, strokeIds } = planes;
  for (let i = 0; i < classIds.length; i += 8) {
    classIds[i] = channels[(i / 8) % channels.length] as number;
    strokeIds[i] = 1;
  }
  const pixels = Uint8Array.from(noise(4 * classIds.length, 1), (value) => 128 + 127 * value);
  trainer.addPicture('noise', pixels, planes, 'train');
}
