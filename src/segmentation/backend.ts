import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../base/messageOf.ts';
import type { WasmPaths } from '../base/wasmBinaries.ts';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { KERNEL_REGISTRATIONS } from './kernels/registerKernels.ts';
import { gpuInternals } from './recording/gpuInternals.ts';
import { type GpuError, GpuWatch } from './recording/gpuWatch.ts';
import { installWebgpu, isSoftwareName, isWebgpuInstalled, requestNamedAdapter } from './webgpuDevice.ts';

type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What the learner runs on. */
export interface StartedBackend {
  readonly backend: BackendName;
  /** Adapter or engine, in words a person can read. */
  readonly adapter: string;
  /** Vendor, architecture and device of the graphics adapter; empty where the browser does not tell, or none is used or passed over. */
  readonly identity: string;
  /** Whether it runs without a graphics processor. */
  readonly software: boolean;
  /** Why WebGPU is not what runs, in one sentence, or `null` when it runs as asked. */
  readonly fallbackReason: string | null;
  /** Whether a graphics adapter could do the work but is passed over for what is known of it. */
  readonly avoided: boolean;
}

/** Why an adapter of this identity is passed over unless WebGPU is asked for, as a sentence; `null`: it is not. */
type ReasonToAvoid = (identity: string) => string | null;

/** A backend that answers, in words; or why it does not, as a clause without a full stop. */
type Attempt =
  | { readonly adapter: string; readonly identity?: string; readonly software: boolean }
  | { readonly refusal: string; readonly avoidedIdentity?: string };

/**
 * Starts tfjs on the backend that `wanted` names, or for `auto` on WebGPU with a hardware adapter, else on WASM, else on
 * WebGL. Only the package of a backend that is tried is evaluated.
 *
 * `wasmPaths`: the URLs of the three WASM binaries by file name. `onFailed` is called once, when the WebGPU
 * device fails later or is lost: what lies on it is of no worth, and what was under way on a lost one never ends.
 * `reasonToAvoid`: which adapters `auto` is not to take. Throws an `Error` with one clear sentence when the wanted backend
 * cannot start.
 */
export async function startBackend(
  wanted: BackendName | 'auto',
  wasmPaths: WasmPaths,
  onFailed?: (error: GpuError) => void,
  reasonToAvoid: ReasonToAvoid = () => null,
): Promise<StartedBackend> {
  const info = await startWanted(wanted, wasmPaths, reasonToAvoid);
  if (info.backend === 'webgpu' && onFailed !== undefined) {
    GpuWatch.over(gpuInternals(tf.backend() as WebGPUBackend)).onFailure(onFailed);
  }
  return info;
}

async function startWanted(
  wanted: BackendName | 'auto',
  wasmPaths: WasmPaths,
  reasonToAvoid: ReasonToAvoid,
): Promise<StartedBackend> {
  if (wanted !== 'auto') {
    const attempt = await tryBackend(wanted, wasmPaths, null);
    if ('refusal' in attempt) throw new Error(`${TITLES[wanted]} cannot start: ${attempt.refusal}.`);
    const fallbackReason = wanted === 'webgpu' ? null : `${TITLES[wanted]} was asked for.`;
    return { backend: wanted, identity: '', ...attempt, fallbackReason, avoided: false };
  }
  const webgpu = await tryBackend('webgpu', wasmPaths, reasonToAvoid);
  if (!('refusal' in webgpu)) {
    return { backend: 'webgpu', identity: '', ...webgpu, fallbackReason: null, avoided: false };
  }
  const { avoidedIdentity } = webgpu;
  const fallbackReason = `${webgpu.refusal.charAt(0).toUpperCase()}${webgpu.refusal.slice(1)}.`;
  for (const backend of ['wasm', 'webgl'] as const) {
    const attempt = await tryBackend(backend, wasmPaths, reasonToAvoid);
    if (!('refusal' in attempt)) {
      return {
        backend,
        ...attempt,
        identity: avoidedIdentity ?? '',
        fallbackReason,
        avoided: avoidedIdentity !== undefined,
      };
    }
  }
  throw new Error('Neither WebGPU nor WebAssembly nor WebGL can start in this browser.');
}

/** Starts tfjs's CPU backend beside the one in force, which stays so: others compare with what it computes. */
export async function startProcessor(): Promise<void> {
  const inForce = tf.getBackend();
  await import('@tensorflow/tfjs-backend-cpu');
  // It starts at once, so that nobody finds another backend in force meanwhile.
  void tf.setBackend('cpu');
  void tf.setBackend(inForce);
  for (const register of KERNEL_REGISTRATIONS.cpu) register();
}

const TITLES: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'Plain JavaScript',
};

/** `reasonToAvoid`: which adapters are passed over, software ones in any case; `null`: none is. */
async function tryBackend(
  backend: BackendName,
  wasmPaths: WasmPaths,
  reasonToAvoid: ReasonToAvoid | null,
): Promise<Attempt> {
  try {
    switch (backend) {
      case 'webgpu':
        return await tryWebGpu(reasonToAvoid);
      case 'wasm':
        return await tryWasm(wasmPaths);
      case 'webgl':
        return await tryWebGl();
      case 'cpu':
        await import('@tensorflow/tfjs-backend-cpu');
        return (await activate('cpu')) ?? { adapter: 'plain JavaScript', software: true };
    }
  } catch (error) {
    return { refusal: messageOf(error).replace(/\.$/, '') };
  }
}

/** Makes tfjs use `backend`, with our kernels; the refusal when it does not (tfjs only warns and quietly uses another). */
async function activate(backend: BackendName): Promise<{ refusal: string } | null> {
  const active = (await tf.setBackend(backend)) && tf.getBackend() === backend;
  if (!active) return { refusal: `TensorFlow.js could not initialise ${TITLES[backend]} on this device` };
  for (const register of KERNEL_REGISTRATIONS[backend]) register();
  return null;
}

async function tryWebGpu(reasonToAvoid: ReasonToAvoid | null): Promise<Attempt> {
  const found = await requestNamedAdapter();
  if ('refusal' in found) return found;
  const { name, identity, software } = found;
  if (software && reasonToAvoid !== null) {
    return { refusal: 'WebGPU has only a software adapter on this device, which is slower than WebAssembly' };
  }
  const reason = reasonToAvoid?.(identity) ?? null;
  if (reason !== null) return { refusal: reason.replace(/\.$/, ''), avoidedIdentity: identity };
  // A device that is there is gone on with, and all that lies on it.
  if (!isWebgpuInstalled()) await installWebgpu(found);
  const refusal = await activate('webgpu');
  return refusal ?? { adapter: name, identity, software };
}

async function tryWasm(wasmPaths: WasmPaths): Promise<Attempt> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // The minified threaded build dies where pages are cross-origin isolated, the only place where it would run.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(wasmPaths);
  const refusal = await activate('wasm');
  if (refusal !== null) return refusal;
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return { adapter: simd ? 'WebAssembly with SIMD' : 'WebAssembly without SIMD', software: true };
}

async function tryWebGl(): Promise<Attempt> {
  await import('@tensorflow/tfjs-backend-webgl');
  const refusal = await activate('webgl');
  if (refusal !== null) return refusal;
  const { gl } = (tf.backend() as unknown as { gpgpu: { gl: WebGlNames } }).gpgpu;
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  const adapter = String(gl.getParameter(extension === null ? gl.RENDERER : extension.UNMASKED_RENDERER_WEBGL));
  return { adapter, software: isSoftwareName(adapter) };
}

/** The little of a WebGL context that names its adapter; this room is compiled without the DOM's types. */
interface WebGlNames {
  readonly RENDERER: number;
  getParameter(name: number): unknown;
  getExtension(name: 'WEBGL_debug_renderer_info'): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
}
