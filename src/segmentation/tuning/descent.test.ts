import { describe, expect, it } from 'vitest';
import { DEFAULT_GPU_TUNING, type GpuTuning } from '../../settings/gpuTuning.ts';
import { descend, type TuningField } from './descent.ts';

/** A stopwatch that computes what each tuning takes, and notes what it was asked for. */
function stopwatchOf(msOf: (tuning: GpuTuning, field: TuningField) => number) {
  const asked: { field: TuningField; tunings: readonly GpuTuning[] }[] = [];
  return {
    asked,
    time(field: TuningField, tunings: readonly GpuTuning[]) {
      asked.push({ field, tunings });
      return Promise.resolve(tunings.map((tuning) => msOf(tuning, field)));
    },
  };
}

describe('coordinate descent over how kernels are cut', () => {
  it('stays at the default where everything takes as long, having tried every value of every field once', async () => {
    const stopwatch = stopwatchOf(() => 10);
    expect(await descend(stopwatch)).toBe(DEFAULT_GPU_TUNING);
    expect(stopwatch.asked.map(({ field, tunings }) => [field, tunings.map((tuning) => tuning[field])])).toEqual([
      ['inputReads', ['workgroup', 'pairs', 'vectors']],
      ['sums', [32, 16, 64]],
      ['workgroupSize', [64, 128, 256]],
      ['wantedInvocations', [1 << 13, 1 << 15]],
      ['lanes', [256, 32]],
    ]);
  });

  it('keeps what it settled, field by field, and finds the best of fields that do not depend on each other', async () => {
    const best: GpuTuning = {
      sums: 16,
      inputReads: 'vectors',
      workgroupSize: 256,
      lanes: 32,
      wantedInvocations: 1 << 15,
    };
    const fields = Object.keys(best) as TuningField[];
    const stopwatch = stopwatchOf((tuning) => 10 + fields.filter((field) => tuning[field] !== best[field]).length);
    expect(await descend(stopwatch)).toEqual(best);
    const last = stopwatch.asked.at(-1);
    expect(last?.tunings).toEqual([{ ...best, lanes: 256 }, best]);
  });

  it('changes nothing for less than three in a hundred', async () => {
    const withSums = (ms: number) => stopwatchOf(({ sums }) => (sums === 64 ? ms : 100));
    expect((await descend(withSums(97.1))).sums).toBe(32);
    expect((await descend(withSums(96.9))).sums).toBe(64);
  });

  it('changes nothing for what is quicker only once', async () => {
    let times = 0;
    const stopwatch = stopwatchOf(({ lanes }) => (lanes === 32 && times++ === 0 ? 1 : 10));
    expect(await descend(stopwatch)).toBe(DEFAULT_GPU_TUNING);
    expect(stopwatch.asked.filter(({ field }) => field === 'lanes')).toHaveLength(2);
  });

  it('passes over what cannot be, and stays where nothing else can', async () => {
    const onlyDefault = stopwatchOf((tuning) => (tuning.workgroupSize === 64 ? 10 : Number.POSITIVE_INFINITY));
    expect(await descend(onlyDefault)).toBe(DEFAULT_GPU_TUNING);
    const neverDefault = stopwatchOf(({ sums }) => (sums === 16 ? 10 : Number.POSITIVE_INFINITY));
    expect((await descend(neverDefault)).sums).toBe(16);
    expect(await descend(stopwatchOf(() => Number.NaN))).toBe(DEFAULT_GPU_TUNING);
  });
});
