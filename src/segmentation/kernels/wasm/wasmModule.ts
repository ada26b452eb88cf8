import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { env } from '@tensorflow/tfjs-core';
import { assemble, type WasmFunction } from './wasmAssembler.ts';

/** The little of the host's WebAssembly that is used; this room is compiled without the DOM's types. */
declare const WebAssembly: {
  readonly Memory: abstract new () => object;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
};

/** Floats that an instruction of this host works on: four where it has SIMD. */
export function lanesOfHost(): 1 | 4 {
  return env().getBool('WASM_HAS_SIMD_SUPPORT') ? 4 : 1;
}

/** The functions by name, to be called on the memory that the backend's tensors lie in. */
export function instantiate(
  functions: readonly WasmFunction[],
  backend: BackendWasm,
): Readonly<Record<string, (...args: number[]) => void>> {
  const imports = { host: { memory: memoryOf(backend) } };
  return new WebAssembly.Instance(new WebAssembly.Module(assemble(functions)), imports).exports;
}

/** The memory that the backend's tensors lie in. Its module has no name for it, but exports it. */
function memoryOf(backend: BackendWasm): object {
  const { asm } = backend.wasm as unknown as { readonly asm: Readonly<Record<string, unknown>> };
  const memory = Object.values(asm).find((value) => value instanceof WebAssembly.Memory);
  if (memory === undefined) throw new Error('The memory of the WebAssembly backend was not found.');
  return memory as object;
}
