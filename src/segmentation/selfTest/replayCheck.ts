import { createPlanes } from '../../labels/planes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { Trainer } from '../trainer/trainer.ts';
import { DisagreementError, noise } from './disagreement.ts';
import { trialSides } from './trialPasses.ts';

/** Steps until a recording is replayed, with one replay more. */
const STEPS = 4;
/** As many results as may wait to be read. */
const BURST = 64;

/** Replays a recorded step and takes the same ones eagerly: both must leave the same learner, bit for bit. */
export async function checkReplay(
  channels: readonly number[],
  settings: LearnerSettings,
  sizeMultiple: number,
  within: <T>(reading: Promise<T>) => Promise<T>,
): Promise<void> {
  const { width, height } = trialSides(sizeMultiple);
  const planes = createPlanes(width, height);
  for (let i = 0; i < planes.classIds.length; i += 5) {
    planes.classIds[i] = channels[(i / 5) % channels.length] as number;
    planes.strokeIds[i] = 1 + ((i / 5) % 3);
  }
  const pixels = Uint8Array.from(noise(4 * width * height, 14), (value) => 128 + 127 * value);
  const trainers: Trainer[] = [];
  const begin = (state: ArrayBuffer | null): Trainer => {
    const trainer = new Trainer({ channels, settings });
    trainers.push(trainer);
    trainer.addPicture('trial', pixels, planes, 'train');
    if (state !== null) trainer.restore(state);
    return trainer;
  };
  const lossesOf = async (trainer: Trainer, count: number) =>
    (await within(trainer.trainSteps(count))).map(({ loss }) => loss);
  try {
    const replaying = begin(null);
    const replayed: number[] = [];
    for (let step = 0; step < STEPS; step++) replayed.push(...(await lossesOf(replaying, 1)));
    const reached = await within(replaying.save());

    let state: ArrayBuffer | null = null;
    const eager: number[] = [];
    for (let step = 0; step < STEPS; step++) {
      const trainer = begin(state);
      eager.push(...(await lossesOf(trainer, 1)));
      state = await within(trainer.save());
    }
    assertSame('replayed step', replayed, eager);
    assertSame('replayed step', new Uint8Array(reached), new Uint8Array(state as ArrayBuffer));

    // The same steps, read in one go and in four.
    const other = begin(reached);
    const atOnce = await lossesOf(replaying, BURST);
    const inParts: number[] = [];
    for (let i = 0; i < 4; i++) inParts.push(...(await lossesOf(other, BURST / 4)));
    assertSame('results of many steps', atOnce, inParts);
  } finally {
    for (const trainer of trainers) trainer.dispose();
  }
}

function assertSame(what: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (!Object.is(a[i], b[i])) throw new DisagreementError(what);
}
