import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateCurve, type RatePoint, suggestRate, TRIED_RATES, triedRate } from './learningRateCurve.ts';

/** A curve of these smoothed losses; the raw ones are the same unless given. */
function pointsOf(smoothed: readonly number[], losses = smoothed): RatePoint[] {
  return smoothed.map((value, i) => ({ learningRate: triedRate(i), loss: losses[i] ?? 0, smoothed: value }));
}

/** A search through losses that depend on the rate alone. */
function searched(lossAt: (learningRate: number, i: number) => number): RateCurve {
  const curve = new RateCurve();
  for (let i = 0; !curve.isOver; i++) curve.push(lossAt(triedRate(i), i));
  return curve;
}

/** Numbers in [0, 1) that look random: the fractions of a golden spiral. */
const noise = (i: number) => ((i + 1) * 0.618_033_988_75) % 1;

/** Length of the longest falling sequence and where the first of them ends, by trying every choice of points. */
function longestFall(losses: readonly number[]): { length: number; end: number } {
  const best = { length: 0, end: 0 };
  for (let choice = 1; choice < 2 ** losses.length; choice++) {
    const chosen = [...losses.keys()].filter((i) => (choice >> i) & 1);
    if (chosen.some((at, k) => k > 0 && (losses[at] ?? 0) >= (losses[chosen[k - 1] ?? 0] ?? 0))) continue;
    const end = chosen.at(-1) ?? 0;
    if (chosen.length > best.length || (chosen.length === best.length && end < best.end)) {
      Object.assign(best, { length: chosen.length, end });
    }
  }
  return best;
}

describe('the rates', () => {
  it('grow in equal ratios from 1e-6 to 1', () => {
    const rates = Array.from({ length: TRIED_RATES }, (_, i) => triedRate(i));
    expect(rates[0]).toBeCloseTo(1e-6, 15);
    expect(rates.at(-1)).toBeCloseTo(1, 12);
    const ratios = rates.slice(1).map((rate, i) => rate / (rates[i] ?? 0));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(10 ** (6 / 99), 12);
  });
});

describe('the curve of a search', () => {
  it('is the weighted mean of all losses so far', () => {
    const curve = new RateCurve();
    const losses = [3, 1, 2, 5];
    for (const loss of losses) curve.push(loss);
    curve.points.forEach(({ smoothed }, last) => {
      const weights = losses.slice(0, last + 1).map((_, i) => 0.98 ** (last - i));
      const sum = weights.reduce((total, weight, i) => total + weight * (losses[i] ?? 0), 0);
      expect(smoothed).toBeCloseTo(sum / weights.reduce((total, weight) => total + weight), 12);
    });
  });

  it('is over after the last rate', () => {
    expect(searched(() => 1).points).toHaveLength(TRIED_RATES);
  });

  it('is over where the smoothed loss is more than four times its lowest', () => {
    const { points } = searched((rate) => (rate < 1e-3 ? 1 : 1000 * rate));
    const blown = points.at(-1)?.smoothed ?? 0;
    expect(points.length).toBeLessThan(TRIED_RATES);
    expect(blown).toBeGreaterThan(4);
    for (const { smoothed } of points.slice(0, -1)) expect(smoothed).toBeLessThanOrEqual(4);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('is over at a loss of %d, which is no point of it', (loss) => {
    const curve = new RateCurve();
    curve.push(1);
    curve.push(loss);
    curve.push(1);
    expect(curve.isOver).toBe(true);
    expect(curve.points).toEqual([{ learningRate: triedRate(0), loss: 1, smoothed: expect.closeTo(1, 12) }]);
  });
});

describe('the suggestion', () => {
  it('is half-way down a valley', () => {
    // The last of the even points and the 33 behind it fall, up to number 65; as many before that one is number 31.
    const curve = pointsOf(
      Array.from({ length: TRIED_RATES }, (_, i) => (i < 33 ? 1 : i < 66 ? 1 - (i - 32) / 40 : 0.175 + (i - 65) / 100)),
    );
    expect(suggestRate(curve)).toEqual({ learningRate: triedRate(31 + 11 + 5) });
  });

  it('is where the longest falling sequence says, by brute force', () => {
    const losses = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 10, maxLength: 11 });
    fc.assert(
      fc.property(losses, (judged) => {
        const { length, end } = longestFall(judged);
        const third = length / 3;
        const index = Math.max(0, end - length + Math.floor(third) + Math.floor(third / 2));
        // Ten points before and five behind are not judged; of the quiet ones no two differ.
        const smoothed = [...Array(10).fill(40), ...judged, ...Array(5).fill(40)];
        const suggestion = suggestRate(pointsOf(smoothed, Array(smoothed.length).fill(40)));
        const top = judged[Math.max(0, end - length)] ?? 0;
        if (top - (judged[end] ?? 0) <= 0.05 * top) expect(suggestion).toHaveProperty('reason');
        else expect(suggestion).toEqual({ learningRate: triedRate(10 + index) });
      }),
    );
  });

  it('stands through noise', () => {
    // Falls from 1e-4 on and rises from 1e-2 on.
    const clean = (rate: number) => {
      const place = Math.log10(rate);
      return place < -4 ? 1 : place < -2 ? 1 - 0.45 * (place + 4) : 0.1 + 4 * (place + 2);
    };
    const { points } = searched((rate, i) => clean(rate) * (0.8 + 0.4 * noise(i)));
    const suggestion = suggestRate(points);
    expect(suggestion).toHaveProperty('learningRate');
    const { learningRate } = suggestion as { learningRate: number };
    expect(learningRate).toBeGreaterThan(1e-4);
    expect(learningRate).toBeLessThan(1e-2);
  });

  it.each([
    ['is flat', () => 0.5],
    ['is zero', () => 0],
    ['only rises', (rate: number) => 1 + 0.1 * Math.log10(rate / 1e-6)],
    ['is noise', (_: number, i: number) => 0.5 + noise(i)],
    ['hardly falls', (rate: number) => 1 - 0.01 * Math.log10(rate / 1e-6)],
  ])('is none where the loss %s, and says why', (_, lossAt) => {
    expect(suggestRate(searched(lossAt).points)).toEqual({ reason: expect.stringContaining('by more than chance') });
  });

  it('is none in at least 98 of 100 searches through normal noise, and one where the loss falls through it', () => {
    let state = 1;
    const uniform = () => {
      // The generator of Numerical Recipes; its upper bits are the good ones.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const suggested = (lossAt: (rate: number) => number) =>
      Array.from({ length: 100 }, () => suggestRate(searched((rate) => lossAt(rate) + 0.15 * normal()).points)).filter(
        (suggestion) => 'learningRate' in suggestion,
      ).length;
    expect(suggested(() => 1)).toBeLessThanOrEqual(2);
    // Falls by a half from 1e-4 on.
    expect(suggested((rate) => 1 - Math.max(0, Math.log10(rate) + 4) / 8)).toBeGreaterThanOrEqual(98);
  });

  it('is none where the loss blew up at once, and says why', () => {
    const { points } = searched((_, i) => 10 ** i);
    expect(suggestRate(points)).toEqual({ reason: expect.stringContaining('blew up') });
    expect(suggestRate([])).toEqual({ reason: expect.stringContaining('blew up') });
  });
});
