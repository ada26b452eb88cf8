import { expect, test } from 'vitest';
import { opaqueRgb, tintClasses } from './overlay.ts';

const CLASSES = [{ id: 3, name: 'Leaf', color: '#ff0080' }];
const PIXELS = [10, 20, 30, 255, 100, 100, 101, 255];

function tinted(classIds: readonly number[], opacity: number): number[] {
  const pixels = Uint8ClampedArray.from(PIXELS);
  tintClasses(pixels, Uint8Array.from(classIds), CLASSES, opacity);
  return [...pixels];
}

test('blends by opacity, by hand: 0.75·10 + 0.25·255 = 71.25', () => {
  expect(tinted([3, 255], 0.25)).toEqual([71, 15, 55, 255, 100, 100, 101, 255]);
});

test('opacity 0 is the picture, 1 the class', () => {
  expect(tinted([3, 3], 0)).toEqual(PIXELS);
  expect(tinted([3, 3], 1)).toEqual([255, 0, 128, 255, 255, 0, 128, 255]);
});

test('alpha is dropped', () => {
  expect([...opaqueRgb(Uint8ClampedArray.from(PIXELS))]).toEqual([10, 20, 30, 100, 100, 101]);
});
