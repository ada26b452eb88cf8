import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { expect, test } from 'vitest';
import { inflateBounded } from './boundedInflate.ts';

// What 4 KB of input can make at most: deflate's limit is 1032 bytes for one.
const STEP_OUTPUT_BYTES = 4096 * 1032;

test('gives the bytes that went in, up to the limit, whatever pieces they come in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.nat(20_000), fc.nat(20_000), (data, cut, maxBytes) => {
      const packed = zlibSync(data);
      const inflated = new Uint8Array(Math.min(maxBytes, data.length));
      const pieces = [packed.subarray(0, cut), packed.subarray(cut)];
      const total = inflateBounded(pieces, maxBytes, (chunk, offset) => inflated.set(chunk, offset));
      expect(inflated).toEqual(data.subarray(0, maxBytes));
      if (data.length <= maxBytes) expect(total).toBe(data.length);
      else expect(total).toBeGreaterThan(maxBytes);
    }),
  );
});

test('stops soon after the limit', () => {
  const bomb = zlibSync(new Uint8Array(60_000_000));
  let written = 0;
  const total = inflateBounded([bomb], 1000, (chunk) => {
    written += chunk.length;
  });
  expect(written).toBe(1000);
  expect(total).toBeLessThan(1000 + STEP_OUTPUT_BYTES);
});

test('throws for what is no zlib stream', () => {
  expect(() => inflateBounded([new Uint8Array(20).fill(1)], 10, () => undefined)).toThrow();
});
