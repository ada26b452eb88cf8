import { EMBEDDED_WEIGHTS, WEIGHTS_BYTES } from 'virtual:mobile-net-weights';
import { expect, test } from 'vitest';
import { loadMobileNetWeights, mobileNetWeights } from './mobileNetWeights.ts';

const FILE = EMBEDDED_WEIGHTS ?? new Uint8Array();

/** The platform's; this room is compiled without the DOM's types. */
const { btoa } = globalThis as unknown as { btoa(binary: string): string };

/** An address that the bytes themselves stand in. */
function addressOf(bytes: Uint8Array): string {
  return `data:application/octet-stream;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

test('the file that was fetched gives the weights that a program for Node has in itself', async () => {
  const embedded = mobileNetWeights();
  await loadMobileNetWeights(addressOf(FILE));
  const loaded = mobileNetWeights();
  expect(loaded).not.toBe(embedded);
  expect([...loaded.keys()]).toEqual([...embedded.keys()]);
  // Half a million numbers: `toEqual` takes its time over each.
  const same = (a: Float32Array, b?: Float32Array) => a.length === b?.length && a.every((value, i) => value === b[i]);
  for (const [name, { kernel, bias }] of loaded) {
    expect([same(kernel, embedded.get(name)?.kernel), same(bias, embedded.get(name)?.bias)], name).toEqual([
      true,
      true,
    ]);
  }
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
