import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, type Code, constant, type Local, loadInteger, wasmFunction } from './wasmAssembler.ts';
import { onOwnMemory } from './wasmTestTools.ts';
import { vectorOps } from './wasmVectorOps.ts';

/** Where operands and results lie, in floats. */
const [A, B, RESULT] = [0, 4, 64];

/** Runs code that gets the addresses' parameter, on a memory that begins with `words`. */
function run(
  lanes: 1 | 4,
  words: Int32Array,
  write: (v: ReturnType<typeof vectorOps>, at: Local, value: Local) => readonly Code[],
) {
  const v = vectorOps(lanes);
  const code = wasmFunction('run', ['at'], v, ({ parameters, vector }) => write(v, parameters.at, vector()));
  const { call, bits, values } = onOwnMemory([code]);
  bits.set(words);
  call['run']?.(0);
  return { bits, floats: values };
}

const bitsOf = (floats: readonly number[]) => new Int32Array(Float32Array.from(floats).buffer);
const pairOf = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 8, maxLength: 8 });

const ON_FLOATS: Readonly<
  Record<'add' | 'subtract' | 'multiply' | 'divide' | 'max' | 'raise', (a: number, b: number) => number>
> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  max: Math.max,
  raise: Math.max,
};

const ON_BITS: Readonly<Record<'and' | 'or' | 'add' | 'equal', (a: number, b: number) => number>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  add: (a, b) => (a + b) | 0,
  equal: (a, b) => (a === b ? -1 : 0),
};

test.each([1, 4] as const)('%i lanes: operations on floats are JavaScript’s, rounded', (lanes) => {
  const number = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  for (const name of Object.keys(ON_FLOATS) as (keyof typeof ON_FLOATS)[]) {
    fc.assert(
      fc.property(pairOf(number), (values) => {
        const { floats } = run(lanes, bitsOf(values), (v, at) => [
          v.store(at.get, 4 * RESULT, v[name](v.load(at.get, 4 * A), v.load(at.get, 4 * B))),
        ]);
        for (let lane = 0; lane < lanes; lane++) {
          const [a, b] = [Math.fround(values[A + lane] as number), Math.fround(values[B + lane] as number)];
          // Zeros of either sign are one number here: a maximum may be any of them.
          expect((floats[RESULT + lane] as number) + 0).toBe(Math.fround(ON_FLOATS[name](a, b)) + 0);
        }
      }),
      { numRuns: 30 },
    );
  }
});

test.each([1, 4] as const)('%i lanes: all bits where a float is less than another, none where one is NaN', (lanes) => {
  const number = fc.oneof(fc.float(), fc.constantFrom(0, -0, 6, Number.NaN, Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(pairOf(number), (values) => {
      const { bits } = run(lanes, bitsOf(values), (v, at) => [
        v.store(at.get, 4 * RESULT, v.less(v.load(at.get, 4 * A), v.load(at.get, 4 * B))),
      ]);
      for (let lane = 0; lane < lanes; lane++) {
        const [a, b] = [Math.fround(values[A + lane] as number), Math.fround(values[B + lane] as number)];
        expect(bits[RESULT + lane]).toBe(a < b ? -1 : 0);
      }
    }),
  );
});

test.each([1, 4] as const)('%i lanes: operations on bits are those of whole numbers', (lanes) => {
  const integer = fc.oneof(fc.integer(), fc.constantFrom(0, 255, -1));
  for (const name of Object.keys(ON_BITS) as (keyof typeof ON_BITS)[]) {
    fc.assert(
      fc.property(pairOf(integer), (values) => {
        const { bits } = run(lanes, Int32Array.from(values), (v, at) => [
          v.store(at.get, 4 * RESULT, v.bits[name](v.load(at.get, 4 * A), v.load(at.get, 4 * B))),
        ]);
        for (let lane = 0; lane < lanes; lane++) {
          expect(bits[RESULT + lane]).toBe(ON_BITS[name](values[A + lane] as number, values[B + lane] as number));
        }
      }),
      { numRuns: 30 },
    );
  }
});

test.each([1, 4] as const)('%i lanes: shifts, splats and whole numbers as floats', (lanes) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 4, maxLength: 4 }),
      fc.nat(31),
      fc.integer(),
      (values, by, other) => {
        const { bits, floats } = run(lanes, Int32Array.from(values), (v, at) => [
          v.store(at.get, 4 * RESULT, v.bits.shiftLeft(v.load(at.get, 0), by)),
          v.store(at.get, 4 * (RESULT + 4), v.bits.shiftRight(v.load(at.get, 0), by)),
          v.store(at.get, 4 * (RESULT + 8), v.bits.splat(other)),
          v.store(at.get, 4 * (RESULT + 12), v.splat(other)),
          v.store(at.get, 4 * (RESULT + 16), v.bits.toFloat(v.load(at.get, 0))),
        ]);
        for (let lane = 0; lane < lanes; lane++) {
          const value = values[lane] as number;
          expect(bits[RESULT + lane]).toBe(value << by);
          expect(bits[RESULT + 4 + lane]).toBe((value >>> by) | 0);
          expect(bits[RESULT + 8 + lane]).toBe(other);
          expect(floats[RESULT + 12 + lane]).toBe(Math.fround(other));
          expect(floats[RESULT + 16 + lane]).toBe(Math.fround(value));
        }
      },
    ),
  );
});

test.each([1, 4] as const)('%i lanes: floats that lie apart', (lanes) => {
  const words = Int32Array.from({ length: 40 }, (_, i) => 100 + i);
  words[0] = 4 * 8;
  const { bits } = run(lanes, words, (v, at, value) => [
    // Every third from the address that the first word is, then to every second of the results.
    value.set(v.gather((lane) => ({ address: loadInteger(at.get, 0), offset: 12 * lane }))),
    v.scatter((lane) => ({ address: add(at.get, constant(8 * lane)), offset: 4 * RESULT }), value),
  ]);
  const expected = [108, 0, 111, 0, 114, 0, 117].slice(0, 2 * lanes - 1);
  expect([...bits.subarray(RESULT, RESULT + 2 * lanes - 1)]).toEqual(expected);
});
