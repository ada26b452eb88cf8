import * as v from 'valibot';

/** From where a convolution on a graphics processor reads its input: two channels or four at once, or a tile in workgroup memory. */
const INPUT_READS = ['pairs', 'vectors', 'workgroup'] as const;

/** How kernels are cut for one graphics adapter, as they were timed on it. */
export const gpuTuningSchema = v.object({
  /** Sums that an invocation of a convolution carries in registers, at most. */
  sums: v.picklist([16, 32, 64]),
  inputReads: v.picklist(INPUT_READS),
  /** Invocations of a workgroup of a convolution. */
  workgroupSize: v.picklist([64, 128, 256]),
  /** Invocations of a workgroup whose members add up together. */
  lanes: v.picklist([32, 256]),
  /** Invocations among which a kernel is shared out, where its maps are large enough. */
  wantedInvocations: v.picklist([1 << 13, 1 << 15]),
});

/** See {@link gpuTuningSchema}. */
export type GpuTuning = Readonly<v.InferOutput<typeof gpuTuningSchema>>;

/** What an adapter gets that was not timed: middle values, which no graphics processor is known to dislike. */
export const DEFAULT_GPU_TUNING: GpuTuning = {
  sums: 32,
  inputReads: 'workgroup',
  workgroupSize: 64,
  lanes: 256,
  wantedInvocations: 1 << 13,
};

/** Whether kernels are cut as on an adapter that was not timed. */
export function isDefaultTuning(tuning: GpuTuning): boolean {
  const fields = Object.keys(DEFAULT_GPU_TUNING) as (keyof GpuTuning)[];
  return fields.every((field) => tuning[field] === DEFAULT_GPU_TUNING[field]);
}
