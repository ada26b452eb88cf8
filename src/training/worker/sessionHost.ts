import type { GpuError } from '../../segmentation/recording/gpuWatch.ts';
import type { BackendInfo, BackendName } from '../backendMessages.ts';
import type { Event } from '../protocol.ts';

/** The worker's end of the session to the page. */
export interface SessionPort {
  send(event: Event, transfer: Transferable[]): void;
}

/** What the session needs of the worker, or of a test in its place. */
export interface SessionHost {
  /**
   * Starts tfjs on a backend; rejects with a sentence for a person. `onFailed`: it stopped working later, and why.
   * `reasonToAvoid`: why `auto` is not to take an adapter of this identity, as a sentence; `null`: it may.
   */
  startBackend(
    wanted: BackendName | 'auto',
    onFailed: (error: GpuError) => void,
    reasonToAvoid?: (identity: string) => string | null,
  ): Promise<BackendInfo>;
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  wait(ms: number): Promise<void>;
  /** Lets pending messages in, then resolves. */
  yieldToEventLoop(): Promise<void>;
}
