import { describe, expect, test } from 'vitest';
import { UNLABELED } from '../../../labels/planes.ts';
import text from '../../../segmentation/losses/pytorchFixture.json?raw';
import { allPixelDilution, type Dilution, type LabeledCounts, zeroedInputDilution } from './dilution.ts';

/** What this test reads of the fixture of the losses: PyTorch in float64, by `makeFixture.py`. */
interface Fixture {
  readonly labels: readonly number[];
  readonly labelLosses: readonly {
    readonly loss: string;
    readonly treatment: string;
    readonly weight: readonly number[] | null;
    readonly labelSmoothing: number;
    readonly value: readonly number[];
    readonly gradient: readonly number[];
  }[];
}

const fixture: Fixture = JSON.parse(text);
const CHANNELS = 3;

function countsOf(weights: readonly number[] | null): LabeledCounts {
  const labeledByChannel = Array.from({ length: CHANNELS }, (_, id) => fixture.labels.filter((y) => y === id).length);
  return { labeledByChannel, unlabeled: fixture.labels.filter((y) => y === UNLABELED).length, weights };
}

const UNDER: readonly [string, (counts: LabeledCounts, labelSmoothing: number) => Dilution][] = [
  ['allPixelMean', (counts) => allPixelDilution(counts)],
  ['zeroedInput', zeroedInputDilution],
];

describe.each(UNDER)('%s', (treatment, dilutionOf) => {
  const cases = fixture.labelLosses.filter((one) => one.loss === 'crossEntropy' && one.treatment === treatment);

  test('is in the fixture with and without class weights, with and without label smoothing', () => {
    expect(new Set(cases.map(({ weight }) => weight === null)).size).toBe(2);
    expect(new Set(cases.map(({ labelSmoothing }) => labelSmoothing > 0)).size).toBe(2);
  });

  for (const one of cases) {
    const { weight, labelSmoothing } = one;
    test(`is PyTorch’s masked mean, diluted: ${weight === null ? 'unweighted' : 'weighted'}, ε ${labelSmoothing}`, () => {
      const masked = fixture.labelLosses.find(
        (other) =>
          other.loss === 'crossEntropy' &&
          other.treatment === 'ignore' &&
          JSON.stringify(other.weight) === JSON.stringify(weight) &&
          other.labelSmoothing === labelSmoothing,
      );
      if (masked === undefined) throw new Error('The fixture has the masked mean of every case.');
      const { gradientScale, floor, labeledShare } = dilutionOf(countsOf(weight), labelSmoothing);
      expect(labeledShare).toBe(fixture.labels.filter((y) => y !== UNLABELED).length / fixture.labels.length);
      expect(gradientScale * (masked.value[0] ?? 0) + floor).toBeCloseTo(one.value[0] ?? Number.NaN, 7);
      one.gradient.forEach((derivative, i) => {
        expect(derivative).toBeCloseTo(gradientScale * (masked.gradient[i] ?? 0), 7);
      });
    });
  }
});

test('without weights both leave the labeled share of the gradient, and the floor is log C for what is not labeled', () => {
  const counts = { labeledByChannel: [30, 10], unlabeled: 760, weights: null };
  expect(allPixelDilution(counts)).toEqual({ labeledShare: 0.05, gradientScale: 0.05, floor: 0 });
  const zeroed = zeroedInputDilution(counts);
  expect(zeroed.gradientScale).toBe(0.05);
  expect(zeroed.floor).toBeCloseTo(0.95 * Math.log(2), 12);
});

test('with nothing labeled only the floor is left, with no pixels nothing', () => {
  const nothing = { labeledByChannel: [0, 0, 0], unlabeled: 9, weights: null };
  expect(zeroedInputDilution(nothing)).toEqual({ labeledShare: 0, gradientScale: 0, floor: Math.log(3) });
  expect(allPixelDilution(nothing)).toEqual({ labeledShare: 0, gradientScale: 0, floor: 0 });
  const empty = { labeledByChannel: [0, 0], unlabeled: 0, weights: null };
  expect(zeroedInputDilution(empty)).toEqual({ labeledShare: 0, gradientScale: 0, floor: 0 });
  expect(allPixelDilution(empty)).toEqual({ labeledShare: 0, gradientScale: 0, floor: 0 });
});
