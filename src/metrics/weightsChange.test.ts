import { expect, test } from 'vitest';
import { weightsChange } from './weightsChange.ts';

const before = { vectors: [Float32Array.of(1, 2), Float32Array.of(5)], headBias: [1] };

test('the way and the length of all weights together', () => {
  const after = { vectors: [Float32Array.of(1, 5), Float32Array.of(1)], headBias: [2] };
  expect(weightsChange(before, after)).toEqual({
    biasBefore: [1],
    biasAfter: [2],
    updateNorm: 5,
    norm: Math.sqrt(1 + 25 + 1),
  });
});

test.each([
  { vectors: [Float32Array.of(1, 2)], headBias: [1] },
  { vectors: [Float32Array.of(1, 2), Float32Array.of(5, 6)], headBias: [1] },
  { ...before, headBias: [1, 2] },
])('weights of another shape have gone no way', (after) => {
  expect(weightsChange(before, after)).toBeNull();
});
