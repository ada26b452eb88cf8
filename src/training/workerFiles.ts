import type { WasmPaths } from '../base/wasmBinaries.ts';

/** The training worker's first message, before any command: where the files are that it fetches. */
export interface WorkerFiles {
  /** The WebAssembly binaries, by file name. */
  readonly wasmUrls: WasmPaths;
  readonly pretrainedUrl: string;
}
