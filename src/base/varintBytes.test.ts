import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './varintBytes.ts';

const errorOf = (problem: string) => new RangeError(`The number ${problem}.`);
const readerOf = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes), errorOf);

test('numbers come back in their order, whatever room the writer began with', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 0xffff_ffff }), fc.integer())),
      (capacity, rows) => {
        const writer = new ByteWriter(capacity);
        for (const [byte, varint, signed] of rows) {
          writer.byte(byte);
          writer.varint(varint);
          writer.signed(signed);
        }
        const bytes = writer.finish();
        expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
        const reader = new ByteReader(bytes, errorOf);
        expect(rows.map(() => [reader.byte(), reader.varint(), reader.signed()])).toEqual(rows);
        expect(reader.remaining).toBe(0);
      },
    ),
  );
});

test('624485 is written as in the example of the DWARF standard', () => {
  const writer = new ByteWriter();
  writer.varint(624_485);
  expect([...writer.finish()]).toEqual([0xe5, 0x8e, 0x26]);
});

test('what cannot be is refused with the error of the format at hand', () => {
  expect(() => readerOf().byte()).toThrow(new RangeError('The number ends too early.'));
  expect(() => readerOf(0x80).varint()).toThrow('The number ends too early.');
  expect(() => readerOf(1, 2).bytes(3)).toThrow('The number ends too early.');
  expect(() => readerOf(0xff, 0xff, 0xff, 0xff, 0x1f).varint()).toThrow('The number holds a number that is too large.');
  expect(() => readerOf(12).varint(11)).toThrow('The number holds a number that is too large.');
  expect(() => readerOf(0x80, 0x80, 0x80, 0x80, 0x80, 0).varint()).toThrow(
    'The number holds a number that is too long.',
  );
  expect([...readerOf(1, 2).bytes(2)]).toEqual([1, 2]);
});
