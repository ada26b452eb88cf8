import { EMBEDDED_WEIGHTS, WEIGHTS_BYTES } from 'virtual:mobile-net-weights';
import { expect, test } from 'vitest';
import { loadMobileNetWeights, mobileNetWeights } from './mobileNetWeights.ts';

const FILE = EMBEDDED_WEIGHTS ?? new Uint8Array();

/** An address that the bytes themselves stand in. */
function addressOf(bytes: Uint8Array): string {
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  return `data:application/octet-stream,${escaped.join('')}`;
}

test('the file that was fetched gives the weights that a program for Node has in itself', async () => {
  const embedded = mobileNetWeights();
  await loadMobileNetWeights(addressOf(FILE));
  const loaded = mobileNetWeights();
  expect(loaded).not.toBe(embedded);
  expect(loaded).toEqual(embedded);
  expect(FILE).toHaveLength(WEIGHTS_BYTES);
});

test.each([
  ['that was cut short', () => FILE.subarray(0, -2)],
  ['with bytes after its end', () => Uint8Array.from({ length: WEIGHTS_BYTES + 2 }, (__, i) => FILE[i] ?? 0)],
  ['with one flipped bit', () => FILE.with(WEIGHTS_BYTES >> 1, (FILE[WEIGHTS_BYTES >> 1] ?? 0) ^ 1)],
  ['of nothing', () => new Uint8Array()],
])('a file %s is refused in one sentence, and what was loaded before stays', async (_, damaged) => {
  const before = mobileNetWeights();
  await expect(loadMobileNetWeights(addressOf(damaged()))).rejects.toThrow(
    new Error('The pretrained weights arrived damaged; try again, or reload the page.'),
  );
  expect(mobileNetWeights()).toBe(before);
});

test('a file that does not arrive is told of in one sentence', async () => {
  await expect(loadMobileNetWeights('data:')).rejects.toThrow(/^The pretrained weights could not be loaded: [^.]+\.$/);
});
