import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_GPU_TUNING, type GpuTuning } from './gpuTuning.ts';
import {
  type GpuVerdicts,
  isSlowerThanWasm,
  NO_VERDICTS,
  parseGpuVerdicts,
  parseTunedAdapter,
  verdictsText,
  withDisagreement,
  withSound,
  withTuning,
} from './gpuVerdicts.ts';

const VISIT = { browser: 'Chrome 150', nowMs: 1_000_000 };
const DAY_MS = 24 * 60 * 60 * 1000;

const TUNING: GpuTuning = { ...DEFAULT_GPU_TUNING, sums: 64, inputReads: 'vectors' };
const STEP_MS = { webgpu: 31.25, wasm: 12 };

/** Every kind of finding on an adapter, and on one that has no name. */
const TOLD = ['a/b', ''].reduce(
  (verdicts, adapter) =>
    withTuning(
      withDisagreement(
        withSound(verdicts, { adapter, programs: ['1', '2z'] }, VISIT.nowMs),
        adapter,
        'It computes “Sum” otherwise.',
        VISIT.nowMs,
      ),
      { adapter, tuning: TUNING, stepMs: adapter === '' ? null : STEP_MS },
      VISIT.nowMs,
    ),
  NO_VERDICTS,
);

/** Of each kind of finding. */
function adaptersIn({ sound, disagreements, tunings }: GpuVerdicts): string[][] {
  return [sound, disagreements, tunings].map((findings) => findings.map(({ adapter }) => adapter));
}

describe('verdicts on graphics adapters', () => {
  it('are read as they were written, programs of one adapter together', () => {
    expect(parseGpuVerdicts(verdictsText(TOLD, VISIT.browser), VISIT)).toEqual(TOLD);
    const more = withSound(TOLD, { adapter: 'a/b', programs: ['2z', '4'] }, VISIT.nowMs + 1);
    expect(parseGpuVerdicts(verdictsText(more, VISIT.browser), VISIT).sound).toEqual([
      { adapter: '', atMs: VISIT.nowMs, programs: ['1', '2z'] },
      { adapter: 'a/b', atMs: VISIT.nowMs + 1, programs: ['1', '2z', '4'] },
    ]);
  });

  it('of a kind are one for each adapter, the newest', () => {
    const sentence = 'It computes “Max” otherwise.';
    const newer = withTuning(
      withDisagreement(TOLD, 'a/b', sentence, VISIT.nowMs + 1),
      { adapter: 'a/b', tuning: DEFAULT_GPU_TUNING, stepMs: null },
      VISIT.nowMs + 1,
    );
    const read = parseGpuVerdicts(verdictsText(newer, VISIT.browser), VISIT);
    expect(read.disagreements.map((finding) => [finding.adapter, finding.sentence])).toEqual([
      ['', 'It computes “Sum” otherwise.'],
      ['a/b', sentence],
    ]);
    expect(read.tunings.map(({ adapter, tuning }) => [adapter, tuning.sums])).toEqual([
      ['', 64],
      ['a/b', 32],
    ]);
  });

  it('keep programs from before there were timings, and a disagreement that names no adapter is forgotten', () => {
    const sound = [{ adapter: 'a/b', atMs: 1, programs: ['1'] }];
    const text = JSON.stringify({ browser: VISIT.browser, disagreement: 'It computes “Sum” otherwise.', sound });
    expect(parseGpuVerdicts(text, VISIT)).toEqual({ ...NO_VERDICTS, sound });
  });

  it('are of one version of one browser', () => {
    const text = verdictsText(TOLD, VISIT.browser);
    expect(parseGpuVerdicts(text, { ...VISIT, browser: 'Chrome 151' })).toEqual(NO_VERDICTS);
  });

  it('last a week where an adapter has no name', () => {
    const text = verdictsText(TOLD, VISIT.browser);
    const adaptersAfter = (ms: number) => {
      const read = parseGpuVerdicts(text, { ...VISIT, nowMs: VISIT.nowMs + ms });
      return adaptersIn(read).map((adapters) => adapters.join('|'));
    };
    expect(adaptersAfter(6.9 * DAY_MS)).toEqual(['a/b|', 'a/b|', 'a/b|']);
    expect(adaptersAfter(7 * DAY_MS)).toEqual(['a/b', 'a/b', 'a/b']);
    expect(adaptersAfter(-1)).toEqual(['a/b', 'a/b', 'a/b']);
  });

  it('of a nameless adapter last no longer because something else is stored later', () => {
    const later = { ...VISIT, nowMs: VISIT.nowMs + 6 * DAY_MS };
    const read = parseGpuVerdicts(verdictsText(TOLD, VISIT.browser), later);
    const more = withSound(read, { adapter: 'a/b', programs: ['5'] }, later.nowMs);
    const text = verdictsText(more, VISIT.browser);
    const after = parseGpuVerdicts(text, { ...VISIT, nowMs: VISIT.nowMs + 8 * DAY_MS });
    expect(adaptersIn(after)).toEqual([['a/b'], ['a/b'], ['a/b']]);
  });

  it('are none where what is stored is something else', () => {
    expect(parseGpuVerdicts(null, VISIT)).toEqual(NO_VERDICTS);
    const text = verdictsText(TOLD, VISIT.browser);
    for (let length = 0; length < text.length; length++) {
      expect(parseGpuVerdicts(text.slice(0, length), VISIT)).toEqual(NO_VERDICTS);
    }
    const told = JSON.parse(text);
    const [tuned] = told.tunings;
    const hostile = [
      { ...told, disagreements: [{ adapter: 'a', atMs: 0, sentence: 'x'.repeat(301) }] },
      { ...told, disagreements: [{ adapter: 'a', atMs: 0, sentence: 7 }] },
      { ...told, disagreements: 'It computes nothing.' },
      { ...told, sound: [{ adapter: 'a', atMs: 0, programs: ['<b>'] }] },
      { ...told, sound: [{ adapter: 'a', atMs: null, programs: [] }] },
      { ...told, sound: Array(9).fill({ adapter: 'a', atMs: 0, programs: [] }) },
      { ...told, tunings: Array(9).fill(tuned) },
      { ...told, tunings: [{ ...tuned, tuning: null }] },
      { ...told, tunings: [{ ...tuned, tuning: { ...TUNING, sums: 1e9 } }] },
      { ...told, tunings: [{ ...tuned, tuning: { ...TUNING, inputReads: '__proto__' } }] },
      { ...told, tunings: [{ ...tuned, stepMs: { webgpu: 0, wasm: 1 } }] },
      { ...told, tunings: [{ ...tuned, stepMs: { webgpu: 1 } }] },
      { ...told, tunings: [{ ...tuned, stepMs: { webgpu: '1', wasm: '2' } }] },
      { ...told, tunings: [{ ...tuned, adapter: 'x'.repeat(301) }] },
    ];
    for (const value of hostile) expect(parseGpuVerdicts(JSON.stringify(value), VISIT)).toEqual(NO_VERDICTS);
    fc.assert(fc.property(fc.json(), (json) => parseGpuVerdicts(json, VISIT).sound.length === 0));
  });

  it('are none, or such as may be, where what is stored was changed at a place', () => {
    const text = verdictsText(TOLD, VISIT.browser);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, other) => {
        const read = parseGpuVerdicts(`${text.slice(0, at)}${other}${text.slice(at + 1)}`, VISIT);
        for (const { adapter, tuning, stepMs } of read.tunings) {
          expect(parseTunedAdapter({ adapter, tuning, stepMs })).toEqual({ adapter, tuning, stepMs });
        }
      }),
    );
  });

  it('never become more than can be read again', () => {
    let verdicts = NO_VERDICTS;
    for (let i = 0; i < 12; i++) {
      const programs = Array.from({ length: 4500 }, (_, k) => k.toString(36));
      verdicts = withSound(verdicts, { adapter: `a${i}`, programs }, VISIT.nowMs);
      verdicts = withDisagreement(verdicts, `a${i}`, 'It does.', VISIT.nowMs);
      verdicts = withTuning(verdicts, { adapter: `a${i}`, tuning: TUNING, stepMs: null }, VISIT.nowMs);
    }
    const read = parseGpuVerdicts(verdictsText(verdicts, VISIT.browser), VISIT);
    const newest = ['a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'a10', 'a11'];
    expect(adaptersIn(read)).toEqual([newest, newest, newest]);
    expect(read.sound.every(({ programs }) => programs.length === 4000)).toBe(true);
  });
});

describe('findings on an adapter', () => {
  it('that come over a border are such, or nothing', () => {
    const tuned = { adapter: 'a/b', tuning: TUNING, stepMs: STEP_MS };
    expect(parseTunedAdapter({ type: 'tuned', ...tuned })).toEqual(tuned);
    expect(parseTunedAdapter({ ...tuned, tuning: { ...TUNING, lanes: 7 } })).toBeNull();
    expect(parseTunedAdapter({ ...tuned, stepMs: { webgpu: Number.NaN, wasm: 1 } })).toBeNull();
    expect(parseTunedAdapter({ ...tuned, stepMs: undefined })).toBeNull();
    expect(parseTunedAdapter(null)).toBeNull();
  });

  it('say that WebAssembly is quicker where it is so by more than a tenth', () => {
    expect(isSlowerThanWasm({ webgpu: 31, wasm: 12 })).toBe(true);
    expect(isSlowerThanWasm({ webgpu: 11.1, wasm: 10 })).toBe(true);
    expect(isSlowerThanWasm({ webgpu: 10.9, wasm: 10 })).toBe(false);
    expect(isSlowerThanWasm({ webgpu: 1, wasm: 10 })).toBe(false);
  });
});
