import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64Url.ts';

test('letters of an address carry any bytes, and no others are taken for them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const text = toBase64Url(bytes);
      expect(text).toBe(
        btoa(String.fromCharCode(...bytes))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', ''),
      );
      expect(fromBase64Url(text)).toEqual(bytes);
    }),
  );
  for (const text of ['A', 'AB', 'AA=', 'A A', 'A+AA', 'AAAAA']) expect(fromBase64Url(text)).toBeNull();
});

test.each([
  ['', []],
  ['Zg', [0x66]],
  ['Zm8', [0x66, 0x6f]],
  ['Zm9v', [0x66, 0x6f, 0x6f]],
  ['Zm9vYmFy', [0x66, 0x6f, 0x6f, 0x62, 0x61, 0x72]],
  // The "url" variant's two letters of its own.
  ['-_-_', [0xfb, 0xff, 0xbf]],
])('“%s” is what RFC 4648 says, without padding', (text, bytes) => {
  expect(toBase64Url(Uint8Array.from(bytes))).toBe(text);
  expect(fromBase64Url(text)).toEqual(Uint8Array.from(bytes));
});
