import { expect, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS } from '../settings/learner.ts';
import type { QualityRow } from './qualityRow.ts';
import { formatQualityTable, setScores, standingSentences } from './qualityTable.ts';

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

test('a set is the mean over pictures of each seed, then over seeds', () => {
  const [half, whole] = setScores(ROWS.filter(({ set }) => set === 'earth_water'));
  // Seed 1: 0.6 and 0.85; seed 2: 0.7 and 0.95.
  expect(half).toMatchObject({ step: 60, seconds: 1 });
  expect(half?.score.mean).toBeCloseTo(0.65, 12);
  expect(whole?.score.mean).toBeCloseTo(0.9, 12);
  expect(whole?.score.deviation).toBeCloseTo(Math.sqrt(0.005), 12);
});

const FOREST = {
  'random forest': {
    'single 128': { earth_water: { a: 0.86, b: 0.96 }, em_vnc: { c: 0.3 } },
    'multi 128': { em_vnc: 0.2 },
  },
};

test('the table has what others reach on these sets, a line for each step count, and the mean over sets of each seed', () => {
  // Means of seed 1 and 2 at the end: (0.85 + 0.35) / 2 and (0.95 + 0.25) / 2, both 0.6.
  expect(formatQualityTable(ROWS, FOREST).split('\n')).toEqual([
    '|  | steps | earth_water | em_vnc | mean | s a training |',
    '| --- | --- | --- | --- | --- | --- |',
    '| random forest |  | .910 | .300 | .605 |  |',
    '| default | 60 | .650 ± .071 | .200 ± .141 | .425 ± .106 | 1.0 |',
    '| default | 120 | .900 ± .071 | .300 ± .071 | .600 ± .000 | 2.0 |',
  ]);
});

test('without rows there is no table, and a method that has not seen the sets, or not so, has no line', () => {
  expect(formatQualityTable([], FOREST)).toBe('Nothing was measured.');
  const elsewhere = formatQualityTable([row('default', 'earth', 'earth', 1, 0.9)], FOREST);
  expect(elsewhere).not.toContain('forest');
  expect(elsewhere).toContain('| default | 60 | .900 | .900 | 1.0 |');
  const larger = ROWS.map((one) => ({ ...one, sizePx: 256 }));
  expect(formatQualityTable(larger, FOREST)).not.toContain('forest');
});

test('wins and losses are of pictures, each by its mean over seeds', () => {
  // a: (0.8 + 0.9) / 2 = 0.85 where the forest has 0.86; b: 0.95 and 0.96; c: 0.6 and 0.3.
  const better = ROWS.map((one) =>
    one.picture === 'c' ? { ...one, checkpoints: [{ step: 1, seconds: 1, meanIou: 0.6 }] } : one,
  );
  expect(standingSentences(better, FOREST)).toEqual([
    'default against random forest: ahead on 1 picture, behind on 2, +.093 on average',
  ]);
  expect(standingSentences(ROWS, {})).toEqual([]);
});
