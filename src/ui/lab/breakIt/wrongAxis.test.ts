import { expect, test } from 'vitest';
import { CHANNELS, TINY_SIDE_PX, tinyMasks, wrongAxis } from './wrongAxis.ts';

const SIZE = TINY_SIDE_PX ** 2;

test('the three pictures have different strokes, and turning hands them round', () => {
  const h = tinyMasks(3, 0);
  const parts = [0, 1, 2].map((b) => h.slice(b * SIZE, (b + 1) * SIZE).join(''));
  expect(new Set(parts).size).toBe(3);
  expect(tinyMasks(3, 1).slice(0, SIZE).join('')).toBe(parts[1]);
});

test('three pictures of three channels: channel c of every picture has picture c’s mask, counted here', () => {
  const h = tinyMasks(3, 0);
  const { fates, lost, leaked } = wrongAxis(h, 3, false);
  const counted = { kept: 0, out: 0, lost: 0, leaked: 0 };
  for (let i = 0; i < 3 * CHANNELS * SIZE; i++) {
    const [b, c, pixel] = [Math.floor(i / (CHANNELS * SIZE)), Math.floor(i / SIZE) % CHANNELS, i % SIZE];
    const [own, applied] = [h[b * SIZE + pixel] === 1, h[c * SIZE + pixel] === 1];
    const fate = own ? (applied ? 'kept' : 'lost') : applied ? 'leaked' : 'out';
    expect(fates?.[b]?.[c]?.[pixel]).toBe(fate);
    counted[fate] += 1;
  }
  expect([lost, leaked]).toEqual([counted.lost, counted.leaked]);
  expect(lost).toBeGreaterThan(0);
  expect(leaked).toBeGreaterThan(0);
  // Where picture and channel have one number it is right by luck.
  for (const b of [0, 1, 2]) expect(fates?.[b]?.[b]).not.toContain('lost');
});

test('with the axis put in, nothing is lost and nothing leaks', () => {
  for (const batch of [1, 2, 3]) {
    expect(wrongAxis(tinyMasks(batch, 2), batch, true)).toMatchObject({ lost: 0, leaked: 0 });
  }
});

test('one picture is right by luck, two are an error', () => {
  expect(wrongAxis(tinyMasks(1, 0), 1, false)).toEqual(wrongAxis(tinyMasks(1, 0), 1, true));
  expect(wrongAxis(tinyMasks(2, 0), 2, false).fates).toBeNull();
});
