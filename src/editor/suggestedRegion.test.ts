import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { type PredictedPixels, suggestRegion } from './suggestedRegion.ts';

const [WIDTH, HEIGHT] = [48, 40];
const never = () => {
  throw new Error('Nothing is to be drawn.');
};

function scene(doubtAt: (x: number, y: number) => number, classAt: (x: number, y: number) => number = () => 0) {
  const each = (value: (x: number, y: number) => number) =>
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH)));
  const prediction: PredictedPixels = {
    width: WIDTH,
    height: HEIGHT,
    classMap: each(classAt),
    margin: each((x, y) => 255 - doubtAt(x, y)),
  };
  return { prediction, labels: new Uint8Array(WIDTH * HEIGHT).fill(UNLABELED), each };
}

/** The doubt of every window, by going through all its pixels. */
function slowly({ prediction, labels }: ReturnType<typeof scene>, side: number): number {
  let most = -1;
  for (let top = 0; top + side <= HEIGHT; top++) {
    for (let left = 0; left + side <= WIDTH; left++) {
      let [doubt, unlabeled] = [0, 0];
      for (let i = 0; i < side * side; i++) {
        const at = (top + Math.floor(i / side)) * WIDTH + left + (i % side);
        if (labels[at] !== UNLABELED) continue;
        unlabeled++;
        doubt += 255 - (prediction.margin[at] ?? 0);
      }
      if (unlabeled > 0) most = Math.max(most, doubt);
    }
  }
  return most;
}

describe('where the network is unsure', () => {
  it('is found, with the classes that it wavers between', () => {
    const { prediction, labels } = scene(
      (x, y) => (Math.hypot(x - 30, y - 12) < 4 ? 200 : 3),
      (x) => (x < 32 ? 7 : 2),
    );
    const region = suggestRegion(prediction, labels, 'doubt', [], never);
    expect(Math.hypot((region?.centreX ?? 0) - 30, (region?.centreY ?? 0) - 12)).toBeLessThan(2.5);
    expect(region?.radiusPx).toBe(2.5);
    expect(region?.doubt).toBeGreaterThan(0.7);
    expect(region?.classIds).toEqual([7, 2]);
  });

  it('is not where it is labeled, nor where one was just now', () => {
    const { prediction, labels } = scene((x, y) => (y > 20 ? 0 : x > 40 ? 200 : x < 8 ? 150 : 2));
    const first = suggestRegion(prediction, labels, 'doubt', [], never);
    expect(first?.centreX).toBeGreaterThan(40);
    const second = suggestRegion(prediction, labels, 'doubt', first === null ? [] : [first], never);
    expect(second).not.toBeNull();
    expect(
      Math.max(
        Math.abs((second?.centreX ?? 0) - (first?.centreX ?? 0)),
        Math.abs((second?.centreY ?? 0) - (first?.centreY ?? 0)),
      ),
    ).toBeGreaterThanOrEqual(5);
    for (let i = 0; i < labels.length; i++) if (i % WIDTH > 36) labels[i] = 3;
    expect(suggestRegion(prediction, labels, 'doubt', [], never)?.centreX).toBeLessThan(8);
  });

  it('has the largest sum of doubts of all windows, whatever is labeled', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (stream) => {
        const { value: seed } = stream.next() as { value: number };
        const noise = (x: number, y: number) =>
          (Math.imul(x * 131 + y * 7919 + seed * 104_729, 0x9e37_79b1) >>> 24) % 256;
        const made = scene(noise);
        made.labels.set(made.each((x, y) => (noise(y, x) > 90 ? UNLABELED : 1)));
        const region = suggestRegion(made.prediction, made.labels, 'doubt', [], never);
        const unlabeled = (region?.radiusPx ?? 0) * 2;
        expect(unlabeled).toBe(5);
        const [left, top] = [(region?.centreX ?? 0) - 2.5, (region?.centreY ?? 0) - 2.5];
        let [sum, count] = [0, 0];
        for (let i = 0; i < 25; i++) {
          const at = (top + Math.floor(i / 5)) * WIDTH + left + (i % 5);
          if (made.labels[at] !== UNLABELED) continue;
          sum += 255 - (made.prediction.margin[at] ?? 0);
          count++;
        }
        expect(sum).toBe(slowly(made, 5));
        expect(region?.doubt).toBeCloseTo(sum / (255 * count), 12);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the control', () => {
  it('draws every region alike, whatever the doubt', () => {
    const { prediction, labels } = scene((x) => (x > 40 ? 255 : 0));
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const centres = Array.from({ length: 400 }, () => suggestRegion(prediction, labels, 'random', [], random)?.centreX);
    const mean = centres.reduce<number>((sum, x) => sum + (x ?? Number.NaN), 0) / centres.length;
    // Uniform on 2.5 … 45.5: mean 24, standard error 12.7 / √400.
    expect(Math.abs(mean - 24)).toBeLessThan(4 * 0.64);
  });

  it('is none where all is labeled', () => {
    const { prediction, labels } = scene(() => 100);
    expect(suggestRegion(prediction, labels.fill(0), 'random', [], () => 0)).toBeNull();
    expect(suggestRegion(prediction, labels, 'doubt', [], never)).toBeNull();
  });
});

it('a picture smaller than a region is one', () => {
  const prediction = { width: 3, height: 2, classMap: new Uint8Array(6), margin: new Uint8Array(6) };
  const region = suggestRegion(prediction, new Uint8Array(6).fill(UNLABELED), 'doubt', [], never);
  expect(region).toEqual({ centreX: 1, centreY: 1, radiusPx: 1, doubt: 1, classIds: [0] });
});
