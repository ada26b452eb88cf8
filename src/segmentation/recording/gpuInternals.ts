import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** What tfjs's backend asks of the manager of its buffers. */
export interface BufferSource {
  readonly numBytesUsed: number;
  readonly numBytesAllocated: number;
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
  getNumUsedBuffers(): number;
  getNumFreeBuffers(): number;
  dispose(): void;
}

/** tfjs's own manager, which keeps every buffer that was given back for the next one of its size. */
export interface StockBuffers extends BufferSource {
  numBytesAllocated: number;
  numFreeBuffers: number;
  /** By size and usage. */
  readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
}

/** What the backend keeps of one tensor. */
export interface TensorRecord {
  values: ArrayLike<number> | null;
  shape: number[];
  dtype: string;
  refCount: number;
  resource?: unknown;
}

/**
 * The parts of tfjs's WebGPU backend, 4.22, that a recording goes through; most are private by TypeScript's word only.
 * The version is pinned, and the recording's tests would fail if one of them moved.
 */
export interface GpuInternals {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  /** By what tells programs apart. Holds a promise only while a program is compiled ahead. */
  readonly pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
  readonly tensorMap: { get(dataId: object): TensorRecord; set(dataId: object, record: TensorRecord): void };
  bufferManager: BufferSource;
  commandEncoder: GPUCommandEncoder | null;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  read(dataId: object): Promise<unknown>;
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
  tensorToBinding(tensor: TensorInfo | undefined): GPUBindingResource | null;
  uploadToGPU(dataId: object): void;
  nextDataId(): number;
}

export function gpuInternals(backend: WebGPUBackend): GpuInternals {
  return backend as unknown as GpuInternals;
}

/**
 * Submits what tfjs holds back in its encoder. It must happen before anything is written past tfjs into a buffer that it
 * uses: an operation still waiting there would see the later value.
 */
export function flush(gpu: GpuInternals): void {
  if (gpu.commandEncoder === null) return;
  gpu.endComputePassEncoder();
  gpu.submitQueue();
}
