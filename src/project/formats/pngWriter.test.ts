import fc from 'fast-check';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { encodeGrey16Png, encodeIndexedPng, encodeRgbPng, rgbOf } from './pngWriter.ts';

const side = fc.integer({ min: 1, max: 9 });

test('indices, grey values and colours come back from a decoder', () => {
  fc.assert(
    fc.property(side, side, fc.uint8Array({ minLength: 243, maxLength: 243 }), (width, height, bytes) => {
      const indices = bytes.subarray(0, width * height);
      const indexed = decode(
        encodeIndexedPng(indices, width, height, (i) => [i, 7, 255 - i]),
        { checkCrc: true },
      );
      expect(indexed).toMatchObject({ width, height, depth: 8, channels: 1 });
      expect([...indexed.data]).toEqual([...indices]);
      expect(indexed.palette).toEqual(Array.from({ length: 256 }, (_, i) => [i, 7, 255 - i]));

      const values = Uint16Array.from(indices, (value) => value * 257);
      const grey = decode(encodeGrey16Png(values, width, height), { checkCrc: true });
      expect(grey).toMatchObject({ width, height, depth: 16, channels: 1 });
      expect([...grey.data]).toEqual([...values]);

      const rgb = bytes.subarray(0, 3 * width * height);
      const colored = decode(encodeRgbPng(rgb, width, height), { checkCrc: true });
      expect(colored).toMatchObject({ width, height, depth: 8, channels: 3 });
      expect([...colored.data]).toEqual([...rgb]);
    }),
  );
});

test('planes of another size are refused', () => {
  expect(() => encodeIndexedPng(new Uint8Array(5), 2, 3, () => [0, 0, 0])).toThrow(RangeError);
  expect(() => encodeGrey16Png(new Uint16Array(7), 2, 3)).toThrow(RangeError);
  expect(() => encodeRgbPng(new Uint8Array(6), 2, 3)).toThrow(RangeError);
});

test('the bytes fill their buffer, so that transferring one sends nothing else', () => {
  const png = encodeRgbPng(new Uint8Array(12), 2, 2);
  expect(png.buffer.byteLength).toBe(png.length);
});

test('colours are read from hexadecimal digits', () => {
  expect([rgbOf('#22aa44'), rgbOf('#FFFFFF'), rgbOf('#000001')]).toEqual([
    [0x22, 0xaa, 0x44],
    [255, 255, 255],
    [0, 0, 1],
  ]);
});
