import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import {
  backend,
  engine,
  getBackend,
  reshape,
  slice1d,
  type Tensor,
  type Tensor1D,
  type TensorInfo,
  tidy,
  util,
} from '@tensorflow/tfjs-core';
import { BufferRouter } from './bufferRouter.ts';
import { flush, type GpuInternals, gpuInternals } from './gpuInternals.ts';

/** Bytes that a view's start must be a multiple of: what every WebGPU adapter allows. */
const ALIGNMENT_BYTES = 256;
/** Elements of a tensor that a view's start must be a multiple of. */
export const VIEW_ALIGNMENT = ALIGNMENT_BYTES / 4;

/** The first element from `elements` on at which a view may begin. */
export function viewStart(elements: number): number {
  return VIEW_ALIGNMENT * Math.ceil(elements / VIEW_ALIGNMENT);
}

interface Range {
  /** Bytes. */
  readonly offset: number;
  readonly size: number;
}

/** Where views begin in their buffers, by the backend's record of the tensor. */
const ranges = new WeakMap<object, Range>();
const prepared = new WeakSet<GpuInternals>();

/**
 * A tensor whose values *are* elements of `parent`, float32 or int32, from `start` on: nothing is copied, and a kernel
 * that writes to the parent in place writes to the view. The buffer lives until the last of them is disposed.
 *
 * `start` must be a multiple of {@link VIEW_ALIGNMENT}; else, and beyond the parent's end, a `RangeError`. The caller
 * disposes the view.
 */
export function viewOf<T extends Tensor>(gpu: GpuInternals, parent: Tensor, start: number, shape: number[]): T {
  const { dataId, dtype } = viewInfo(gpu, parent, start, shape);
  return engine().makeTensorFromDataId(dataId, shape, dtype) as T;
}

/**
 * Elements of a vector from `start` on as a tensor of `shape`, which the caller disposes: on WebGPU a view of it, on other
 * backends a copy.
 */
export function partOf<T extends Tensor>(vector: Tensor1D, start: number, shape: number[]): T {
  if (getBackend() === 'webgpu') return viewOf(gpuInternals(backend() as WebGPUBackend), vector, start, shape);
  return tidy(() => reshape(slice1d(vector, start, util.sizeFromShape(shape)), shape)) as T;
}

/** As {@link viewOf}, for a kernel's outputs: tfjs has not been told of the tensor yet. */
export function viewInfo(gpu: GpuInternals, parent: TensorInfo, start: number, shape: number[]): TensorInfo {
  const length = util.sizeFromShape(shape);
  const size = util.sizeFromShape(parent.shape);
  if (start % VIEW_ALIGNMENT !== 0 || start + length > size) {
    throw new RangeError(`A tensor of ${size} elements has no view of ${length} from ${start}.`);
  }
  prepare(gpu);
  gpu.uploadToGPU(parent.dataId);
  const { resource } = gpu.tensorMap.get(parent.dataId);
  BufferRouter.of(gpu).share(resource as GPUBuffer);
  const dataId = { id: gpu.nextDataId() };
  const record = { values: null, shape, dtype: parent.dtype, refCount: 1, resource };
  gpu.tensorMap.set(dataId, record);
  ranges.set(record, { offset: rangeOf(gpu, parent).offset + 4 * start, size: 4 * length });
  return { dataId, shape, dtype: parent.dtype };
}

/** The buffer that a tensor's values lie in, and where. */
export function rangeOf(gpu: GpuInternals, { dataId, shape }: TensorInfo): Range & { readonly buffer: GPUBuffer } {
  const record = gpu.tensorMap.get(dataId);
  const whole = { offset: 0, size: 4 * util.sizeFromShape(shape) };
  return { ...(ranges.get(record) ?? whole), buffer: record.resource as GPUBuffer };
}

/** Teaches the backend, once, to bind a part of a buffer and to read one back. */
function prepare(gpu: GpuInternals): void {
  if (prepared.has(gpu)) return;
  prepared.add(gpu);
  const { tensorToBinding, read } = gpu;
  gpu.tensorToBinding = (tensor) => {
    const binding = tensorToBinding.call(gpu, tensor);
    const range = tensor === undefined ? undefined : ranges.get(gpu.tensorMap.get(tensor.dataId));
    return binding !== null && range !== undefined && 'buffer' in binding ? { ...binding, ...range } : binding;
  };
  gpu.read = async (dataId) => {
    const record = gpu.tensorMap.get(dataId);
    const range = ranges.get(record);
    if (range === undefined) return read.call(gpu, dataId);
    const bytes = await readRange(gpu, record.resource as GPUBuffer, range);
    return record.dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes);
  };
}

async function readRange(gpu: GpuInternals, buffer: GPUBuffer, { offset, size }: Range): Promise<ArrayBuffer> {
  // tfjs's own way copies a buffer as a whole; through it a recording would learn that its step reads back.
  const part = gpu.device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  flush(gpu);
  const encoder = gpu.device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, part, 0, size);
  gpu.queue.submit([encoder.finish()]);
  try {
    return await gpu.getBufferData(part);
  } finally {
    part.destroy();
  }
}
