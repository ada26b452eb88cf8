import { type ChildProcess, fork } from 'node:child_process';
import type { AdapterPeaks, RowKey } from './benchReport.ts';

/** Argument that makes the bench's program an engine's process. */
export const ENGINE_ARGUMENT = '--engine-process';

/** Bench → engine. One at a time: each waits for its reply. */
export type EngineRequest =
  | { readonly type: 'start'; readonly row: RowKey; readonly wasmFolder: string }
  | { readonly type: 'run'; readonly steps: number }
  | { readonly type: 'measureAdapter' };

/** Engine → bench. */
export type EngineReply = { readonly value: unknown } | { readonly error: string };

/** What a number of steps cost. */
export interface Round {
  readonly steps: number;
  /** From the first step's call until the last step's loss is read back. */
  readonly ms: number;
  /** Of that, within the steps' calls. */
  readonly jsMs: number;
  /** `null` where the engine uses no GPU. */
  readonly dispatches: number | null;
  /** Most bytes of GPU buffers at a time since the process started. */
  readonly gpuBytes: number | null;
  /** Of the last step. */
  readonly loss: number;
}

/** The adapter that WebGPU gives, and what it can do. */
export interface MeasuredAdapter {
  readonly name: string;
  /** Whether it computes on the processor. */
  readonly software: boolean;
  readonly peaks: AdapterPeaks;
}

/**
 * An engine in a process of its own: stock tfjs must not share one with our kernels, which replace its own. It computes
 * only while a method's answer is awaited; each throws an `Error` with the engine's own message. The owner calls
 * {@link stop}.
 */
export class EngineProcess {
  private readonly child: ChildProcess;

  constructor() {
    // The program that runs now is the engines', too.
    this.child = fork(process.argv[1] ?? '', [ENGINE_ARGUMENT]);
  }

  /** Loads the engine of a row and builds its network. */
  async start(row: RowKey, wasmFolder: string): Promise<void> {
    await this.request({ type: 'start', row, wasmFolder });
  }

  /** Takes `steps` training steps. */
  async run(steps: number): Promise<Round> {
    return (await this.request({ type: 'run', steps })) as Round;
  }

  /** Names the adapter and measures its peaks; no engine is needed. */
  async measureAdapter(): Promise<MeasuredAdapter> {
    return (await this.request({ type: 'measureAdapter' })) as MeasuredAdapter;
  }

  stop(): void {
    this.child.kill();
  }

  private async request(request: EngineRequest): Promise<unknown> {
    const { child } = this;
    const reply = await new Promise<EngineReply>((resolve) => {
      const settle = (answer: EngineReply) => {
        child.off('message', settle).off('exit', ended);
        resolve(answer);
      };
      const ended = (code: number | null, signal: string | null) =>
        settle({ error: `the process ended (${signal ?? code})` });
      child.on('message', settle).on('exit', ended);
      child.send(request);
    });
    if ('error' in reply) throw new Error(reply.error);
    return reply.value;
  }
}
