import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { median } from '../../base/median.ts';
import type { GpuTuning } from '../../settings/gpuTuning.ts';
import { tuneBackend } from '../kernels/webgpu/webgpuTiling.ts';
import { GpuError } from '../recording/gpuWatch.ts';
import { createStepRunner, type StepRunner } from '../recording/stepRunner.ts';
import type { TrialWork, WorkKind } from './trialWork.ts';

/** What one way to cut kernels is timed for, compilation apart. */
const CANDIDATE_MS = 200;
/** Runs are handed over together until a round takes as long, so that reading back its end costs little. */
const ROUND_MS = 20;
const MAX_RUNS = 256;

/** One way to cut kernels, recorded and ready to be run again and again. */
interface Contestant {
  readonly runner: StepRunner;
  /** Of a round. */
  readonly runs: number;
  readonly rounds: number;
  /** Of a run, round by round. */
  readonly times: number[];
}

/**
 * Median milliseconds of trial work by kernels that are cut in each of these ways; infinite where the device refuses a
 * program. Each is compiled, run and recorded first; then they take turns, so that a clock that rises meets all of them, for
 * a fifth of a second each, or a single run where that takes longer. WebGPU must be in force; how its kernels are cut
 * afterwards is the caller's to say. Rejects with a `GpuError` where the device fails.
 */
export async function timeInTurns(
  work: TrialWork,
  kind: WorkKind,
  tunings: readonly GpuTuning[],
  yieldToEventLoop: () => Promise<void>,
): Promise<number[]> {
  const contestants: (Contestant | null)[] = [];
  try {
    for (const tuning of tunings) {
      contestants.push(await contestantOf(work, kind, tuning));
      await yieldToEventLoop();
    }
    const mostRounds = Math.max(...contestants.map((contestant) => contestant?.rounds ?? 0));
    for (let round = 0; round < mostRounds; round++) {
      for (const contestant of contestants) {
        if (contestant === null || round >= contestant.rounds) continue;
        const { runner, runs, times } = contestant;
        times.push((await timeOf(runner, runs)) / runs);
        await yieldToEventLoop();
      }
    }
    return contestants.map((contestant) => (contestant === null ? Number.POSITIVE_INFINITY : median(contestant.times)));
  } finally {
    for (const contestant of contestants) contestant?.runner.dispose();
  }
}

/** Milliseconds of a single run by kernels that are cut in one way, once it is compiled and recorded. */
export async function timeOnce(work: TrialWork, kind: WorkKind, tuning: GpuTuning): Promise<number> {
  const runner = await recorded(work, kind, tuning);
  try {
    return await timeOf(runner, 1);
  } finally {
    runner.dispose();
  }
}

async function contestantOf(work: TrialWork, kind: WorkKind, tuning: GpuTuning): Promise<Contestant | null> {
  let runner: StepRunner;
  try {
    runner = await recorded(work, kind, tuning);
  } catch (error) {
    if (error instanceof GpuError) return null;
    throw error;
  }
  const onceMs = await timeOf(runner, 1);
  const runs = Math.min(MAX_RUNS, Math.max(1, Math.round(ROUND_MS / onceMs)));
  const rounds = Math.max(1, Math.floor(CANDIDATE_MS / (runs * onceMs)));
  return { runner, runs, rounds, times: [] };
}

/** The runner of trial work whose runs are replays from now on. */
async function recorded(work: TrialWork, kind: WorkKind, tuning: GpuTuning): Promise<StepRunner> {
  tuneBackend(tf.backend() as WebGPUBackend, tuning);
  const format = { dtype: 'float32', size: work.resultSize, mostUnread: MAX_RUNS, flops: 0 } as const;
  const runner = createStepRunner(() => work.run(kind), format);
  try {
    await runner.compile();
    // The first runs operation by operation, the second is recorded.
    await timeOf(runner, 2);
  } catch (error) {
    runner.dispose();
    throw error;
  }
  return runner;
}

/** Milliseconds until that many runs are done. */
async function timeOf(runner: StepRunner, runs: number): Promise<number> {
  const begunMs = tf.util.now();
  for (let i = 0; i < runs; i++) runner.run();
  await runner.takeResults();
  return tf.util.now() - begunMs;
}
