import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTrainerState, encodeTrainerState, type TrainerState, TrainerStateError } from './trainerState.ts';

const word = fc.nat({ max: 0xffff_ffff });
const states: fc.Arbitrary<TrainerState> = fc.integer({ min: 0, max: 6 }).chain((count) => {
  const vector = fc.float32Array({ minLength: count, maxLength: count });
  return fc.record({
    network: fc.record({
      kind: fc.constantFrom('unet' as const, 'context' as const),
      width: fc.integer({ min: 4, max: 64 }),
      depth: fc.integer({ min: 1, max: 6 }),
      stride: fc.constantFrom(1 as const, 2 as const, 4 as const),
    }),
    channels: fc.uniqueArray(fc.integer({ min: 0, max: 31 }), { maxLength: 32 }),
    extraChannel: fc.boolean(),
    optimizer: fc.constantFrom('adamw' as const, 'sgd' as const),
    step: word,
    updates: word,
    random: fc.tuple(word, word, word, fc.integer({ min: 1, max: 0xffff_ffff })),
    parameters: vector,
    moments: fc.array(vector, { maxLength: 2 }),
  });
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(decodeTrainerState(encodeTrainerState(state))).toEqual(state);
    }),
  );
});

test('every cut, every extra byte and every flipped bit is noticed', () => {
  fc.assert(
    fc.property(states, fc.nat(), fc.integer({ min: 0, max: 7 }), (state, position, bit) => {
      const bytes = new Uint8Array(encodeTrainerState(state));
      const at = position % bytes.length;
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes);
      for (const wrong of [bytes.slice(0, at), longer, flipped]) {
        expect(() => decodeTrainerState(wrong.buffer)).toThrow(TrainerStateError);
      }
    }),
  );
});

test('the sentences are clear', () => {
  expect(() => decodeTrainerState(new ArrayBuffer(3))).toThrow('The saved learner is cut off.');
  expect(() => decodeTrainerState(new ArrayBuffer(200))).toThrow('These bytes are not a saved learner.');
});

test('the checksum is that of zip and PNG', () => {
  // zlib.crc32 of the bytes behind the checksum, from Python.
  const state: TrainerState = {
    network: { kind: 'unet', width: 16, depth: 4, stride: 1 },
    channels: [0, 3],
    extraChannel: false,
    optimizer: 'sgd',
    step: 7,
    updates: 7,
    random: [1, 2, 3, 4],
    parameters: Float32Array.of(1.5),
    moments: [Float32Array.of(-2)],
  };
  expect(new DataView(encodeTrainerState(state)).getUint32(8, true)).toBe(0x539073c6);
});
