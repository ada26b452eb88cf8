import { expect, test } from 'vitest';
import { blendOverlay, opaqueRgb } from './overlay.ts';

const CLASSES = [{ id: 3, name: 'Leaf', color: '#ff0080' }];
const PIXELS = Uint8ClampedArray.of(10, 20, 30, 255, 100, 100, 101, 255);

test('blends by opacity, by hand: 0.75·10 + 0.25·255 = 71.25', () => {
  const rgb = blendOverlay(PIXELS, Uint8Array.of(3, 255), CLASSES, 0.25);
  expect([...rgb]).toEqual([71, 15, 55, 100, 100, 101]);
});

test('opacity 0 is the picture, 1 the class', () => {
  const map = Uint8Array.of(3, 3);
  expect(blendOverlay(PIXELS, map, CLASSES, 0)).toEqual(opaqueRgb(PIXELS));
  expect([...blendOverlay(PIXELS, map, CLASSES, 1)]).toEqual([255, 0, 128, 255, 0, 128]);
});

test('alpha is dropped', () => {
  expect([...opaqueRgb(PIXELS)]).toEqual([10, 20, 30, 100, 100, 101]);
});
