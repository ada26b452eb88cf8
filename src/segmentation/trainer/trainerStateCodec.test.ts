import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DivergedStateError, type TrainerState, TrainerStateError, VECTOR_ROLES } from './trainerState.ts';
import { decodeTrainerState, encodeTrainerState } from './trainerStateCodec.ts';

const word = fc.nat({ max: 0xffff_ffff });
const vector = fc.record({
  role: fc.constantFrom(...VECTOR_ROLES),
  values: fc.float32Array({ maxLength: 6, noNaN: true, noDefaultInfinity: true }),
});
const states: fc.Arbitrary<TrainerState> = fc.record({
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
  vectors: fc.array(vector, { maxLength: 5 }),
});

const SMALL: TrainerState = {
  network: { kind: 'unet', width: 16, depth: 4, stride: 1 },
  channels: [0, 3],
  extraChannel: false,
  optimizer: 'sgd',
  step: 7,
  updates: 7,
  random: [1, 2, 3, 4],
  vectors: [
    { role: 'parameters', values: Float32Array.of(1.5) },
    { role: 'moment', values: Float32Array.of(-2) },
  ],
};

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

test('a number that is not finite is neither written nor read', () => {
  const at = new Uint8Array(encodeTrainerState(SMALL)).byteLength - 4;
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const vectors = [{ role: 'parameters' as const, values: Float32Array.of(1.5, value) }];
    expect(() => encodeTrainerState({ ...SMALL, vectors })).toThrow(DivergedStateError);
    // As a page before this one wrote it: the checksum is right.
    const bytes = encodeTrainerState(SMALL);
    const view = new DataView(bytes);
    view.setFloat32(at, value, true);
    view.setUint32(8, crc32OfZip(new Uint8Array(bytes, 12)), true);
    expect(() => decodeTrainerState(bytes)).toThrow(DivergedStateError);
  }
});

test('the sentences are clear', () => {
  expect(() => decodeTrainerState(new ArrayBuffer(3))).toThrow('The saved learner is cut off.');
  expect(() => decodeTrainerState(new ArrayBuffer(200))).toThrow('These bytes are not a saved learner.');
});

test('the checksum is that of zip and PNG', () => {
  // zlib.crc32 of the bytes behind the checksum, from Python.
  expect(new DataView(encodeTrainerState(SMALL)).getUint32(8, true)).toBe(0xd96c001c);
});

test('what was saved before vectors were listed opens', () => {
  // Version 2, packed by Python's struct, with its zlib.crc32. The last two words are 1.5 and -2.
  const written = Uint32Array.of(
    ...[0x4e4c4e55, 2, 0x539073c6, 1, 7, 7, 1, 2, 3, 4],
    ...[0x01041000, 0x02000101, 0x00000300, 0, 0, 0, 0, 0, 0, 0],
    ...[0x3fc00000, 0xc0000000],
  );
  expect(decodeTrainerState(written.buffer)).toEqual(SMALL);
  expect(() => decodeTrainerState(written.slice(0, -1).buffer)).toThrow(TrainerStateError);
});

test('a vector of no known role is refused', () => {
  // As above, version 3, the second vector's role being 99.
  const written = Uint32Array.of(
    ...[0x4e4c4e55, 3, 0x678da8f8, 2, 7, 7, 1, 2, 3, 4],
    ...[0x01041000, 0x02000001, 0x00000300, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 1, 99, 1],
    ...[0x3fc00000, 0xc0000000],
  );
  expect(() => decodeTrainerState(written.buffer)).toThrow('The saved learner contradicts itself.');
});

/** Bit by bit, as ISO 3309 defines it. */
function crc32OfZip(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
