import { expect, it } from 'vitest';
import type { NetworkSettings } from '../../settings/learner.ts';
import type { FailureCause } from '../../training/protocol.ts';
import { adviceFor } from './gpuMemoryAdvice.ts';

const USUAL: NetworkSettings = { kind: 'pretrained', width: 16, depth: 4, stride: 1 };

/** What each button leads to: a network, or the backend that the worker is started on again. */
function ways(cause: FailureCause | null, network: NetworkSettings) {
  const done: unknown[] = [];
  const { actions } = adviceFor(cause, network, {
    startAgain: () => void done.push('again'),
    goOnWithoutGpu: (forGood) => void done.push(forGood ? 'wasm for good' : 'wasm'),
    startSmaller: (smaller) => void done.push(smaller.network),
  });
  return actions.map(({ label, run }) => {
    run();
    return [label, done.pop()];
  });
}

it('offers a smaller picture, a smaller network and WebAssembly where memory was too little', () => {
  expect(ways('memory', USUAL)).toEqual([
    ['Reduce the picture for the network', { ...USUAL, stride: 2 }],
    ['Use a smaller network', { ...USUAL, kind: 'unet', width: 8 }],
    ['Train with WebAssembly', 'wasm'],
  ]);
});

it('takes filters away before levels, and offers nothing that cannot be smaller', () => {
  const reduced: NetworkSettings = { ...USUAL, kind: 'context', stride: 4 };
  expect(ways('memory', { ...USUAL, width: 4 })[1]?.[1]).toEqual({ ...USUAL, kind: 'unet', width: 4 });
  expect(ways('memory', { ...reduced, width: 7 })[0]).toEqual(['Use a smaller network', { ...reduced, width: 4 }]);
  expect(ways('memory', { ...reduced, width: 4 })[0]).toEqual([
    'Use a smaller network',
    { ...reduced, width: 4, depth: 3 },
  ]);
  expect(ways('memory', { ...reduced, width: 4, depth: 1 })).toEqual([['Train with WebAssembly', 'wasm']]);
});

it('says in its sentence what learns anew, only where something would', () => {
  const replacement = {
    startAgain: () => undefined,
    goOnWithoutGpu: () => undefined,
    startSmaller: () => undefined,
  };
  expect(adviceFor('memory', USUAL, replacement).sentence).toContain('learns anew');
  expect(adviceFor('memory', { kind: 'unet', width: 4, depth: 1, stride: 4 }, replacement).sentence).not.toContain(
    'anew',
  );
  expect(adviceFor('gpu', USUAL, replacement).sentence).toBeNull();
});

it('starts again where it was, and after a failure of the graphics processor also without it', () => {
  expect(ways(null, USUAL)).toEqual([['Start again', 'again']]);
  expect(ways('gpu', USUAL)).toEqual([
    ['Start again', 'again'],
    ['Train with WebAssembly', 'wasm for good'],
  ]);
});
