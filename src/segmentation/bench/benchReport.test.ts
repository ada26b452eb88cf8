import { expect, test } from 'vitest';
import {
  type BenchRow,
  formatBenchTable,
  largestLossDifference,
  lossVerdicts,
  rooflineSentence,
  rowTitle,
  targetVerdicts,
} from './benchReport.ts';

function row(change: Partial<BenchRow>): BenchRow {
  return {
    engine: 'ours',
    backend: 'webgpu',
    optimizer: 'adam',
    network: 'bench',
    size: 128,
    adapter: 'an adapter',
    msPerStep: 500,
    jsMsPerStep: 0.5,
    dispatches: 50,
    gpuBytes: 2 ** 20,
    firstStepMs: 900,
    losses: [2, 1],
    ...change,
  };
}

test('the table aligns its columns and marks what does not apply', () => {
  const table = formatBenchTable([
    row({ msPerStep: 1234.5 }),
    row({ backend: 'wasm', dispatches: null, gpuBytes: null }),
  ]);
  const [head = '', ...lines] = table.split('\n');
  const end = head.indexOf('ms/step') + 'ms/step'.length;
  // Half way between two integers, toFixed takes the upper one.
  expect(lines.map((line) => line.slice(0, end).split(/\s+/).at(-1))).toEqual(['1235', '500']);
  expect(lines[0]).toContain('1.00');
  expect(lines[1]?.match(/–/g)).toHaveLength(2);
});

test('losses are compared step by step, relative to the reference', () => {
  expect(largestLossDifference([1, 2.002], [1, 2])).toBeCloseTo(1e-3, 12);
  expect(largestLossDifference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(largestLossDifference([], [])).toBe(Number.POSITIVE_INFINITY);
  expect(largestLossDifference([Number.NaN, 1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  ['sgd', 1.00002, false],
  ['sgd', 1.000002, true],
  ['adam', 1.002, false],
  ['adam', 1.0002, true],
] as const)('%s may differ little from stock: a factor of %d', (optimizer, factor, met) => {
  const stock = row({ engine: 'stock', optimizer, losses: [2, 1] });
  const own = row({ optimizer, losses: [2, factor] });
  const alone = row({ optimizer, size: 64 });
  expect(lossVerdicts([stock, own, alone]).map((verdict) => verdict.met)).toEqual([true, met]);
});

test('stock’s own loss has to fall', () => {
  expect(lossVerdicts([row({ engine: 'stock', losses: [1, 2] })])).toMatchObject([{ met: false }]);
});

test('each target says whether it is met, and by how much it is missed', () => {
  const rows = [
    row({ engine: 'stock', msPerStep: 6000 }),
    row({ engine: 'jax-js', optimizer: 'sgd', msPerStep: 1000 }),
    row({}),
    row({ optimizer: 'sgd', jsMsPerStep: 3, dispatches: 66 }),
    row({ backend: 'wasm', msPerStep: 60, dispatches: null }),
  ];
  const verdicts = targetVerdicts(rows, true);
  expect(verdicts.map((verdict) => verdict.met)).toEqual([true, false, true, true, false, false, true]);
  const sentences = verdicts.map((verdict) => verdict.sentence);
  expect(sentences[0]).toBe('stock / ours, adam at 128 px: 12.0 × (≥ 10 ×): met');
  expect(sentences[1]).toBe('jax-js / ours, sgd at 128 px: 2.00 × (≥ 2.5 ×): missed: 1.25 × too slow');
  expect(sentences[5]).toBe('ours webgpu sgd 128 px, JavaScript: 3.00 ms (≤ 1 ms): missed: 3.00 × too much');
  // On hardware the ratios are taken at 256 px, which is not there.
  expect(targetVerdicts(rows, false)).toHaveLength(5);
});

test('the roofline is the slower of computing and moving', () => {
  const work = { flop: 2e9, bytes: 1e9 };
  const sentence = rooflineSentence(row({ msPerStep: 1000 }), work, { flopPerSecond: 20e9, bytesPerSecond: 5e9 });
  expect(sentence).toContain('2.00 GFLOP/s of 20.0 (10.0 %), 1.00 GB/s of 5.00 (20.0 %)');
  expect(sentence).toContain('20.0 % of the roofline');
  expect(sentence).toContain('200 ms');
});

test('the default network has rows beside the bench’s, and none of its targets', () => {
  const own = row({ network: 'default', dispatches: 500, jsMsPerStep: 9, losses: [1, 2] });
  expect(rowTitle(own)).toBe('ours webgpu adam default network 128 px');
  expect(targetVerdicts([own], true)).toEqual([]);
  expect(lossVerdicts([row({ engine: 'stock' }), own])).toHaveLength(1);
});
