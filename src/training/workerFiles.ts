import type { WasmPaths } from '../base/wasmBinaries.ts';

/** The training worker's first message, before any command: where its WebAssembly binaries are, by file name. */
export interface WorkerFiles {
  readonly wasmUrls: WasmPaths;
}
