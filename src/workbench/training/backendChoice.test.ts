import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_GPU_TUNING, type GpuTuning } from '../../settings/gpuTuning.ts';
import { createAppStore } from '../../state/store.ts';
import type { BackendInfo, BackendName } from '../../training/backendMessages.ts';
import { BackendChoice, wayBackToGpu } from './backendChoice.ts';

let kept: Map<string, string>;
const storage = () =>
  ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  }) as unknown as Storage;

const visit = (wanted: BackendName | 'auto', browser = 'Chrome 150', alwaysTests = false) => {
  const store = createAppStore();
  return { store, choice: new BackendChoice(store, { storage, browser, wanted, alwaysTests }) };
};

const CARD: BackendInfo = {
  backend: 'webgpu',
  adapter: 'a card',
  identity: 'a/b',
  software: false,
  fallbackReason: null,
  avoided: false,
};
/** WebAssembly in the place of a card that was passed over. */
const AVOIDING: BackendInfo = { ...CARD, backend: 'wasm', software: true, avoided: true };
const TUNING: GpuTuning = { ...DEFAULT_GPU_TUNING, sums: 64 };
const SLOW = { adapter: 'a/b', tuning: TUNING, stepMs: { webgpu: 31.4, wasm: 9.64 } };

beforeEach(() => {
  kept = new Map();
});

describe('the backend that is asked for', () => {
  it('is what was wanted until the graphics processor failed twice, then WASM, also at the next visit', () => {
    const { store, choice } = visit('auto');
    expect(choice.backend).toBe('auto');
    expect(choice.gpuFailed()).toBe(true);
    expect(choice.backend).toBe('auto');
    expect(visit('auto').choice.backend).toBe('auto');
    expect(choice.gpuFailed()).toBe(false);
    expect(choice.backend).toBe('wasm');
    expect(store.getState().training.avoidsGpu?.because).toMatch(/failed .* before, so WebAssembly trains\.$/);
    expect(visit('auto').choice.backend).toBe('wasm');
  });

  it('is tried all the same where an address names it', () => {
    visit('auto').choice.avoidGpu();
    expect(visit('webgpu').choice.backend).toBe('webgpu');
    expect(visit('webgl').choice.backend).toBe('webgl');
  });

  it('is tried once more when a person wants it, and avoided again with the next failure', () => {
    visit('auto').choice.avoidGpu();
    const { store, choice } = visit('auto');
    choice.tryGpuAgain();
    expect(choice.backend).toBe('auto');
    expect(store.getState().training.avoidsGpu).toBeNull();
    expect(visit('auto').choice.backend).toBe('auto');
    expect(choice.gpuFailed()).toBe(false);
    expect(choice.backend).toBe('wasm');
  });

  it('is only avoided here where it is only too small', () => {
    const { choice } = visit('auto');
    choice.avoidGpu(false);
    expect(choice.backend).toBe('wasm');
    expect(visit('auto').choice.backend).toBe('auto');
  });

  it('is WASM where a self-test found something wrong, until the browser is another version or a person wants it', () => {
    const { store, choice } = visit('auto');
    choice.gpuPassed({ adapter: 'a/b', programs: ['1'] });
    expect(choice.gpuDisagreed('It computes “Sum” otherwise.', 'a/b')).toBe(false);
    expect(choice.backend).toBe('wasm');
    const because = 'It computes “Sum” otherwise. So WebAssembly trains.';
    expect(store.getState().training.avoidsGpu).toEqual({ because, isOnlySlower: false });
    const next = visit('auto');
    expect(next.choice.adapters).toEqual([{ adapter: 'a/b', tuning: null, avoidedBecause: because }]);
    next.choice.started(AVOIDING);
    expect(next.choice.backend).toBe('wasm');
    expect(next.store.getState().training.avoidsGpu).toEqual({ because, isOnlySlower: false });
    expect(visit('auto', 'Chrome 151').choice.adapters).toEqual([]);
    next.choice.tryGpuAgain();
    expect(next.choice.gpuTest).toEqual({ sound: [], always: false });
    expect(next.choice.adapters).toEqual([]);
    expect(visit('auto').choice.adapters).toEqual([]);
  });

  it('is tried anew on another adapter than the one that was wrong', () => {
    visit('auto').choice.gpuDisagreed('It computes “Sum” otherwise.', 'a/b');
    const { store, choice } = visit('auto');
    // The worker asks for the adapter, and finds none of those that are to be passed over.
    expect(choice.backend).toBe('auto');
    expect(choice.adapters.map(({ adapter }) => adapter)).toEqual(['a/b']);
    choice.started({ ...CARD, identity: 'c/d' });
    expect(store.getState().training.avoidsGpu).toBeNull();
    expect(choice.backend).toBe('auto');
  });

  it('is WASM where that was quicker, with both figures, until a person wants the graphics processor all the same', () => {
    const now = visit('auto');
    now.choice.gpuPassed({ adapter: 'a/b', programs: ['1'] });
    now.choice.gpuTuned(SLOW);
    // What trains goes on as it is.
    expect(now.choice.backend).toBe('auto');
    expect(now.store.getState().training.avoidsGpu).toBeNull();
    const { store, choice } = visit('auto');
    const because = 'WebAssembly trains: a step takes 9.6 ms here, 31 ms on the graphics processor.';
    expect(choice.adapters).toEqual([{ adapter: 'a/b', tuning: TUNING, avoidedBecause: because }]);
    choice.started(AVOIDING);
    const { avoidsGpu } = store.getState().training;
    expect(avoidsGpu).toEqual({ because, isOnlySlower: true });
    expect(avoidsGpu && wayBackToGpu(avoidsGpu)).toBe('Use the graphics processor anyway');
    expect(choice.backend).toBe('wasm');
    choice.tryGpuAgain();
    for (const later of [choice, visit('auto').choice]) {
      expect(later.backend).toBe('auto');
      expect(later.adapters).toEqual([{ adapter: 'a/b', tuning: TUNING, avoidedBecause: null }]);
      expect(later.gpuTest.sound).toEqual([{ adapter: 'a/b', programs: ['1'] }]);
      expect(later.wantsTiming(CARD)).toBe(false);
    }
    // It never failed: twice it may.
    expect(choice.gpuFailed()).toBe(true);
  });

  it('is the graphics processor where that is quicker, or not slower by more than a tenth', () => {
    const { choice } = visit('auto');
    for (const webgpu of [1, 10.9]) {
      choice.gpuTuned({ ...SLOW, stepMs: { webgpu, wasm: 10 } });
      expect(choice.adapters).toEqual([{ adapter: 'a/b', tuning: TUNING, avoidedBecause: null }]);
    }
  });

  it('is what an address names, whichever was quicker', () => {
    visit('auto').choice.gpuTuned(SLOW);
    for (const wanted of ['webgpu', 'wasm', 'webgl'] as const) expect(visit(wanted).choice.backend).toBe(wanted);
  });

  it('is tried once more with kernels as on every other adapter, where those that were cut for it are wrong', () => {
    const { store, choice } = visit('auto');
    choice.gpuTuned({ ...SLOW, stepMs: null });
    expect(choice.gpuDisagreed('It computes “Sum” otherwise.', 'a/b')).toBe(true);
    expect(store.getState().training.avoidsGpu).toBeNull();
    expect(choice.adapters).toEqual([{ adapter: 'a/b', tuning: DEFAULT_GPU_TUNING, avoidedBecause: null }]);
    expect(choice.wantsTiming(CARD)).toBe(false);
    expect(choice.gpuDisagreed('It computes “Sum” otherwise.', 'a/b')).toBe(false);
    expect(choice.backend).toBe('wasm');
  });

  it('is timed once where it is a graphics processor, and a software adapter only where that is asked for', () => {
    const { choice } = visit('auto');
    expect(choice.wantsTiming(CARD)).toBe(true);
    expect(choice.wantsTiming(AVOIDING)).toBe(false);
    expect(choice.wantsTiming({ ...CARD, software: true })).toBe(false);
    expect(visit('webgpu', 'Chrome 150', true).choice.wantsTiming({ ...CARD, software: true })).toBe(true);
    choice.gpuTuned({ ...SLOW, adapter: 'c/d' });
    expect(choice.wantsTiming(CARD)).toBe(true);
    const framed = createAppStore({ view: { isFramed: true } });
    const host = { storage, browser: 'Chrome 150', wanted: 'auto', alwaysTests: false } as const;
    expect(new BackendChoice(framed, host).wantsTiming(CARD)).toBe(false);
    choice.gpuNotTuned('a/b');
    expect(choice.wantsTiming(CARD)).toBe(false);
    expect(visit('auto').choice.wantsTiming(CARD)).toBe(false);
    expect(visit('auto', 'Chrome 151').choice.wantsTiming(CARD)).toBe(true);
  });

  it('need not prove again what it proved, in the same version of the browser', () => {
    visit('auto').choice.gpuPassed({ adapter: 'a/b', programs: ['1', '2'] });
    visit('auto').choice.gpuPassed({ adapter: 'a/b', programs: ['3'] });
    expect(visit('auto').choice.gpuTest.sound).toEqual([{ adapter: 'a/b', programs: ['1', '2', '3'] }]);
    expect(visit('auto', 'Chrome 151').choice.gpuTest.sound).toEqual([]);
  });

  it('does without a storage that is switched off', () => {
    const store = createAppStore();
    const off = () => {
      throw new Error('Storage is off.');
    };
    const choice = new BackendChoice(store, { storage: off, browser: 'any', wanted: 'auto', alwaysTests: false });
    choice.avoidGpu();
    expect(choice.backend).toBe('wasm');
    choice.tryGpuAgain();
    expect(choice.backend).toBe('auto');
  });
});
