const PLAIN = 'tfjs-backend-wasm.wasm';
const SIMD = 'tfjs-backend-wasm-simd.wasm';
const THREADED_SIMD = 'tfjs-backend-wasm-threaded-simd.wasm';

/** Where tfjs finds each of its three WebAssembly binaries: addresses or paths, by file name. */
export type WasmPaths = Readonly<Record<string, string>>;

/** The binaries at three addresses of their own. */
export function wasmPaths(plain: string, simd: string, threadedSimd: string): WasmPaths {
  return { [PLAIN]: plain, [SIMD]: simd, [THREADED_SIMD]: threadedSimd };
}

/** The binaries under their own names in one folder. */
export function wasmPathsIn(folder: string): WasmPaths {
  return wasmPaths(`${folder}/${PLAIN}`, `${folder}/${SIMD}`, `${folder}/${THREADED_SIMD}`);
}
