import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

test('gives the check value that the catalogue of CRCs lists for CRC-32/ISO-HDLC, and 0 for nothing', () => {
  expect(crc32(Uint8Array.from([...'123456789'], (digit) => digit.charCodeAt(0)))).toBe(0xcbf4_3926);
  expect(crc32(new Uint8Array())).toBe(0);
});
