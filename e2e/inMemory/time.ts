import { vi } from 'vitest';
import type { AppState } from '../../src/state/store.ts';
import type { TestWorkbench } from './testWorkbench.ts';

/** From now on nothing that waits for a time goes on by itself; `vi.useRealTimers()` ends that. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}

/** Lets time pass, a little at a time, and happen what it brings about; to be called when time stands still. */
export async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    await vi.advanceTimersByTimeAsync(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What is waited for comes within this time of the machine, however much passes in the test. */
const PATIENCE_MS = 40_000;

/** Lets time pass until a state is reached, as quickly as all others get there. Rejects where it does not come. */
export async function passUntil(page: TestWorkbench, isReached: (state: AppState) => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!isReached(page.state)) {
    const { phase } = page.state.training;
    if (performance.now() > endMs) throw new Error(`Not reached, however much time passed: ${phase}.`);
    await pass(50);
  }
}
