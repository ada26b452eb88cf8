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
