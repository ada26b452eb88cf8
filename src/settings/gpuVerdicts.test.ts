import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_VERDICTS, parseGpuVerdicts, verdictsText, withSound } from './gpuVerdicts.ts';

const VISIT = { browser: 'Chrome 150', nowMs: 1_000_000 };
const DAY_MS = 24 * 60 * 60 * 1000;

const TOLD = withSound(
  withSound(
    { disagreement: 'It computes “Sum” otherwise.', sound: [] },
    { adapter: 'a/b', programs: ['1', '2z'] },
    VISIT.nowMs,
  ),
  { adapter: '', programs: ['3'] },
  VISIT.nowMs,
);

describe('verdicts on graphics adapters', () => {
  it('are read as they were written, programs of one adapter together', () => {
    expect(parseGpuVerdicts(verdictsText(TOLD, VISIT.browser), VISIT)).toEqual(TOLD);
    const more = withSound(TOLD, { adapter: 'a/b', programs: ['2z', '4'] }, VISIT.nowMs + 1);
    expect(parseGpuVerdicts(verdictsText(more, VISIT.browser), VISIT).sound).toEqual([
      { adapter: '', atMs: VISIT.nowMs, programs: ['3'] },
      { adapter: 'a/b', atMs: VISIT.nowMs + 1, programs: ['1', '2z', '4'] },
    ]);
  });

  it('are of one version of one browser', () => {
    const text = verdictsText(TOLD, VISIT.browser);
    expect(parseGpuVerdicts(text, { ...VISIT, browser: 'Chrome 151' })).toEqual(NO_VERDICTS);
  });

  it('last a week where an adapter has no name', () => {
    const text = verdictsText(TOLD, VISIT.browser);
    const adaptersAfter = (ms: number) =>
      parseGpuVerdicts(text, { ...VISIT, nowMs: VISIT.nowMs + ms }).sound.map(({ adapter }) => adapter);
    expect(adaptersAfter(6.9 * DAY_MS)).toEqual(['a/b', '']);
    expect(adaptersAfter(7 * DAY_MS)).toEqual(['a/b']);
    expect(adaptersAfter(-1)).toEqual(['a/b']);
  });

  it('of a nameless adapter last no longer because something else is stored later', () => {
    const later = { ...VISIT, nowMs: VISIT.nowMs + 6 * DAY_MS };
    const read = parseGpuVerdicts(verdictsText(TOLD, VISIT.browser), later);
    const more = withSound({ ...read, disagreement: null }, { adapter: 'a/b', programs: ['5'] }, later.nowMs);
    const text = verdictsText(more, VISIT.browser);
    const after = parseGpuVerdicts(text, { ...VISIT, nowMs: VISIT.nowMs + 8 * DAY_MS });
    expect(after.sound.map(({ adapter }) => adapter)).toEqual(['a/b']);
  });

  it('are none where what is stored is something else', () => {
    expect(parseGpuVerdicts(null, VISIT)).toEqual(NO_VERDICTS);
    const text = verdictsText(TOLD, VISIT.browser);
    for (let length = 0; length < text.length; length++) {
      expect(parseGpuVerdicts(text.slice(0, length), VISIT)).toEqual(NO_VERDICTS);
    }
    const hostile = [
      { browser: VISIT.browser, disagreement: 'x'.repeat(301), sound: [] },
      { browser: VISIT.browser, disagreement: null, sound: [{ adapter: 'a', atMs: 0, programs: ['<b>'] }] },
      { browser: VISIT.browser, disagreement: null, sound: [{ adapter: 'a', atMs: null, programs: [] }] },
      { browser: VISIT.browser, disagreement: null, sound: Array(9).fill({ adapter: 'a', atMs: 0, programs: [] }) },
      { browser: VISIT.browser, disagreement: 7, sound: [] },
    ];
    for (const value of hostile) expect(parseGpuVerdicts(JSON.stringify(value), VISIT)).toEqual(NO_VERDICTS);
    fc.assert(fc.property(fc.json(), (json) => parseGpuVerdicts(json, VISIT).sound.length === 0));
  });

  it('never become more than can be read again', () => {
    let verdicts = NO_VERDICTS;
    for (let i = 0; i < 12; i++) {
      const programs = Array.from({ length: 4500 }, (_, k) => k.toString(36));
      verdicts = withSound(verdicts, { adapter: `a${i}`, programs }, VISIT.nowMs);
    }
    const { sound } = parseGpuVerdicts(verdictsText(verdicts, VISIT.browser), VISIT);
    expect(sound.map(({ adapter }) => adapter)).toEqual(['a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'a10', 'a11']);
    expect(sound.every(({ programs }) => programs.length === 4000)).toBe(true);
  });
});
