import type { WasmPaths } from '../../base/wasmBinaries.ts';
import type { GpuTuning } from '../../settings/gpuTuning.ts';
import type { AdapterPeaks, RowKey } from './benchReport.ts';

/** Bench → engine. One at a time: each waits for its reply. */
export type EngineRequest =
  | { readonly type: 'start'; readonly row: RowKey; readonly wasmPaths: WasmPaths }
  | { readonly type: 'run'; readonly steps: number }
  | { readonly type: 'measureAdapter' }
  | { readonly type: 'testAdapter' }
  | { readonly type: 'tuneAdapter'; readonly wasmPaths: WasmPaths | null };

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

/** What the page's self-test found on the adapter. */
export interface TestedAdapter {
  /** What it computes otherwise than the processor, as a sentence; `null`: nothing. */
  readonly disagreement: string | null;
  /** Of the test, programs compiled before. */
  readonly ms: number;
  readonly compileMs: number;
}

/** How kernels are best cut on the adapter, and what that makes of a step of the default network. */
export interface BenchedTuning {
  readonly tuning: GpuTuning;
  /** Whether they are cut so on every adapter that was not timed. */
  readonly isDefault: boolean;
  /** How long it took to find out. */
  readonly tunedMs: number;
  readonly sizePx: number;
  /** On WebGPU by kernels so cut, and on WASM; `null` where there are no binaries. */
  readonly webgpuMs: number;
  readonly wasmMs: number | null;
}

/**
 * An engine in a process or worker of its own: stock tfjs must not share one with our kernels, which replace its own. It
 * computes only while a method's answer is awaited; each throws an `Error` with the engine's own message. The owner calls
 * {@link stop}.
 */
export class EngineConnection {
  readonly stop: () => void;
  readonly #ask: (request: EngineRequest) => Promise<EngineReply>;

  constructor(ask: (request: EngineRequest) => Promise<EngineReply>, stop: () => void) {
    this.#ask = ask;
    this.stop = stop;
  }

  /** Loads the engine of a row and builds its network. `wasmPaths`: the WASM backend's binaries by name. */
  async start(row: RowKey, wasmPaths: WasmPaths): Promise<void> {
    await this.#request({ type: 'start', row, wasmPaths });
  }

  /** Takes `steps` training steps. */
  async run(steps: number): Promise<Round> {
    return (await this.#request({ type: 'run', steps })) as Round;
  }

  /** Names the adapter and measures its peaks; no engine is needed. */
  async measureAdapter(): Promise<MeasuredAdapter> {
    return (await this.#request({ type: 'measureAdapter' })) as MeasuredAdapter;
  }

  /** Tries the adapter on the default network's kernels, as the page does before it trains; no engine is needed. */
  async testAdapter(): Promise<TestedAdapter> {
    return (await this.#request({ type: 'testAdapter' })) as TestedAdapter;
  }

  /** Finds out how kernels are best cut on the adapter, as the page does after it trained; no engine is needed. */
  async tuneAdapter(wasmPaths: WasmPaths | null): Promise<BenchedTuning> {
    return (await this.#request({ type: 'tuneAdapter', wasmPaths })) as BenchedTuning;
  }

  async #request(request: EngineRequest): Promise<unknown> {
    const reply = await this.#ask(request);
    if ('error' in reply) throw new Error(reply.error);
    return reply.value;
  }
}
