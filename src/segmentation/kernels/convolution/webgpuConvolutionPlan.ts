import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { range } from '../../range.ts';
import {
  cheapestTiling,
  HARDWARE_COSTS,
  type LoopBody,
  type TilingLimits,
  tilingLimits,
} from '../webgpu/webgpuTiling.ts';
import { type ConvolutionAxis, inputStep, tapOffsets } from './webgpuConvolutionAxis.ts';

/** How a convolution slides over a map of that many channels. */
interface PlannedInput {
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
  readonly inputs: number;
}

/** What a plan is made for. */
export interface PlannedSizes extends PlannedInput {
  /** A second convolution, whose sums are added to the first one's; `null`: there is none. */
  readonly other: PlannedInput | null;
  /** `[B, H', W', Cout]` */
  readonly outputShape: readonly number[];
}

/** What one invocation computes: that many output pixels by that many vectors of four output channels. */
interface Tile {
  readonly height: number;
  readonly width: number;
  readonly vectors: number;
}

/** How the invocations of a workgroup lie beside each other, so that what they read is the same or near. */
export interface Block {
  /** Along each axis of the map, and side by side over output channels. */
  readonly rows: number;
  readonly columns: number;
  readonly groups: number;
}

/** How a shader's loop walks the channels of an input. */
interface InputWalk {
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
  /** Input channels in one turn of the loop. */
  readonly chunk: 1 | 2 | 4;
  /** Input pixels of a block's tile in workgroup memory; `null`: every invocation reads its input from memory. */
  readonly inputTile: { readonly height: number; readonly width: number } | null;
}

/** A tile, and how the shader's loop walks the input channels: with what a convolution's shader is written. */
export interface ConvolutionPlan extends Tile, InputWalk {
  /** Of a second convolution that is added; `null`: there is none. */
  readonly other: InputWalk | null;
  /** Products tap by tap, as graphics processors like it, or sum by sum, as software does. */
  readonly order: 'taps' | 'sums';
  /** `null`: invocations lie in one long line. */
  readonly block: Block | null;
  readonly workgroupSize: number;
  readonly body: LoopBody;
}

/** What every device gives a workgroup, bytes. */
const WORKGROUP_MEMORY = 16_384;
const VECTOR_BYTES = 16;
/** Vectors of output channels that a block computes, at most. */
const MAX_BLOCK_VECTORS = 16;
/** Registers that the input of a turn and the sums may take: more would leave few invocations side by side. */
const MAX_REGISTERS = 160;

/** The cheapest tiling of those that leave enough invocations, or the smallest. */
export function planOf(backend: WebGPUBackend, sizes: PlannedSizes): ConvolutionPlan {
  const limits = tilingLimits(backend);
  return limits.inputReads === 'software'
    ? softwarePlan(sizes, limits)
    : hardwarePlan(sizes, limits, limits.inputReads);
}

/** Invocations that a plan takes for a whole output, those that overhang it counted. */
export function invocationsOf(plan: ConvolutionPlan, outputShape: readonly number[]): number {
  const { block, workgroupSize } = plan;
  if (block === null) return tilesOf(plan, outputShape);
  const [batch = 0, height = 0, width = 0, channels = 0] = outputShape;
  const [blockHeight, blockWidth] = blockSides(plan);
  const blocks = Math.ceil(height / blockHeight) * Math.ceil(width / blockWidth);
  return batch * blocks * Math.ceil(groupsOf(plan, channels) / block.groups) * workgroupSize;
}

/** Output pixels along each axis that a block computes, or an invocation where there are none. */
export function blockSides({ height, width, block }: ConvolutionPlan): readonly [number, number] {
  return [height * (block?.rows ?? 1), width * (block?.columns ?? 1)];
}

function tilesOf(tile: Tile, [batch = 0, height = 0, width = 0, channels = 0]: readonly number[]): number {
  return batch * Math.ceil(height / tile.height) * Math.ceil(width / tile.width) * groupsOf(tile, channels);
}

const groupsOf = ({ vectors }: Tile, channels: number) => Math.ceil(channels / (4 * vectors));

const roundUp = (side: number, multiple: number) => Math.ceil(side / multiple) * multiple;

/** Tiles of the wanted sides, or of the next that the axes' input dilation allows. */
function tiles({ rows, columns }: PlannedInput, sides: readonly number[]): Tile[] {
  return sides.flatMap((height) =>
    sides.flatMap((width) =>
      [1, 2].map((vectors) => ({
        height: roundUp(height, rows.inputDilation),
        width: roundUp(width, columns.inputDilation),
        vectors,
      })),
    ),
  );
}

function windowPixels({ rows, columns }: PlannedInput, tile: Tile): number {
  return tapOffsets(rows, tile.height).all.length * tapOffsets(columns, tile.width).all.length;
}

/** Leaves out tiles of more channels than there are, and those that keep too few invocations busy; the first stays. */
function useful<Plan extends Tile>(
  plans: readonly Plan[],
  { outputShape }: PlannedSizes,
  limits: TilingLimits,
): Plan[] {
  const [, , , outputs = 0] = outputShape;
  return plans.filter(
    (plan, i) => i === 0 || (4 * plan.vectors < outputs + 4 && tilesOf(plan, outputShape) >= limits.wantedInvocations),
  );
}

/** All taps of all pixels of the tile in one turn, numbers of a vector alone: to software, a vector is four numbers. */
function softwarePlan(sizes: PlannedSizes, limits: TilingLimits): ConvolutionPlan {
  const { rows, columns, inputs } = sizes;
  const taps = rows.taps * columns.taps;
  const tapsOfOutput = taps / (rows.inputDilation * columns.inputDilation);
  const chunks = ([1, 2, 4] as const).filter((chunk) => inputs % chunk === 0);
  const plans = tiles(sizes, [2, 4, 8]).flatMap((tile) =>
    chunks.map((chunk): ConvolutionPlan => {
      const sums = tile.height * tile.width * tile.vectors * 4;
      const reads = chunk * (windowPixels(sizes, tile) + taps * tile.vectors * 4);
      const body = { sums, reads, products: sums * tapsOfOutput * chunk };
      const { workgroupSize } = limits;
      const walk = { rows, columns, chunk, inputTile: null, other: null };
      return { ...walk, ...tile, order: 'sums', block: null, workgroupSize, body };
    }),
  );
  return cheapestTiling(useful(plans, sizes, limits), limits);
}

/**
 * One vector of weights at a time meets all pixels of the tile. Of the tilings that keep the limits, the one whose products
 * cost fewest reads.
 */
function hardwarePlan(sizes: PlannedSizes, limits: TilingLimits, inputReads: HardwareReads): ConvolutionPlan {
  const { rows, columns } = sizes;
  const taps = rows.taps * columns.taps;
  const chunk = chunkOf(sizes, inputReads);
  const plans = tiles(sizes, [1, 2, 4, 8]).map((tile): ConvolutionPlan => {
    const pixels = windowPixels(sizes, tile);
    const sums = tile.height * tile.width * tile.vectors * 4;
    const products = (sums * taps * chunk) / (rows.inputDilation * columns.inputDilation);
    // Of vectors: a number alone takes as long.
    const body = { sums, reads: (chunk === 4 ? pixels : pixels * chunk) + taps * tile.vectors * chunk, products };
    const { workgroupSize } = limits;
    const block = blockOf(workgroupSize, groupsOf(tile, sizes.outputShape[3] as number));
    const walk = (input: PlannedInput) => walkOf(input, tile, block, inputReads);
    const other = sizes.other === null ? null : walk(sizes.other);
    return { ...walk(sizes), ...tile, other, order: 'taps', block, workgroupSize, body };
  });
  const fitting = plans.filter(
    (plan, i) => i === 0 || windowPixels(sizes, plan) * plan.chunk + plan.body.sums <= MAX_REGISTERS,
  );
  // Both convolutions of two are straight-line code of one text.
  const products = (4 * limits.products) / (sizes.other === null ? 1 : 2);
  return cheapestTiling(useful(fitting, sizes, limits), { ...limits, products }, HARDWARE_COSTS);
}

type HardwareReads = Exclude<TilingLimits['inputReads'], 'software'>;

function chunkOf({ inputs }: PlannedInput, inputReads: HardwareReads): InputWalk['chunk'] {
  const widest = inputReads === 'pairs' ? 2 : 4;
  return ([4, 2, 1] as const).find((size) => size <= widest && inputs % size === 0) ?? 1;
}

function walkOf(input: PlannedInput, tile: Tile, block: Block, inputReads: HardwareReads): InputWalk {
  const { rows, columns } = input;
  const chunk = chunkOf(input, inputReads);
  const isShared = inputReads === 'workgroup' && chunk === 4 && rows.taps * columns.taps > 1;
  return { rows, columns, chunk, inputTile: isShared ? inputTileOf(input, tile, block) : null };
}

/** Neighbouring tiles, as nearly a square of them as can be, and neighbouring output channels of the same tile. */
function blockOf(workgroupSize: number, allGroups: number): Block {
  const groups = [8, 4, 2, 1].find((count) => allGroups % count === 0) as number;
  const spots = workgroupSize / groups;
  const rows = 2 ** Math.floor(Math.log2(spots) / 2);
  return { rows, columns: spots / rows, groups };
}

/** The input of a block; `null` where workgroup memory does not hold four channels of it, and a vector for each member beside. */
function inputTileOf({ rows, columns }: PlannedInput, tile: Tile, block: Block): InputWalk['inputTile'] {
  const side = (axis: ConvolutionAxis, tileSide: number, invocations: number) => {
    const { all } = tapOffsets(axis, tileSide);
    return inputStep(axis, tileSide) * (invocations - 1) + (all.at(-1) as number) - (all[0] as number) + 1;
  };
  const height = side(rows, tile.height, block.rows);
  const width = side(columns, tile.width, block.columns);
  const members = block.rows * block.columns * block.groups;
  return VECTOR_BYTES * (height * width + members + MAX_BLOCK_VECTORS) <= WORKGROUP_MEMORY ? { height, width } : null;
}

/** A plan's part of a shader's name: what its text depends on besides the axes. */
export function planKey(plan: ConvolutionPlan): string {
  const { block, other } = plan;
  const tile = [plan.height, plan.width, plan.vectors, plan.chunk].join(',');
  const second = other === null ? '' : `_${other.chunk},${other.inputTile !== null}`;
  return block === null ? tile : `${tile}_${block.groups},${plan.workgroupSize},${plan.inputTile !== null}${second}`;
}

/** Offsets along both axes, as places in a plan's grid of input pixels. */
export function gridOf(plan: ConvolutionPlan) {
  const [rows, columns] = [tapOffsets(plan.rows, plan.height), tapOffsets(plan.columns, plan.width)];
  const metBy = (y: number, x: number) =>
    rows.of(y).flatMap((row) =>
      columns.of(x).map((column) => ({
        tap: row.tap * plan.columns.taps + column.tap,
        row: rows.all.indexOf(row.offset),
        column: columns.all.indexOf(column.offset),
      })),
    );
  const pixels = range(plan.height).flatMap((y) => range(plan.width).map((x) => ({ y, x, met: metBy(y, x) })));
  return { rows: rows.all, columns: columns.all, pixels };
}
