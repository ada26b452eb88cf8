import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { compilePrograms } from './compilePrograms.ts';
import { flush, type GpuInternals, gpuInternals } from './gpuInternals.ts';
import { GpuWatch } from './gpuWatch.ts';
import { ReadbackRing } from './readbackRing.ts';
import { Recording, RecordingRefusal, UploadLog } from './recording.ts';
import { SubmissionPace } from './submissionPace.ts';
import { rangeOf } from './tensorViews.ts';

/** Runs one and the same step again and again, and brings its results back. */
export interface StepRunner {
  /**
   * Takes the step: dispatches it and returns. Throws a `RangeError` when too many results wait to be read, and a `GpuError`
   * on a graphics device that failed.
   */
  run(): void;
  /**
   * The results of the steps taken since the last call, in order, once they are computed. Rejects with a `GpuError` where
   * the graphics device could not do so.
   */
  takeResults(): Promise<(Float32Array | Int32Array)[]>;
  /**
   * Compiles the step's shaders without taking it, where that takes time. Rejects with a `GpuError` where the device refuses
   * one.
   */
  compile(): Promise<void>;
  dispose(): void;
}

/** What a step leaves behind. */
export interface StepResult {
  readonly dtype: 'float32' | 'int32';
  /** Elements of the result. */
  readonly size: number;
  /** Results that may wait to be read. */
  readonly mostUnread: number;
  /** Operations of the step, roughly. */
  readonly flops: number;
}

/**
 * The runner for the backend in force. `step` computes with tensors that exist before it, updates in place what is to be
 * updated, waits for nothing, and returns its result, which the runner disposes.
 */
export function createStepRunner(step: () => tf.Tensor, result: StepResult): StepRunner {
  if (tf.getBackend() !== 'webgpu') return new EagerRunner(step);
  return new RecordingRunner(gpuInternals(tf.backend() as WebGPUBackend), step, result);
}

/** Runs the step as it is. */
class EagerRunner implements StepRunner {
  #results: Promise<Float32Array | Int32Array>[] = [];

  readonly #step: () => tf.Tensor;

  constructor(step: () => tf.Tensor) {
    this.#step = step;
  }

  run(): void {
    this.#results.push(readAndDispose(this.#step()));
  }

  async takeResults(): Promise<(Float32Array | Int32Array)[]> {
    const results = this.#results;
    this.#results = [];
    return Promise.all(results);
  }

  async compile(): Promise<void> {
    // Only WebGPU compiles ahead.
  }

  dispose(): void {
    this.#results = [];
  }
}

async function readAndDispose(tensor: tf.Tensor): Promise<Float32Array | Int32Array> {
  try {
    // A copy: on WebAssembly the data is a view of memory that the next step reuses.
    return (await tensor.data<'float32' | 'int32'>()).slice();
  } finally {
    tensor.dispose();
  }
}

/**
 * Runs the step once as it is, records it the second time, and replays it from then on. A step that cannot be recorded
 * goes on as it is; one whose recording went stale is recorded anew.
 */
export class RecordingRunner implements StepRunner {
  readonly #ring: ReadbackRing;
  readonly #watch: GpuWatch;
  readonly #pace: SubmissionPace;
  /** Steps whose results wait to be read, and when the first of them was handed over. */
  #unread = { count: 0, begunMs: 0 };
  #uploads: UploadLog | null = null;
  #recording: Recording | null = null;
  /** The newest result, or the one that every replay writes. */
  #result: tf.Tensor | null = null;
  #refusalSentence: string | null = null;

  readonly #gpu: GpuInternals;
  readonly #step: () => tf.Tensor;
  readonly #format: StepResult;

  constructor(gpu: GpuInternals, step: () => tf.Tensor, format: StepResult) {
    this.#gpu = gpu;
    this.#step = step;
    this.#format = format;
    this.#watch = GpuWatch.over(gpu);
    this.#ring = new ReadbackRing(gpu, 4 * format.size, format.mostUnread);
    this.#pace = new SubmissionPace(format.flops);
  }

  /** Why the step is not recorded, or `null`. */
  get refusal(): string | null {
    return this.#refusalSentence;
  }

  /** The recording that is replayed; `null` before there is one. */
  get replayed(): Recording | null {
    return this.#recording;
  }

  run(): void {
    this.#watch.assertSound();
    if (this.#recording?.stale) this.#forget();
    const unread = this.#unread;
    const recording = this.#recording;
    if (unread.count === 0) unread.begunMs = tf.util.now();
    unread.count++;
    if (recording === null) this.#watch.during(() => this.#runAnew(), 'gpu');
    else {
      recording.submissions = this.#pace.submissions;
      recording.replay((encoder) => this.#pushResult(encoder));
    }
  }

  async takeResults(): Promise<(Float32Array | Int32Array)[]> {
    const { count, begunMs } = this.#unread;
    this.#unread = { count: 0, begunMs: 0 };
    const results = await this.#watch.read(() => this.#ring.take());
    // Steps that are taken operation by operation say nothing of a replay.
    if (this.#recording !== null && count > 0) this.#pace.measured(count, begunMs, tf.util.now());
    return results.map((bytes) => (this.#format.dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes)));
  }

  compile(): Promise<void> {
    return compilePrograms(this.#gpu, () => this.#step().dispose());
  }

  dispose(): void {
    this.#forget();
    this.#ring.dispose();
  }

  /** The step operation by operation, recorded where that can be done now. */
  #runAnew(): void {
    if (this.#refusalSentence !== null) this.#runEagerly();
    else if (this.#uploads === null) this.#uploads = UploadLog.during(this.#gpu, () => this.#runEagerly());
    else this.#record(this.#uploads);
    flush(this.#gpu);
    const encoder = this.#gpu.device.createCommandEncoder();
    this.#pushResult(encoder);
    this.#gpu.queue.submit([encoder.finish()]);
  }

  #runEagerly(): void {
    this.#forgetResult();
    this.#result = this.#step();
  }

  #forgetResult(): void {
    this.#result?.dispose();
    this.#result = null;
  }

  #record(expected: UploadLog): void {
    // With the others that the step had when it ran before.
    this.#forgetResult();
    try {
      this.#recording = Recording.record(this.#gpu, () => this.#runEagerly(), expected);
    } catch (error) {
      if (!(error instanceof RecordingRefusal)) throw error;
      this.#refusalSentence = error.message;
    }
  }

  #pushResult(encoder: GPUCommandEncoder): void {
    if (this.#result === null) return;
    const { buffer, offset } = rangeOf(this.#gpu, this.#result);
    this.#ring.push(encoder, buffer, offset);
  }

  #forget(): void {
    this.#forgetResult();
    this.#recording?.dispose();
    this.#recording = null;
    this.#uploads = null;
    this.#refusalSentence = null;
  }
}
