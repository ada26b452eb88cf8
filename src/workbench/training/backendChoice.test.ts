import { beforeEach, describe, expect, it } from 'vitest';
import { createAppStore } from '../../state/store.ts';
import type { BackendName } from '../../training/backendMessages.ts';
import { BackendChoice } from './backendChoice.ts';

let kept: Map<string, string>;
const storage = () =>
  ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  }) as unknown as Storage;

const visit = (wanted: BackendName | 'auto', browser = 'Chrome 150') => {
  const store = createAppStore();
  return { store, choice: new BackendChoice(store, { storage, browser, wanted, alwaysTests: false }) };
};

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
    expect(store.getState().avoidsGpu).toMatch(/failed .* before, so WebAssembly trains\.$/);
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
    expect(store.getState().avoidsGpu).toBeNull();
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
    choice.gpuDisagreed('It computes “Sum” otherwise.');
    expect(choice.backend).toBe('wasm');
    expect(store.getState().avoidsGpu).toBe('It computes “Sum” otherwise. So WebAssembly trains.');
    const next = visit('auto');
    expect(next.choice.backend).toBe('wasm');
    expect(next.store.getState().avoidsGpu).toContain('“Sum”');
    expect(visit('auto', 'Chrome 151').choice.backend).toBe('auto');
    next.choice.tryGpuAgain();
    expect(next.choice.gpuTest).toEqual({ sound: [], always: false });
    expect(visit('auto').choice.backend).toBe('auto');
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
