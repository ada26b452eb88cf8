import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { backend as backendInForce, getBackend } from '@tensorflow/tfjs-core';
import { DEFAULT_GPU_TUNING, type GpuTuning } from '../../../settings/gpuTuning.ts';
import { isSoftwareName } from '../../webgpuDevice.ts';

/** How far a shader's work may be tiled over an invocation's registers. */
export interface TilingLimits {
  /** Sums in flight. A graphics processor holds them in registers; software has none anyway. */
  readonly sums: number;
  /** Enough to occupy a graphics processor, or the threads of a software one. */
  readonly wantedInvocations: number;
  readonly workgroupSize: number;
  /** Invocations of a workgroup whose members add up together. */
  readonly lanes: number;
  /** In one turn, which is all straight-line code: what bounds the time to compile it. */
  readonly products: number;
  /** Where a convolution reads its input; software, to which all memory is alike, has a way of its own. */
  readonly inputReads: GpuTuning['inputReads'] | 'software';
}

const SOFTWARE: TilingLimits = {
  sums: 256,
  wantedInvocations: 1 << 8,
  workgroupSize: 16,
  lanes: 32,
  products: 1200,
  inputReads: 'software',
};
const HARDWARE_PRODUCTS = 1000;

const tunings = new WeakMap<WebGPUBackend, GpuTuning>();

/** Has kernels that run from now on cut as a tuning says, where the backend runs on hardware. */
export function tuneBackend(backend: WebGPUBackend, tuning: GpuTuning): void {
  tunings.set(backend, tuning);
}

/** What suits the adapter that a backend runs on. */
export function tilingLimits(backend: WebGPUBackend): TilingLimits {
  // Typed as always there, but older browsers lack it.
  const info = backend.device.adapterInfo as GPUAdapterInfo | undefined;
  const software = info !== undefined && (info.isFallbackAdapter || isSoftwareName(info.architecture ?? ''));
  if (software) return SOFTWARE;
  const tuning = tunings.get(backend) ?? DEFAULT_GPU_TUNING;
  return { ...tuning, products: HARDWARE_PRODUCTS };
}

/** Whether the backend in force is WebGPU on a graphics processor, to which every dispatch costs a wait. */
export function isOnGraphicsProcessor(): boolean {
  return getBackend() === 'webgpu' && tilingLimits(backendInForce() as WebGPUBackend).inputReads !== 'software';
}

/** What one turn of a shader's innermost loop does. */
export interface LoopBody {
  /** Numbers read from memory. */
  readonly reads: number;
  /** Sums that are carried into the next turn. */
  readonly sums: number;
  readonly products: number;
}

/** Reads branch, so they weigh more in the time to compile a turn than products. */
const MAX_READS = 168;
/** What a read, and carrying a sum along, cost in products: in software, instructions counted in SwiftShader's code. */
const SOFTWARE_COSTS = { read: 25, carry: 3 };
/** The same on a graphics processor, whose memory delivers so much less than its arithmetic takes in: of a vector read. */
export const HARDWARE_COSTS = { read: 16, carry: 1 };

/** Of the tilings that keep the limits, the one whose products cost least; where none does, the first of all. */
export function cheapestTiling<T extends { readonly body: LoopBody }>(
  tilings: readonly T[],
  limits: Pick<TilingLimits, 'sums' | 'products'>,
  costs = SOFTWARE_COSTS,
): T {
  const fits = ({ body }: T) => body.reads <= MAX_READS && body.sums <= limits.sums && body.products <= limits.products;
  const cost = ({ body }: T) => (body.reads * costs.read + body.sums * costs.carry) / body.products;
  return tilings.filter(fits).reduce((best, tiling) => (cost(tiling) < cost(best) ? tiling : best), tilings[0] as T);
}
