import { assemble, type WasmFunction } from './wasmAssembler.ts';

declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
};

/** Functions by name, to be called on a page of memory of their own, all zeros. */
export function onOwnMemory(functions: readonly WasmFunction[]) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(functions)), { host: { memory } });
  return { call: exports, values: new Float32Array(memory.buffer), bits: new Int32Array(memory.buffer) };
}
