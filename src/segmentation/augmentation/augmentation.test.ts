import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { Random } from '../random.ts';
import { type Augmentation, drawAugmentation, IDENTITY } from './augmentation.ts';
import { sampleAugmented } from './augmentationTestTools.ts';

const side = fc.integer({ min: 1, max: 7 });
const EVERYTHING = { flip: true, quarterTurns: true, color: 0.3 };

/** A picture whose three channels hold each pixel's index, and labels that hold it too, as far as a byte goes. */
function numbered(width: number, height: number) {
  const values = Float32Array.from({ length: 3 * width * height }, (_, i) => Math.floor(i / 3));
  const classIds = Uint8Array.from({ length: width * height }, (_, i) => i);
  const channelOfId = Uint8Array.from({ length: 256 }, (_, i) => i);
  return { picture: { width, height, values }, classIds, channelOfId };
}

function sample(source: ReturnType<typeof numbered>, augmentation: Augmentation) {
  const { width, height } = source.picture;
  const picture = new Float32Array(3 * width * height).fill(Number.NaN);
  const labels = new Int32Array(width * height).fill(-1);
  sampleAugmented(source, augmentation, picture, labels);
  return { picture, labels };
}

/** Labels by the definition: flip, then turn clockwise, on nested lists; then place in the frame. */
function reference(width: number, height: number, a: Augmentation): number[] {
  let rows = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => y * width + x));
  if (a.flipX) rows = rows.map((row) => row.toReversed());
  if (a.flipY) rows = rows.toReversed();
  for (let turn = 0; turn < a.quarterTurns; turn++) {
    const before = rows;
    rows = (before[0] ?? []).map((_, x) => before.map((row) => row[x] ?? Number.NaN).toReversed());
  }
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return rows[y - a.offsetY]?.[x - a.offsetX] ?? UNLABELED;
  });
}

test('flips, turns and offsets are those of the definition; colours follow their labels', () => {
  fc.assert(
    fc.property(side, side, fc.integer(), (width, height, seed) => {
      const augmentation = drawAugmentation(EVERYTHING, width, height, Random.fromSeed(seed));
      const { picture, labels } = sample(numbered(width, height), augmentation);
      expect([...labels]).toEqual(reference(width, height, augmentation));
      labels.forEach((label, i) => {
        [0, 1, 2].forEach((channel) => {
          const gain = augmentation.gain[channel] ?? Number.NaN;
          const shift = augmentation.shift[channel] ?? Number.NaN;
          // What the turned picture leaves free has the mean colour.
          const expected = label === UNLABELED ? 0 : gain * label + shift;
          expect(picture[3 * i + channel]).toBeCloseTo(expected, 3);
        });
      });
    }),
  );
});

test('four quarter turns, and two equal flips, change nothing', () => {
  fc.assert(
    fc.property(side, fc.boolean(), fc.boolean(), (size, flipX, flipY) => {
      const twice = (augmentation: Augmentation, times: number) => {
        let source = numbered(size, size);
        for (let i = 0; i < times; i++) {
          const { picture, labels } = sample(source, augmentation);
          source = { ...source, picture: { ...source.picture, values: picture }, classIds: Uint8Array.from(labels) };
        }
        return source;
      };
      expect(twice({ ...IDENTITY, quarterTurns: 1 }, 4)).toEqual(numbered(size, size));
      expect(twice({ ...IDENTITY, flipX, flipY }, 2)).toEqual(numbered(size, size));
    }),
  );
});

test('a turned picture covers all of the frame that it can', () => {
  fc.assert(
    fc.property(side, side, fc.integer(), (width, height, seed) => {
      const augmentation = drawAugmentation({ ...EVERYTHING, flip: false }, width, height, Random.fromSeed(seed));
      const { labels } = sample(numbered(width, height), augmentation);
      const covered = augmentation.quarterTurns % 2 === 1 ? Math.min(width, height) ** 2 : width * height;
      expect(labels.filter((label) => label !== UNLABELED).length).toBe(covered);
    }),
  );
});

test('ids without a channel are unlabeled', () => {
  const source = numbered(2, 2);
  source.channelOfId.fill(UNLABELED);
  source.channelOfId[2] = 0;
  expect([...sample(source, IDENTITY).labels]).toEqual([UNLABELED, UNLABELED, 0, UNLABELED]);
});

test('what is switched off is never drawn, and every orientation is', () => {
  const random = Random.fromSeed(3);
  const off = { flip: false, quarterTurns: false, color: 0, scale: 0 };
  for (let i = 0; i < 20; i++) expect(drawAugmentation(off, 5, 3, random)).toEqual(IDENTITY);
  const seen = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const { flipX, flipY, quarterTurns } = drawAugmentation(EVERYTHING, 5, 5, random);
    seen.add(`${flipX} ${flipY} ${quarterTurns}`);
  }
  expect(seen.size).toBe(16);
});
