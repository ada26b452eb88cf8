import type { TilingLimits } from '../webgpu/webgpuTiling.ts';

/** What an inverted residual block's shader is planned for. */
export interface InvertedResidualSizes {
  /** Channels that come in, that the block widens them to, and that go out: multiples of four. */
  readonly inputs: number;
  readonly wide: number;
  readonly outputs: number;
  readonly stride: 1 | 2;
  /** Whether there is anything to widen: else `wide` is `inputs`. */
  readonly isExpanded: boolean;
}

/** How a workgroup shares out a tile of output pixels, of which it computes all channels. */
export interface InvertedResidualPlan extends InvertedResidualSizes {
  /** Output pixels of the tile. */
  readonly height: number;
  readonly width: number;
  /** Vectors of four widened channels that lie in workgroup memory at a time. */
  readonly vectors: number;
  /** Members side by side over the output channels of a pixel. */
  readonly groups: number;
  readonly workgroupSize: number;
}

/** Taps of the depthwise filter along an axis. */
export const TAPS = 3;

const SIDES = [
  [4, 4],
  [4, 8],
  [8, 8],
] as const;
const WORKGROUP_SIZES = [128, 256] as const;
/** What every device gives a workgroup, bytes. */
const WORKGROUP_MEMORY = 16_384;
const VECTOR_BYTES = 16;
/** Vectors of sums that a member carries, at most: thirty-two registers. */
const MAX_SUMS = 8;
/** What a read, and waiting for each other, cost in products of vectors. */
const READ_COST = 2;
const BARRIER_COST = 30;

/** Sides of the window of widened pixels that a tile's 3×3 taps meet. */
export function windowSides({ height, width, stride }: InvertedResidualPlan): readonly [number, number] {
  return [(height - 1) * stride + TAPS, (width - 1) * stride + TAPS];
}

/** Pixels that stand side by side where `vectors` members share each, and how many of `pixels` a member then has. */
export function turnsOf(workgroupSize: number, vectors: number, pixels: number) {
  const abreast = Math.floor(workgroupSize / vectors);
  return { abreast, turns: Math.ceil(pixels / abreast) };
}

/** Vectors of output channels that a member computes. */
export function outputsEach({ outputs, groups }: Pick<InvertedResidualPlan, 'outputs' | 'groups'>): number {
  return Math.ceil(outputs / 4 / groups);
}

/**
 * The plan that takes the fewest steps for a map `[B, H', W', Cout]`: small tiles keep more members busy, large ones widen
 * fewer pixels twice.
 */
export function invertedResidualPlan(
  sizes: InvertedResidualSizes,
  [batch = 0, height = 0, width = 0]: readonly number[],
  { wantedInvocations }: Pick<TilingLimits, 'wantedInvocations'>,
): InvertedResidualPlan {
  const plans = SIDES.flatMap((sides) =>
    WORKGROUP_SIZES.map((workgroupSize): InvertedResidualPlan => {
      const tile = { ...sizes, height: sides[0], width: sides[1], workgroupSize, vectors: 1, groups: 1 };
      const vectors = cheapest(divisors(sizes.wide / 4), (count) => wideningSteps({ ...tile, vectors: count }));
      const groups = cheapest(divisors(sizes.outputs / 4), (count) => narrowingSteps({ ...tile, groups: count }));
      return { ...tile, vectors, groups };
    }),
  );
  return cheapest(plans, (plan) => {
    const tiles = batch * Math.ceil(height / plan.height) * Math.ceil(width / plan.width);
    const busy = Math.max(1, (tiles * plan.workgroupSize) / wantedInvocations);
    return busy * (wideningSteps(plan) + narrowingSteps(plan));
  });
}

function divisors(count: number): number[] {
  return Array.from({ length: Math.min(16, count) }, (_, i) => i + 1).filter((divisor) => count % divisor === 0);
}

function cheapest<T>(candidates: readonly T[], costOf: (candidate: T) => number): T {
  const costs = candidates.map(costOf);
  return candidates[costs.indexOf(Math.min(...costs))] as T;
}

/**
 * Products and reads of vectors, one after another, by which a member widens and filters all channels, and waits; infinite
 * where its sums or the workgroup's memory are too few.
 */
function wideningSteps(plan: InvertedResidualPlan): number {
  const { inputs, wide, isExpanded, height, width, vectors, workgroupSize } = plan;
  const [windowHeight, windowWidth] = windowSides(plan);
  const window = turnsOf(workgroupSize, vectors, windowHeight * windowWidth).turns;
  const tile = turnsOf(workgroupSize, vectors, height * width).turns;
  const bytes = VECTOR_BYTES * vectors * (windowHeight * windowWidth + height * width);
  if (window > MAX_SUMS || bytes > WORKGROUP_MEMORY) return Number.POSITIVE_INFINITY;
  const widen = isExpanded ? inputs * (window + READ_COST + (READ_COST * window) / 4) : READ_COST * window;
  const filter = TAPS ** 2 * (tile * (1 + READ_COST) + READ_COST);
  return (wide / 4 / vectors) * (widen + filter + 2 * BARRIER_COST);
}

/** The same for what narrows. */
function narrowingSteps(plan: InvertedResidualPlan): number {
  const sums = turnsOf(plan.workgroupSize, plan.groups, plan.height * plan.width).turns;
  const each = outputsEach(plan);
  if (sums * each > MAX_SUMS) return Number.POSITIVE_INFINITY;
  return (plan.wide / 4) * (4 * sums * each + READ_COST * (sums + 4 * each));
}

/** A plan's part of a shader's name: all that its text depends on. */
export function invertedResidualKey(plan: InvertedResidualPlan): string {
  const { inputs, wide, outputs, stride, isExpanded, height, width, vectors, groups, workgroupSize } = plan;
  return [inputs, wide, outputs, stride, isExpanded, height, width, vectors, groups, workgroupSize].join(',');
}
