import { fork } from 'node:child_process';
import { EngineConnection, type EngineReply } from './engineConnection.bench.ts';

/** Argument that makes the bench's program an engine's process. */
export const ENGINE_ARGUMENT = '--engine-process';

/** An engine in a process of its own. */
export function engineProcess(): EngineConnection {
  // The program that runs now is the engines', too.
  const child = fork(process.argv[1] ?? '', [ENGINE_ARGUMENT]);
  return new EngineConnection(
    (request) =>
      new Promise<EngineReply>((resolve) => {
        const settle = (answer: EngineReply) => {
          child.off('message', settle).off('exit', ended);
          resolve(answer);
        };
        const ended = (code: number | null, signal: string | null) =>
          settle({ error: `the process ended (${signal ?? code})` });
        child.on('message', settle).on('exit', ended);
        child.send(request);
      }),
    () => child.kill(),
  );
}
