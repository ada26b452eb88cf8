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

function begin(): void {
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
}

beforeEach(() => {
  vi.useFakeTimers();
  begin();
});
afterEach(() => vi.useRealTimers());

function restsForLong(): void {
  timing.rested();
  vi.runAllTimers();
}

it('an adapter is timed by a worker of its own once a learner that has learned rests, which then ends', () => {
  restsForLong();
  expect(workers).toHaveLength(0);
  timing.works(true);
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
  timing.works(true);
  restsForLong();
  expect(workers).toHaveLength(0);
});

it('learning ends it at once, and it begins anew at the next rest', () => {
  timing.works(true);
  restsForLong();
  timing.works(true);
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
  workers[0]?.says({ type: 'tuned', ...TUNED });
  expect(told).toEqual([]);
  restsForLong();
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
});

it('a prediction ends it as well, but does not bring it about', () => {
  timing.works(false);
  restsForLong();
  expect(workers).toHaveLength(0);
  timing.works(true);
  restsForLong();
  timing.works(false);
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
});

it('a short rest is none', () => {
  timing.works(true);
  timing.rested();
  timing.works(true);
  vi.runAllTimers();
  expect(workers).toHaveLength(0);
});

it('an answer that cannot be, or a failure, is told as one', () => {
  const failure = { type: 'failed', message: 'It was taken away.', fatal: true, cause: 'gpu' } as const;
  const damaged = { type: 'tuned', ...TUNED, tuning: { ...DEFAULT_GPU_TUNING, sums: 1e9 } } as unknown as Event;
  for (const event of [failure, damaged]) {
    timing.works(true);
    restsForLong();
    workers.at(-1)?.says(event);
    expect(workers.at(-1)?.isTerminated).toBe(true);
  }
  expect(told).toEqual(['failed', 'failed']);
});

it('a worker that lacks a file, its own script or another, is not started again, and nothing is said', () => {
  const lacks: ((worker: ToldWorker | undefined) => void)[] = [
    (worker) => worker?.dispatchEvent(new globalThis.Event('error')),
    (worker) => worker?.says({ type: 'failed', message: 'It did not arrive.', fatal: true, cause: null }),
  ];
  for (const lack of lacks) {
    begin();
    timing.works(true);
    restsForLong();
    lack(workers[0]);
    timing.works(true);
    restsForLong();
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
    expect(told).toEqual([]);
  }
});
