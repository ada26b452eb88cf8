import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { messageOf } from '../base/messageOf.ts';
import { wasmPathsIn } from '../base/wasmBinaries.ts';
import { startBackend } from '../segmentation/backend.ts';
import { installWebGpu } from '../segmentation/bench/webgpuInNode.bench.ts';
import type { QualityTask } from './qualityTask.ts';
import { type ScoredCheckpoint, trainedScores } from './trainedScores.ts';

/** Argument that makes the bench's program one that trains. */
export const TRAINER_ARGUMENT = '--trainer-process';

export type QualityBackend = 'wasm' | 'webgpu';

interface Start {
  readonly backend: QualityBackend;
  readonly wasmFolder: string;
}

type Reply = { readonly value: readonly ScoredCheckpoint[] | null } | { readonly error: string };

/** Answers until the bench goes away. */
export function serveTrainer(): void {
  async function answer(request: Start | QualityTask): Promise<readonly ScoredCheckpoint[] | null> {
    if ('experiment' in request) return await trainedScores(request.experiment, () => performance.now());
    if (request.backend === 'webgpu') installWebGpu();
    await startBackend(request.backend, wasmPathsIn(request.wasmFolder));
    return null;
  }
  process.on('message', (request: Start | QualityTask) => {
    answer(request).then(
      (value) => process.send?.({ value } satisfies Reply),
      (error: unknown) => process.send?.({ error: messageOf(error) } satisfies Reply),
    );
  });
  process.on('disconnect', () => process.exit());
}

/**
 * Runs all tasks, spread over processes (a graphics processor gets one), and calls `done` with each one's scores in the
 * order in which they end. Rejects with the first task's error.
 */
export async function runTasks(
  tasks: readonly QualityTask[],
  start: Start,
  done: (task: QualityTask, checkpoints: readonly ScoredCheckpoint[]) => void,
): Promise<void> {
  const count = start.backend === 'webgpu' ? 1 : Math.min(tasks.length, availableParallelism());
  const waiting = [...tasks];
  const children = Array.from({ length: count }, () =>
    fork(process.argv[1] ?? '', [TRAINER_ARGUMENT], { serialization: 'advanced' }),
  );
  try {
    await Promise.all(
      children.map(async (child) => {
        await ask(child, start);
        for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
          const { set, picture, configuration } = task.row;
          const checkpoints = await ask(child, task).catch((cause: unknown) => {
            throw new Error(`${set} ${picture ?? ''} (${configuration}) could not be measured`, { cause });
          });
          done(task, checkpoints ?? []);
        }
      }),
    );
  } finally {
    for (const child of children) child.kill();
  }
}

async function ask(child: ChildProcess, request: Start | QualityTask): Promise<readonly ScoredCheckpoint[] | null> {
  const reply = await new Promise<Reply>((resolve) => {
    const settle = (answer: Reply) => {
      child.off('message', settle).off('exit', ended);
      resolve(answer);
    };
    const ended = () => settle({ error: 'the process ended' });
    child.on('message', settle).on('exit', ended);
    child.send(request);
  });
  if ('error' in reply) throw new Error(reply.error);
  return reply.value;
}
