import { env } from '@tensorflow/tfjs-core';
import { BufferArena, BufferRouter } from './bufferRouter.ts';
import { flush, type GpuInternals } from './gpuInternals.ts';

/** One dispatch of a recorded step. */
interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** Why a step cannot be recorded, in one sentence. */
export class RecordingRefusal extends Error {
  override readonly name = 'RecordingRefusal';
}

/**
 * A training step as a list of dispatches with ready-made pipelines and bind groups. A replay encodes the list in one
 * compute pass: no tensor, no buffer and no bind group is made, so it costs a fraction of a millisecond of JavaScript
 * where tfjs's own recording costs a quarter per dispatch.
 *
 * What the step computes in between lies in buffers of the recording's own. What varies from step to step must lie in
 * tensors made *before* it was recorded, whose buffers are rewritten between replays; the recording goes stale when one
 * of those is disposed. What it leaves behind (tensors kept beyond the step) stays readable until {@link dispose}.
 */
export class Recording {
  #staleNow = false;
  #parts = 1;

  readonly #gpu: GpuInternals;
  readonly #dispatches: readonly Dispatch[];
  readonly #arena: BufferArena;
  readonly #release: () => void;

  private constructor(gpu: GpuInternals, dispatches: readonly Dispatch[], arena: BufferArena, release: () => void) {
    this.#gpu = gpu;
    this.#dispatches = dispatches;
    this.#arena = arena;
    this.#release = release;
  }

  /**
   * Runs `step` once, eagerly, and records it. `step` may not wait, read back, or upload anything but constants: the
   * uploads must be those of `expectedUploads`, seen when the same step ran before. Throws a {@link RecordingRefusal}
   * where it does; the step has run then all the same, and nothing is left behind but what it left itself.
   */
  static record(gpu: GpuInternals, step: () => void, expectedUploads: UploadLog): Recording {
    flush(gpu);
    const router = BufferRouter.of(gpu);
    // What the same step left when it ran before: the recording has buffers of its own.
    router.trim();
    const arena = new BufferArena(gpu.device);
    const exclude = router.include(arena);
    const capture = new Capture(gpu);
    const batchSize = env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE');
    // Submitted one by one, a disposed tensor's buffer serves the very next operation again.
    env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 1);
    router.current = arena;
    let refusal: string | null;
    try {
      const uploads = UploadLog.during(gpu, () => capture.during(step));
      refusal = capture.refusal ?? (uploads.equals(expectedUploads) ? null : VARYING_UPLOAD);
    } catch (error) {
      flush(gpu);
      arena.giveUp(exclude);
      throw error;
    } finally {
      flush(gpu);
      router.current = null;
      env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', batchSize);
    }
    arena.close();
    if (refusal !== null) {
      // The step's results may still lie in the arena, which stays counted until they go.
      arena.giveUp(exclude);
      throw new RecordingRefusal(refusal);
    }
    const resident = [...capture.boundBuffers].filter((buffer) => !router.owns(arena, buffer));
    const recording = new Recording(gpu, capture.dispatches, arena, () => {
      unwatch();
      exclude();
    });
    const unwatch = router.watch(resident, () => {
      recording.#staleNow = true;
    });
    return recording;
  }

  /** True once a tensor that the step reads or writes was disposed: it has to be recorded anew. */
  get stale(): boolean {
    return this.#staleNow;
  }

  /** Bytes of the buffers of its own. */
  get byteCount(): number {
    return this.#arena.byteCount;
  }

  get dispatchCount(): number {
    return this.#dispatches.length;
  }

  /** Into how many submissions a replay is cut; 1 unless set, and no more than there are dispatches. */
  get submissions(): number {
    return this.#parts;
  }

  set submissions(count: number) {
    this.#parts = Math.max(1, Math.min(Math.round(count), this.#dispatches.length));
  }

  /**
   * Submits the step once more. `copyOut` may append copies of results to the same submission. Throws an `Error` when
   * the recording is stale.
   */
  replay(copyOut?: (encoder: GPUCommandEncoder) => void): void {
    if (this.#staleNow) throw new Error('A tensor of the recorded step was disposed; record it anew.');
    flush(this.#gpu);
    const parts = this.#parts;
    const count = this.#dispatches.length;
    for (let part = 0; part < parts; part++) {
      const encoder = this.#gpu.device.createCommandEncoder();
      this.#encode(encoder, Math.floor((part * count) / parts), Math.floor(((part + 1) * count) / parts));
      if (part === parts - 1) copyOut?.(encoder);
      this.#gpu.queue.submit([encoder.finish()]);
    }
  }

  #encode(encoder: GPUCommandEncoder, from: number, end: number): void {
    const pass = encoder.beginComputePass();
    let pipeline: GPUComputePipeline | null = null;
    for (let i = from; i < end; i++) {
      const dispatch = this.#dispatches[i] as Dispatch;
      if (dispatch.pipeline !== pipeline) pass.setPipeline(dispatch.pipeline);
      pipeline = dispatch.pipeline;
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(...dispatch.workgroups);
    }
    pass.end();
  }

  /** Gives the recording's buffers back; tensors that the step left behind must have been disposed. */
  dispose(): void {
    this.#staleNow = true;
    this.#release();
    this.#arena.dispose();
  }
}

const VARYING_UPLOAD = 'The step uploads values that differ from one time to the next.';

/** Listens to everything that tfjs encodes. */
class Capture {
  readonly dispatches: Dispatch[] = [];
  readonly boundBuffers = new Set<GPUBuffer>();
  refusal: string | null = null;

  readonly #gpu: GpuInternals;

  constructor(gpu: GpuInternals) {
    this.#gpu = gpu;
  }

  during(step: () => void): void {
    const gpu = this.#gpu;
    const { tensorToBinding, getBufferData } = gpu;
    gpu.ensureCommandEncoderReady = () => {
      gpu.commandEncoder ??= this.#listeningEncoder(gpu.device.createCommandEncoder());
    };
    gpu.tensorToBinding = (tensor) => {
      const binding = tensorToBinding.call(gpu, tensor);
      if (binding !== null && 'buffer' in binding) this.boundBuffers.add(binding.buffer);
      else if (binding !== null) this.refusal = 'The step binds a texture.';
      return binding;
    };
    gpu.getBufferData = (buffer) => {
      this.refusal = 'The step reads values back.';
      return getBufferData.call(gpu, buffer);
    };
    try {
      step();
      flush(gpu);
    } finally {
      delete (gpu as Partial<GpuInternals>).ensureCommandEncoderReady;
      gpu.tensorToBinding = tensorToBinding;
      gpu.getBufferData = getBufferData;
    }
  }

  /** The few methods of an encoder that tfjs calls. */
  #listeningEncoder(encoder: GPUCommandEncoder): GPUCommandEncoder {
    const listening = {
      beginComputePass: (descriptor?: GPUComputePassDescriptor) =>
        this.#listeningPass(encoder.beginComputePass(descriptor)),
      copyBufferToBuffer: (from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, size: number) => {
        this.refusal = 'The step copies buffers.';
        encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, size);
      },
      finish: () => encoder.finish(),
    };
    return listening as unknown as GPUCommandEncoder;
  }

  #listeningPass(pass: GPUComputePassEncoder): GPUComputePassEncoder {
    let pipeline: GPUComputePipeline;
    let bindGroup: GPUBindGroup;
    const listening = {
      setPipeline: (next: GPUComputePipeline) => {
        pipeline = next;
        pass.setPipeline(next);
      },
      setBindGroup: (index: number, next: GPUBindGroup) => {
        bindGroup = next;
        pass.setBindGroup(index, next);
      },
      dispatchWorkgroups: (x: number, y = 1, z = 1) => {
        this.dispatches.push({ pipeline, bindGroup, workgroups: [x, y, z] });
        pass.dispatchWorkgroups(x, y, z);
      },
      end: () => pass.end(),
    };
    return listening as unknown as GPUComputePassEncoder;
  }
}

/** The values that a step uploaded, in order. */
export class UploadLog {
  readonly #uploads: number[][] = [];

  /** What tfjs uploads while `run` runs. */
  static during(gpu: GpuInternals, run: () => void): UploadLog {
    const log = new UploadLog();
    const { uploadToGPU } = gpu;
    gpu.uploadToGPU = (dataId) => {
      const { resource, values } = gpu.tensorMap.get(dataId);
      if ((resource === null || resource === undefined) && values) log.#uploads.push(Array.from(values));
      uploadToGPU.call(gpu, dataId);
    };
    try {
      run();
    } finally {
      delete (gpu as Partial<GpuInternals>).uploadToGPU;
    }
    return log;
  }

  equals(other: UploadLog): boolean {
    return (
      this.#uploads.length === other.#uploads.length &&
      this.#uploads.every((values, i) => {
        const others = other.#uploads[i] ?? [];
        return values.length === others.length && values.every((value, j) => Object.is(value, others[j]));
      })
    );
  }
}
