const DIRECTORY = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';

/** Where tests and benches find the WASM binaries: in the installed package, seen from the repository's root. */
export const WASM_PATHS: Record<string, string> = Object.fromEntries(
  ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'].map((name) => [
    name,
    `${DIRECTORY}/${name}`,
  ]),
);
