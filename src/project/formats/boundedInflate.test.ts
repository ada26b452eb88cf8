import fc from 'fast-check';
import { deflateSync, zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { inflateBounded, inflateExactly } from './boundedInflate.ts';

const STEP_BYTES = 4096;
// What a step of input can make at most: deflate's limit is 1032 bytes for one.
const STEP_OUTPUT_BYTES = STEP_BYTES * 1032;

const PACKERS = { zlib: zlibSync, raw: deflateSync } as const;
const FORMATS = ['zlib', 'raw'] as const;

const SENTENCE = new TextEncoder().encode('masked loss '.repeat(30));

/** Packed data that remembers how far it was read. */
class WatchedBytes extends Uint8Array<ArrayBuffer> {
  readBytes = 0;

  override subarray(begin: number, end: number): Uint8Array<ArrayBuffer> {
    this.readBytes = Math.max(this.readBytes, Math.min(end, this.length));
    return new Uint8Array(this.buffer, begin, Math.max(0, Math.min(end, this.length) - begin));
  }
}

describe.each(FORMATS)('inflateBounded, %s', (format) => {
  test('gives the bytes that went in, up to the limit, whatever pieces they come in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.nat(20_000), fc.nat(20_000), (data, cut, maxBytes) => {
        const packed = PACKERS[format](data);
        const inflated = new Uint8Array(Math.min(maxBytes, data.length));
        const pieces = [packed.subarray(0, cut), packed.subarray(cut)];
        const total = inflateBounded(format, pieces, maxBytes, (chunk, offset) => inflated.set(chunk, offset));
        expect(inflated).toEqual(data.subarray(0, maxBytes));
        if (data.length <= maxBytes) expect(total).toBe(data.length);
        else expect(total).toBeGreaterThan(maxBytes);
      }),
    );
  });

  test('stops soon after the limit', () => {
    const bomb = new WatchedBytes(new Uint8Array(PACKERS[format](new Uint8Array(60_000_000))).buffer);
    expect(bomb.length).toBeGreaterThan(3 * STEP_BYTES);
    let written = 0;
    const total = inflateBounded(format, [bomb], 1000, (chunk) => {
      written += chunk.length;
    });
    expect(written).toBe(1000);
    expect(total).toBeLessThan(1000 + STEP_OUTPUT_BYTES);
    expect(bomb.readBytes).toBe(STEP_BYTES);
  });

  test('throws for what is not of this format', () => {
    // Deflate's third kind of block is reserved, and no zlib stream begins with these bytes.
    expect(() => inflateBounded(format, [new Uint8Array(20).fill(7)], 10, () => undefined)).toThrow();
  });

  test('throws nothing else for damaged bytes, and never writes past the limit', () => {
    const packed = PACKERS[format](SENTENCE);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.nat(500), (at, byte, maxBytes) => {
        const damaged = packed.slice();
        damaged[at] = byte;
        let written = 0;
        try {
          inflateBounded(format, [damaged], maxBytes, (chunk, offset) => {
            expect(offset).toBe(written);
            written += chunk.length;
          });
        } catch (error) {
          expect((error as Error).message).toMatch(/^(invalid|unexpected EOF)/);
        }
        expect(written).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });
});

test('a zlib stream cut short gives what it holds: writers of pictures leave its end out', () => {
  const packed = zlibSync(SENTENCE);
  expect(inflateBounded('zlib', [packed.subarray(0, -4)], 1000, () => undefined)).toBe(SENTENCE.length);
  expect(inflateBounded('zlib', [packed.subarray(0, 10)], 1000, () => undefined)).toBeLessThan(SENTENCE.length);
});

describe('inflateExactly', () => {
  test('unpacks what was packed, and nothing of another size', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.constantFrom(0 as const, 1 as const, 9 as const),
        (bytes, level) => {
          const packed = deflateSync(bytes, { level });
          expect(inflateExactly(packed, bytes.length)).toEqual(bytes);
          expect(inflateExactly(packed, bytes.length + 1)).toBeNull();
          if (bytes.length > 0) expect(inflateExactly(packed, bytes.length - 1)).toBeNull();
        },
      ),
    );
  });

  test('unpacks more than one step', () => {
    const noise = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i ^ (i >> 7), 2_654_435_761) >>> 23);
    expect(inflateExactly(deflateSync(noise), noise.length)).toEqual(noise);
  });

  test('refuses data cut short anywhere, at the ends of steps too', () => {
    const packed = deflateSync(SENTENCE);
    for (let length = 0; length < packed.length; length++) {
      expect(inflateExactly(packed.slice(0, length), SENTENCE.length)).toBeNull();
    }
    // Stored blocks: every byte of the data is one of the file.
    const stored = deflateSync(new Uint8Array(3 * STEP_BYTES), { level: 0 });
    for (const length of [STEP_BYTES, 2 * STEP_BYTES, 3 * STEP_BYTES]) {
      expect(inflateExactly(stored.slice(0, length), 3 * STEP_BYTES)).toBeNull();
    }
  });

  test('reads no further than the step in which the size is passed', () => {
    const packed = new WatchedBytes(new Uint8Array(deflateSync(new Uint8Array(60_000_000))).buffer);
    expect(inflateExactly(packed, 1000)).toBeNull();
    expect(packed.readBytes).toBe(STEP_BYTES);
  });
});
