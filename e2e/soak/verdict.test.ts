import { describe, expect, it } from 'vitest';
import { FIGURE_NAMES, type FigureName, type Figures, type Round } from './figures.ts';
import { formatHeader, formatRound, formatVerdict } from './table.ts';
import { judge, median } from './verdict.ts';

const FLAT = Object.fromEntries(FIGURE_NAMES.map((name) => [name, 1000])) as Record<FigureName, number>;

/** Rounds in which one figure is as `at` says of the round, from 0, and all others stay. */
function rounds(count: number, name: FigureName, at: (index: number) => number): Round[] {
  return Array.from({ length: count }, (_, i) => {
    const figures: Figures = { ...FLAT, [name]: at(i) };
    return { round: i + 1, minute: i / 2, figures };
  });
}

describe('judge', () => {
  it('finds nothing where all stays, and medians of fifths that share the rounds out', () => {
    const { fifths, faults } = judge(rounds(12, 'pageHeap', (i) => 1000 + (i % 2)));
    expect(faults).toEqual([]);
    expect(fifths).toHaveLength(5);
    // Rounds 1–2, 3–5, 6–7, 8–10 and 11–12.
    expect(fifths.map(({ pageHeap }) => pageHeap)).toEqual([1000.5, 1000, 1000.5, 1001, 1000.5]);
  });

  it.each(FIGURE_NAMES.filter((name) => name !== 'stepsPerSecond'))('finds growth of %s beyond 5 %', (name) => {
    // From 1,000 in the second fifth to 1,051 or 1,050 in the last.
    const { faults } = judge(rounds(50, name, (i) => (i < 40 ? 1000 : 1051)));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/ grew by 5\.1 % from the second fifth of the rounds to the last\.$/);
    expect(judge(rounds(50, name, (i) => (i < 40 ? 1000 : 1050))).faults).toEqual([]);
  });

  it('finds a leak of a little in every round', () => {
    expect(judge(rounds(60, 'workerHeap', (i) => 1000 + 2 * i)).faults).toEqual([
      'worker heap grew by 7.0 % from the second fifth of the rounds to the last.',
    ]);
  });

  it('finds training that has become slower by more than 15 %', () => {
    expect(judge(rounds(10, 'stepsPerSecond', (i) => (i < 8 ? 100 : 84))).faults).toEqual([
      'steps/s fell by 16.0 % from the second fifth of the rounds to the last.',
    ]);
    expect(judge(rounds(10, 'stepsPerSecond', (i) => (i < 8 ? 100 : 85))).faults).toEqual([]);
  });

  it('minds neither the first fifth, nor one slow or heavy round, nor what becomes better', () => {
    expect(judge(rounds(25, 'pageHeap', (i) => (i < 5 ? 100 : 1000))).faults).toEqual([]);
    expect(judge(rounds(25, 'pageHeap', (i) => (i === 22 ? 9000 : 1000))).faults).toEqual([]);
    expect(judge(rounds(25, 'stepsPerSecond', (i) => (i === 22 ? 1 : 1000))).faults).toEqual([]);
    expect(judge(rounds(25, 'pageHeap', (i) => 1000 - 30 * i)).faults).toEqual([]);
    expect(judge(rounds(25, 'stepsPerSecond', (i) => 1000 + 30 * i)).faults).toEqual([]);
  });

  it('finds what was not there at all before, and what could not be measured', () => {
    expect(judge(rounds(10, 'bitmaps', (i) => (i < 8 ? 0 : 1))).faults).toHaveLength(1);
    expect(judge(rounds(10, 'bitmaps', () => 0)).faults).toEqual([]);
    expect(judge(rounds(10, 'pageHeap', () => Number.NaN)).faults).toHaveLength(1);
  });

  it('does not judge fewer than five rounds', () => {
    expect(judge(rounds(4, 'pageHeap', () => 1)).faults).toEqual([
      'Only 4 rounds were done; five at least can be judged.',
    ]);
    expect(judge(rounds(5, 'pageHeap', () => 1)).faults).toEqual([]);
  });
});

it('takes the middle number for the median, or the mean of two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('prints every figure under its heading, and what changed', () => {
  const run = rounds(10, 'pageHeap', (i) => (i < 8 ? 20e6 : 22e6));
  const header = formatHeader();
  const first = run[0] === undefined ? '' : formatRound(run[0]);
  const column = (text: string) => text.slice(0, header.indexOf('page heap, MB') + 'page heap, MB'.length).trim();
  expect(column(header)).toBe('round  minute  page heap, MB');
  expect(column(first).split(/ +/)).toEqual(['1', '0.0', '20.00']);
  expect(first).toHaveLength(header.length);
  const lines = formatVerdict(judge(run)).split('\n');
  expect(lines.map((text) => column(text).split(/ {2,}/).at(-1))).toEqual([
    '20.00',
    '20.00',
    '20.00',
    '20.00',
    '22.00',
    '+10.0 %',
    '',
    expect.stringMatching(/^page heap grew/),
  ]);
  expect(formatVerdict(judge(rounds(10, 'pageHeap', () => 1)))).toMatch(/\nMemory is flat, and training as fast/);
});
