import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureIndexAt, pictureOrder } from './pictureOrder.ts';

const epochOf = (epoch: number, count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => pictureIndexAt(epoch * count + i, count, seed));

const someSeed = fc.nat({ max: 0xffff_ffff });

describe('in turn', () => {
  test('every epoch shows every picture once', () => {
    const epochs = fc.record({
      epoch: fc.nat({ max: 50_000 }),
      count: fc.integer({ min: 1, max: 40 }),
      seed: someSeed,
    });
    fc.assert(
      fc.property(epochs, ({ epoch, count, seed }) => {
        const order = epochOf(epoch, count, seed);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        const even = pictureOrder(
          order.map(() => [0]),
          { pictureOrder: 'even', seed },
        );
        expect(order.map((_, i) => even(epoch * count + i))).toEqual(order);
      }),
    );
  });

  test('every order of three pictures comes up about as often as any other', () => {
    const times = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = epochOf(epoch, 3, 17).join('');
      times.set(order, (times.get(order) ?? 0) + 1);
    }
    expect(times.size).toBe(6);
    // 1000 each, with a standard deviation of √(6000·1/6·5/6) = 29: five of them to either side.
    for (const count of times.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });

  test('another seed is another order', () => {
    expect(epochOf(0, 40, 1)).not.toEqual(epochOf(0, 40, 2));
    expect(epochOf(0, 40, 1)).toEqual(epochOf(0, 40, 1));
  });
});

describe('by class', () => {
  /** Classes of one to twelve pictures, at least one each. */
  const project = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 12,
  });
  const orderOf = (classesOf: readonly number[][], seed: number) =>
    pictureOrder(classesOf, { pictureOrder: 'classes', seed });
  const shownBy = (order: (step: number) => number, from: number, count: number) =>
    Array.from({ length: count }, (_, i) => order(from + i));
  const having = (classesOf: readonly number[][], classId: number) =>
    classesOf.filter((ids) => ids.includes(classId)).length;

  test('each of C classes is seen in any C steps in a row', () => {
    fc.assert(
      fc.property(project, someSeed, fc.nat({ max: 5000 }), (classesOf, seed, from) => {
        const classes = new Set(classesOf.flat());
        const seen = shownBy(orderOf(classesOf, seed), from, classes.size).flatMap((picture) => classesOf[picture]);
        expect(new Set(seen)).toEqual(classes);
      }),
    );
  });

  test('every picture is shown, at the latest when the most frequent class has gone through its own', () => {
    fc.assert(
      fc.property(project, someSeed, (classesOf, seed) => {
        const classes = [...new Set(classesOf.flat())];
        const longest = Math.max(...classes.map((classId) => having(classesOf, classId)));
        const shown = shownBy(orderOf(classesOf, seed), 0, classes.length * longest);
        expect(new Set(shown).size).toBe(classesOf.length);
      }),
    );
  });

  test('a class that lives in one of twenty pictures has every third step, and the others share the rest', () => {
    // Classes 0 and 1 are in all pictures but the last, which has class 2 alone.
    const classesOf = Array.from({ length: 20 }, (_, i) => (i === 19 ? [2] : [0, 1]));
    const shown = shownBy(orderOf(classesOf, 5), 0, 3 * 19 * 4);
    const times = Array.from({ length: 20 }, (_, picture) => shown.filter((other) => other === picture).length);
    // Of 228 steps a third for class 2; two thirds in eight epochs of 19 pictures.
    expect(times).toEqual([...Array(19).fill(8), 76]);
    expect(new Set(shown.flatMap((picture, step) => (picture === 19 ? [step % 3] : []))).size).toBe(1);
  });

  test('where every picture has every class, the pictures come in turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), someSeed, fc.nat({ max: 5000 }), (count, seed, step) => {
        const order = orderOf(
          Array.from({ length: count }, () => [3, 1, 4]),
          seed,
        );
        expect(order(step)).toBe(pictureIndexAt(step, count, seed));
      }),
    );
  });

  test('it depends on the step, the classes and the seed alone', () => {
    const classesOf = [[0, 1], [0], [1, 2], [0, 2], [1], [2]];
    const order = orderOf(classesOf, 1);
    const forth = shownBy(order, 0, 60);
    const back = Array.from({ length: 60 }, (_, i) => orderOf(classesOf, 1)(59 - i)).reverse();
    expect(back).toEqual(forth);
    expect(shownBy(orderOf(classesOf, 2), 0, 60)).not.toEqual(forth);
  });
});
