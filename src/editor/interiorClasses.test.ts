import { expect, it } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { interiorClasses } from './interiorClasses.ts';

const [WIDTH, HEIGHT] = [96, 60];

/** Labels with one rectangle after another: class, left, top, right, bottom. */
function labels(...rectangles: readonly (readonly [number, number, number, number, number])[]): Uint8Array {
  const classIds = new Uint8Array(WIDTH * HEIGHT).fill(UNLABELED);
  for (const [id, left, top, right, bottom] of rectangles) {
    for (let y = top; y < bottom; y++) classIds.fill(id, y * WIDTH + left, y * WIDTH + right);
  }
  return classIds;
}

const found = (classIds: Uint8Array) => [...interiorClasses(classIds, WIDTH, HEIGHT)].sort((a, b) => a - b);

it('one class alone has no border to show', () => {
  expect(found(labels())).toEqual([]);
  expect(found(labels([3, 10, 10, 20, 12]))).toEqual([]);
});

it('strokes far from every other class are inside', () => {
  expect(found(labels([0, 4, 4, 30, 6], [5, 50, 40, 70, 42]))).toEqual([0, 5]);
});

it('strokes that run beside another class show where both end', () => {
  const beside = labels([0, 10, 10, 40, 12], [1, 10, 15, 40, 17], [31, 70, 50, 80, 52]);
  expect(found(beside)).toEqual([31]);
});

it('one place is enough, and the picture’s last row and column count too', () => {
  const corner = labels(
    [2, 0, 0, 20, 2],
    [2, WIDTH - 1, HEIGHT - 1, WIDTH, HEIGHT],
    [7, WIDTH - 3, HEIGHT - 4, WIDTH, HEIGHT - 2],
  );
  expect(found(corner)).toEqual([]);
});

it('a picture of one pixel is one cell', () => {
  expect([...interiorClasses(Uint8Array.of(4), 1, 1)]).toEqual([]);
});
