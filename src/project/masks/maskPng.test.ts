import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../formats/base64TestTools.ts';
import { fixture } from '../pictures/pictureFixture.ts';
import { decodeMaskPng, type Mask, MaskFormatError, resizeMask } from './maskPng.ts';

const MASKS = Object.entries(fixture.masks).map(([name, { png, values }]) => ({
  name,
  png: bytesOf(png),
  values: [...bytesOf(values)],
}));

function palettePng(width: number, height: number, data: Uint8Array): Uint8Array {
  const palette = Array.from({ length: 256 }, (_, i): [number, number, number] => [i, 255 - i, 7]);
  return encode({ width, height, data, channels: 1, depth: 8, palette });
}

/** Where a chunk's length begins, and that length. */
function findChunk(png: Uint8Array, type: string): { readonly offset: number; readonly length: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let offset = 8; offset < png.length; offset += 12 + view.getUint32(offset)) {
    if (String.fromCharCode(...png.subarray(offset + 4, offset + 8)) === type) {
      return { offset, length: view.getUint32(offset) };
    }
  }
  throw new Error(`There is no ${type} chunk.`);
}

describe('decodeMaskPng', () => {
  test.each(MASKS)("reads another encoder's $name mask as indices", ({ png, values }) => {
    const mask = decodeMaskPng(png);
    expect([mask.width, mask.height]).toEqual([13, 5]);
    expect([...mask.values]).toEqual(values);
  });

  test('keeps every byte of a palette mask, 255 too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.uint8Array({ minLength: 1, maxLength: 200 }), (width, data) => {
        const height = Math.ceil(data.length / width);
        const padded = new Uint8Array(width * height).fill(255);
        padded.set(data);
        const mask = decodeMaskPng(palettePng(width, height, padded));
        expect(mask).toEqual({ width, height, values: padded });
      }),
    );
  });

  test('reads from the middle of a larger buffer', () => {
    const png = palettePng(3, 2, Uint8Array.of(0, 1, 2, 3, 4, 255));
    const larger = new Uint8Array(png.length + 20).fill(9);
    larger.set(png, 7);
    expect([...decodeMaskPng(larger.subarray(7, 7 + png.length)).values]).toEqual([0, 1, 2, 3, 4, 255]);
  });

  test.each(MASKS)('refuses $name cut short anywhere', ({ png }) => {
    for (let length = 0; length < png.length; length++) {
      expect(() => decodeMaskPng(png.slice(0, length)), `${length} bytes`).toThrow(MaskFormatError);
    }
  });

  test('ignores what comes after the end', () => {
    const [first] = MASKS;
    const longer = new Uint8Array([...(first?.png ?? []), 1, 2, 3]);
    expect([...decodeMaskPng(longer).values]).toEqual(first?.values);
  });

  test('a flipped bit gives an error or, where it carries no index, the same mask', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MASKS), fc.nat(), fc.nat(7), ({ png, values }, position, bit) => {
        const mutated = png.slice();
        const offset = position % png.length;
        mutated[offset] = (mutated[offset] ?? 0) ^ (1 << bit);
        let mask: Mask | null = null;
        try {
          mask = decodeMaskPng(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(MaskFormatError);
        }
        if (mask !== null) expect([...mask.values]).toEqual(values);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['colour', 'This mask stores colours instead of class ids; save it as a grey or palette PNG.'],
    ['grey with alpha', 'This mask stores colours instead of class ids; save it as a grey or palette PNG.'],
    ['16 bit', 'This mask stores 16-bit values; save it as an 8-bit PNG.'],
  ] as const)('refuses a %s PNG with one sentence', (name, message) => {
    expect(() => decodeMaskPng(bytesOf(fixture.refusedMasks[name]))).toThrow(new MaskFormatError(message));
  });

  test('refuses other files', () => {
    expect(() => decodeMaskPng(new Uint8Array())).toThrow(new MaskFormatError('This mask is not a PNG file.'));
    expect(() => decodeMaskPng(bytesOf(fixture.pictures.JPEG))).toThrow('This mask is not a PNG file.');
  });

  test('refuses interlacing', () => {
    const png = palettePng(4, 4, new Uint8Array(16));
    png[findChunk(png, 'IHDR').offset + 20] = 1;
    expect(() => decodeMaskPng(png)).toThrow('save it without interlacing');
  });

  test('refuses a giant from its header', () => {
    const png = palettePng(4, 4, new Uint8Array(16));
    const view = new DataView(png.buffer, png.byteOffset);
    view.setUint32(16, 20_000);
    view.setUint32(20, 20_000);
    expect(() => decodeMaskPng(png)).toThrow('This mask is too large (20000 × 20000 pixels).');
  });

  test('refuses far more compressed data than the pixels need, before it is inflated', () => {
    const noise = Uint8Array.from({ length: 10_000 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
    const png = palettePng(100, 100, noise);
    expect(findChunk(png, 'IDAT').length).toBeGreaterThan(4 * 5 + 1025);
    const view = new DataView(png.buffer, png.byteOffset);
    view.setUint32(16, 4);
    view.setUint32(20, 4);
    expect(() => decodeMaskPng(png)).toThrow('This mask holds more data than its pixels need.');
  });
});

describe('resizeMask', () => {
  test('halves by taking the nearest pixel', () => {
    const mask = { width: 4, height: 2, values: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    // Centres 0.5 and 1.5 lie on source 1.0 and 3.0: the pixels that begin there.
    expect(resizeMask(mask, 2, 1)).toEqual({ width: 2, height: 1, values: Uint8Array.of(5, 7) });
  });

  test('is the identity at the same size and only ever gives values that were there', () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.uint8Array({ minLength: 144, maxLength: 144 }),
        (w, h, toW, toH, bytes) => {
          const mask = { width: w, height: h, values: bytes.slice(0, w * h) };
          expect(resizeMask(mask, w, h)).toEqual(mask);
          const resized = resizeMask(mask, toW, toH);
          expect(resized.values).toHaveLength(toW * toH);
          for (const value of resized.values) expect(mask.values).toContain(value);
        },
      ),
    );
  });

  test('enlarging by a whole factor repeats pixels', () => {
    const mask = { width: 2, height: 1, values: Uint8Array.of(3, 255) };
    expect([...resizeMask(mask, 4, 2).values]).toEqual([3, 3, 255, 255, 3, 3, 255, 255]);
  });
});
