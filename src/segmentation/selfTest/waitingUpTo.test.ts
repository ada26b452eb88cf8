import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DisagreementError } from './disagreement.ts';
import { waitingUpTo } from './waitingUpTo.ts';

const LIMIT_MS = 1000;
/** Looked up at each call: it is a fake then. */
const timer = globalThis as unknown as { setTimeout(callback: () => void, ms: number): unknown };
const after = (ms: number) => new Promise<void>((resolve) => timer.setTimeout(resolve, ms));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance', 'hrtime', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What came of something that is waited for, once so much time has passed. */
async function outcome(waited: Promise<unknown>, ms: number): Promise<unknown> {
  const settled = waited.then(
    () => 'came',
    (error: unknown) => (error instanceof DisagreementError ? error.kernel : error),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return Promise.race([settled, Promise.resolve('waiting')]);
}

it('what comes in time is waited for, however many things are at once', async () => {
  const within = waitingUpTo(LIMIT_MS, after);
  const many = Promise.all(Array.from({ length: 50 }, () => within(after(300))));
  expect(await outcome(many, 300)).toBe('came');
  // 300 ms are used up, not fifty times as many.
  expect(await outcome(within(after(690)), 690)).toBe('came');
});

it('time is added up over all that was waited for, and time between does not count', async () => {
  const within = waitingUpTo(LIMIT_MS, after);
  expect(await outcome(within(after(600)), 600)).toBe('came');
  await vi.advanceTimersByTimeAsync(5000);
  expect(await outcome(within(after(500)), 500)).toBe('time');
});

it('what never comes is given up', async () => {
  const within = waitingUpTo(LIMIT_MS, after);
  const never = within(new Promise(() => undefined));
  expect(await outcome(never, 999)).toBe('waiting');
  expect(await outcome(never, 2)).toBe('time');
});

it('a failure is passed on', async () => {
  const within = waitingUpTo(LIMIT_MS, after);
  await expect(within(Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
