import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { expect, test } from 'vitest';
import { inflateExactly } from './inflate.ts';

/** Packed data that remembers how far it was read. */
class WatchedBytes extends Uint8Array<ArrayBuffer> {
  readBytes = 0;

  override subarray(begin: number, end: number): Uint8Array<ArrayBuffer> {
    this.readBytes = Math.max(this.readBytes, Math.min(end, this.length));
    return new Uint8Array(this.buffer, begin, Math.max(0, Math.min(end, this.length) - begin));
  }
}

test('unpacks what was packed, and nothing of another size', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.constantFrom(0, 1, 9), (bytes, level) => {
      const packed = deflateSync(bytes, { level: level as 0 | 1 | 9 });
      expect(inflateExactly(packed, bytes.length)).toEqual(bytes);
      expect(inflateExactly(packed, bytes.length + 1)).toBeNull();
      if (bytes.length > 0) expect(inflateExactly(packed, bytes.length - 1)).toBeNull();
    }),
  );
});

test('unpacks more than one step of 16 KiB', () => {
  const noise = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i ^ (i >> 7), 2_654_435_761) >>> 23);
  expect(inflateExactly(deflateSync(noise), noise.length)).toEqual(noise);
});

test('refuses data cut short anywhere', () => {
  const bytes = new TextEncoder().encode('masked loss '.repeat(30));
  const packed = deflateSync(bytes);
  for (let length = 0; length < packed.length; length++) {
    expect(inflateExactly(packed.slice(0, length), bytes.length)).toBeNull();
  }
});

test('reads no further than the step in which the size is passed', () => {
  const packed = new WatchedBytes(new Uint8Array(deflateSync(new Uint8Array(60_000_000))).buffer);
  expect(packed.length).toBeGreaterThan(3 * 16_384);
  expect(inflateExactly(packed, 1000)).toBeNull();
  expect(packed.readBytes).toBe(16_384);
});
