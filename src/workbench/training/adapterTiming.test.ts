import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_GPU_TUNING } from '../../settings/gpuTuning.ts';
import type { TunedAdapter } from '../../settings/gpuVerdicts.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import type { TuneRequest } from '../../training/backendMessages.ts';
import type { TrainingWorker } from '../../training/client.ts';
import type { Command, Event } from '../../training/protocol.ts';
import { AdapterTiming } from './adapterTiming.ts';

const REQUEST: TuneRequest = { channels: [0, 1], settings: DEFAULT_LEARNER_SETTINGS, width: 300, height: 200 };
const TUNED: TunedAdapter = { adapter: 'a/b', tuning: DEFAULT_GPU_TUNING, stepMs: { webgpu: 3, wasm: 9 } };

/** A worker that says what a test has it say. */
class ToldWorker extends EventTarget {
  readonly commands: Command[] = [];
  isTerminated = false;

  postMessage(command: Command): void {
    this.commands.push(command);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  says(event: Event): void {
    this.dispatchEvent(new MessageEvent('message', { data: event }));
  }
}

let workers: ToldWorker[];
let told: (TunedAdapter | 'failed')[];
let request: TuneRequest | null;
let timing: AdapterTiming;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  told = [];
  request = REQUEST;
  timing = new AdapterTiming({
    startWorker: () => {
      const worker = new ToldWorker();
      workers.push(worker);
      return worker as unknown as TrainingWorker;
    },
    request: () => request,
    tuned: (tuned) => told.push(tuned),
    failed: () => told.push('failed'),
  });
});
afterEach(() => vi.useRealTimers());

function restsForLong(): void {
  timing.rested();
  vi.runAllTimers();
}

it('an adapter is timed by a worker of its own once a learner that has learned rests, which then ends', () => {
  restsForLong();
  expect(workers).toHaveLength(0);
  timing.learns();
  restsForLong();
  // News of one and the same rest.
  restsForLong();
  const [worker] = workers;
  expect(workers).toHaveLength(1);
  expect(worker?.commands).toEqual([{ type: 'tune', ...REQUEST }]);
  worker?.says({ type: 'tuned', ...TUNED });
  expect(told).toEqual([TUNED]);
  expect(worker?.isTerminated).toBe(true);
});

it('nothing is started where there is nothing to time', () => {
  request = null;
  timing.learns();
  restsForLong();
  expect(workers).toHaveLength(0);
});

it('learning ends it at once, and it begins anew at the next rest', () => {
  timing.learns();
  restsForLong();
  timing.learns();
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
  workers[0]?.says({ type: 'tuned', ...TUNED });
  expect(told).toEqual([]);
  restsForLong();
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
});

it('a short rest is none', () => {
  timing.learns();
  timing.rested();
  timing.learns();
  vi.runAllTimers();
  expect(workers).toHaveLength(0);
});

it('an answer that cannot be, or a failure, is told as one', () => {
  const failure = { type: 'failed', message: 'It was taken away.', fatal: true, cause: 'gpu' } as const;
  const damaged = { type: 'tuned', ...TUNED, tuning: { ...DEFAULT_GPU_TUNING, sums: 1e9 } } as unknown as Event;
  for (const event of [failure, damaged]) {
    timing.learns();
    restsForLong();
    workers.at(-1)?.says(event);
    expect(workers.at(-1)?.isTerminated).toBe(true);
  }
  expect(told).toEqual(['failed', 'failed']);
});

it('a worker whose script does not run is not started again, and nothing is said', () => {
  timing.learns();
  restsForLong();
  workers[0]?.dispatchEvent(new globalThis.Event('error'));
  timing.learns();
  restsForLong();
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
  expect(told).toEqual([]);
});
