import { expect, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS } from '../settings/learner.ts';
import { formatQualityTable, type QualityRow, setScores, spreadOf } from './qualityRow.ts';

function row(configuration: string, set: string, picture: string, seed: number, ...ious: number[]): QualityRow {
  return {
    configuration,
    settings: DEFAULT_LEARNER_SETTINGS,
    backend: 'wasm',
    set,
    mode: 'single',
    sizePx: 128,
    picture,
    seed,
    checkpoints: ious.map((meanIou, i) => ({ step: 60 * (i + 1), seconds: i + 1, meanIou })),
  };
}

const ROWS = [
  row('default', 'earth_water', 'a', 1, 0.5, 0.8),
  row('default', 'earth_water', 'b', 1, 0.7, 0.9),
  row('default', 'earth_water', 'a', 2, 0.5, 0.9),
  row('default', 'earth_water', 'b', 2, 0.9, 1),
  row('default', 'em_vnc', 'c', 1, 0.1, 0.35),
  row('default', 'em_vnc', 'c', 2, 0.3, 0.25),
];

test('a spread is the mean and the standard deviation of a sample', () => {
  // By hand: mean 5, squares 9 + 1 + 1 + 9 = 20, over 3.
  const { mean, deviation } = spreadOf([2, 4, 6, 8]);
  expect(mean).toBe(5);
  expect(deviation).toBeCloseTo(Math.sqrt(20 / 3), 12);
  expect(spreadOf([3])).toEqual({ mean: 3, deviation: null });
});

test('a set is the mean over pictures of each seed, then over seeds', () => {
  const [half, whole] = setScores(ROWS.filter(({ set }) => set === 'earth_water'));
  // Seed 1: 0.6 and 0.85; seed 2: 0.7 and 0.95.
  expect(half).toMatchObject({ step: 60, seconds: 1 });
  expect(half?.score.mean).toBeCloseTo(0.65, 12);
  expect(whole?.score.mean).toBeCloseTo(0.9, 12);
  expect(whole?.score.deviation).toBeCloseTo(Math.sqrt(0.005), 12);
});

test('the table has the forest of these sets, a line for each step count, and the mean over sets of each seed', () => {
  // Means of seed 1 and 2 at the end: (0.85 + 0.35) / 2 and (0.95 + 0.25) / 2, both 0.6.
  expect(formatQualityTable(ROWS).split('\n')).toEqual([
    '|  | steps | earth_water | em_vnc | mean | s a training |',
    '| --- | --- | --- | --- | --- | --- |',
    '| random forest |  | .872 | .327 | .600 |  |',
    '| default | 60 | .650 ± .071 | .200 ± .141 | .425 ± .106 | 1.0 |',
    '| default | 120 | .900 ± .071 | .300 ± .071 | .600 ± .000 | 2.0 |',
  ]);
});

test('without rows there is no table, and sets that the forest has not seen have no line of it', () => {
  expect(formatQualityTable([])).toBe('Nothing was measured.');
  const table = formatQualityTable([row('default', 'earth', 'earth', 1, 0.9)]);
  expect(table).not.toContain('forest');
  expect(table).toContain('| default | 60 | .900 | .900 | 1.0 |');
});
