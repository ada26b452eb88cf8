import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, advance, constant, repeat, wasmFunction } from './wasmAssembler.ts';
import { onOwnMemory } from './wasmTestTools.ts';
import { vectorOps } from './wasmVectorOps.ts';

const PAGE_FLOATS = (1 << 16) / 4;

test('numbers of any size keep their value in the code', () => {
  const v = vectorOps(1);
  const anyInteger = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(anyInteger, fc.integer({ min: 1, max: PAGE_FLOATS - 1 }), fc.nat(), (number, place, share) => {
      // The address is cut into a part that the code subtracts first, an offset and the rest.
      const offset = share % (4 * place + 1);
      const code = wasmFunction('put', ['from'], v, ({ parameters: { from }, integer }) => {
        const address = integer();
        return [
          address.set(constant(number)),
          advance(address, add(constant((4 * place - offset - number) | 0), constant(0))),
          v.store(address.get, offset, v.loadSplat(from.get, 0)),
        ];
      });
      const { call, values } = onOwnMemory([code]);
      values[0] = 7;
      call.put?.(0);
      expect(values[place]).toBe(7);
    }),
  );
});

test.each([1, 4] as const)('%i lanes: loads, sums, products, the greater one, and loops', (lanes) => {
  const v = vectorOps(lanes);
  const fill = wasmFunction('fill', ['to', 'rows', 'addend', 'factor'], v, ({ parameters, vector }) => {
    const { to, rows, addend, factor } = parameters;
    const sum = vector();
    return [
      sum.set(v.zero),
      repeat(rows, [
        sum.set(v.add(sum.get, v.loadSplat(addend.get, 0))),
        v.store(to.get, 0, v.max(v.multiply(sum.get, v.load(factor.get, 4)), v.zero)),
        advance(to, constant(v.bytes)),
      ]),
    ];
  });
  const { call, values } = onOwnMemory([fill, { ...fill, name: 'again' }]);
  values.set([2, 9, 3, -1, 0.5, 4]);
  call.again?.(64, 3, 0, 4);
  const factors = [3, -1, 0.5, 4].slice(0, lanes);
  const expected = [2, 4, 6].flatMap((sum) => factors.map((factor) => Math.max(0, sum * factor)));
  expect([...values.subarray(16, 16 + 3 * lanes)]).toEqual(expected);
  expect(values[16 + 3 * lanes]).toBe(0);
});
