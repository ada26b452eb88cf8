import * as tf from '@tensorflow/tfjs-core';
import { gpuInternals } from './recording/gpuInternals.ts';
import { GpuWatch } from './recording/gpuWatch.ts';
import { notePrograms } from './recording/programNames.ts';

/** What the device is to allow as much of as its adapter has; of all else it allows what WebGPU promises everywhere. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i;

/** A graphics adapter, and what a person can know of it. */
export interface NamedAdapter {
  readonly adapter: GPUAdapter;
  readonly name: string;
  /** Vendor, architecture and device, as far as the browser tells them; empty where it tells nothing. */
  readonly identity: string;
  /** True when no graphics processor does the work. */
  readonly software: boolean;
}

/** What an adapter may tell of itself: older browsers do so in other places. */
interface PartlyKnown {
  readonly info?: Partial<GPUAdapterInfo>;
  readonly isFallbackAdapter?: boolean;
}

/** Whether a name is that of an adapter or engine which computes in software. */
export function isSoftwareName(name: string): boolean {
  return SOFTWARE_NAMES.test(name);
}

/** Asks the browser for its fastest adapter; the refusal, a clause without a full stop, where there is none. */
export async function requestNamedAdapter(): Promise<NamedAdapter | { readonly refusal: string }> {
  const gpu = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (gpu === undefined) return { refusal: 'this browser has no WebGPU' };
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return { refusal: 'WebGPU finds no graphics adapter on this device' };
  // Browsers leave out what could tell people apart, some of them all of it.
  const { info, isFallbackAdapter } = adapter as PartlyKnown;
  const { vendor = '', architecture = '', device = '', description = '' } = info ?? {};
  const words = [description, vendor, architecture, device].filter((word) => word !== '');
  const name = description !== '' ? description : words.join(' ');
  return {
    adapter,
    identity: [vendor, architecture, device].some((word) => word !== '') ? `${vendor}/${architecture}/${device}` : '',
    name: name === '' ? 'unnamed graphics adapter' : name,
    software: isFallbackAdapter === true || info?.isFallbackAdapter === true || words.some(isSoftwareName),
  };
}

/** Backends that {@link installWebgpu} made; tfjs forgets one when it is removed. */
const installed = new WeakSet<object>();

/** Whether tfjs has a device that {@link installWebgpu} made. */
export function isWebgpuInstalled(): boolean {
  const { registry } = tf.engine();
  return 'webgpu' in registry && installed.has(registry['webgpu'] ?? {});
}

/**
 * Makes a device of an adapter, which can be done once, and hands it to tfjs as its WebGPU backend, in the place of any
 * former one; errors of the device are heard from then on. Rejects where the adapter gives no device.
 */
export async function installWebgpu({ adapter }: NamedAdapter): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits });
  const backend = new WebGPUBackend(device, adapter.info);
  GpuWatch.over(gpuInternals(backend));
  notePrograms(device);
  installed.add(backend);
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend);
}
