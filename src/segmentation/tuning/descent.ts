import { DEFAULT_GPU_TUNING, type GpuTuning, gpuTuningSchema } from '../../settings/gpuTuning.ts';

/** Fields in the order in which they are settled: what decides most comes first, what only sums feel last. */
const FIELDS = ['inputReads', 'sums', 'workgroupSize', 'wantedInvocations', 'lanes'] as const;

export type TuningField = (typeof FIELDS)[number];

/** Another value must be quicker than the one that it is to replace by more than this share: less is noise. */
const WORTH_IT = 0.03;

/** What {@link descend} asks for. */
export interface Stopwatch {
  /**
   * Milliseconds of the work that a field bears upon, by kernels that are cut in each of these ways; infinite for one that
   * cannot be.
   */
  time(field: TuningField, tunings: readonly GpuTuning[]): Promise<readonly number[]>;
}

/**
 * The quickest way to cut kernels that coordinate descent finds from the default: field by field, each value that it may
 * have is held against the one before, all others as they were settled, and has to win twice. Rejects with what the stopwatch rejects with.
 */
export async function descend(stopwatch: Stopwatch): Promise<GpuTuning> {
  let best = DEFAULT_GPU_TUNING;
  for (const field of FIELDS) {
    const tunings = [best, ...othersOf(best, field)];
    const quickest = quicker(tunings, await stopwatch.time(field, tunings));
    if (quickest === best) continue;
    // What else the machine does may well make one of several look quicker; hardly the same one twice.
    const rivals = [best, quickest];
    best = quicker(rivals, await stopwatch.time(field, rivals));
  }
  return best;
}

/** The quickest of several tunings where it is so by enough, else the first. */
function quicker(tunings: readonly GpuTuning[], [former = Number.NaN, ...others]: readonly number[]): GpuTuning {
  const quickest = Math.min(...others);
  const at = quickest < (1 - WORTH_IT) * former ? 1 + others.indexOf(quickest) : 0;
  return tunings[at] as GpuTuning;
}

/** The tunings that differ from one in this field alone. */
function othersOf(tuning: GpuTuning, field: TuningField): GpuTuning[] {
  const { entries } = gpuTuningSchema;
  const values: readonly GpuTuning[TuningField][] = entries[field].options;
  return values.filter((value) => value !== tuning[field]).map((value) => ({ ...tuning, [field]: value }));
}
