import { range } from '../../range.ts';
import { type ConvolutionPlan, gridOf } from './webgpuConvolutionPlan.ts';
import {
  channelPositions,
  readsInputVectors,
  type WeightsLayout,
  weightsFromInputs,
  weightsToOutputs,
} from './webgpuConvolutionWeights.ts';

type Grid = ReturnType<typeof gridOf>;

const PARTS = [...'xyzw'];

/**
 * WGSL of one turn of the loop over the input channels, for software, whose filters are never turned as they are read: everything is read, then each sum adds up all its
 * products of the turn before it takes them in. That is more accurate than one long sum, and keeps a single value in a
 * register.
 */
export function productsBySum(plan: ConvolutionPlan, layout: WeightsLayout): string {
  const grid = gridOf(plan);
  const usedTaps = [...new Set(grid.pixels.flatMap(({ met }) => met.map(({ tap }) => tap)))];
  const readTap = (tap: number) =>
    range(plan.vectors).flatMap((v) =>
      range(plan.chunk).map((c) => `let weights${tap}_${c}_${v} = ${weightsToOutputs(layout, tap, c, v)};`),
    );
  return [
    channelPositions(plan, layout),
    ...grid.rows.flatMap((_, r) => grid.columns.flatMap((_, c) => readInput(plan, grid, r, c))),
    ...usedTaps.flatMap(readTap),
    ...grid.pixels
      .filter(({ met }) => met.length > 0)
      .flatMap(({ y, x, met }) =>
        range(plan.vectors).map((v) => {
          const four = PARTS.map((part) =>
            range(plan.chunk)
              .flatMap((c) =>
                met.map(({ tap, row, column }) => `${input(plan, row, column, c)} * weights${tap}_${c}_${v}.${part}`),
              )
              .join(' + '),
          );
          return `sum${y}_${x}_${v} += vec4<f32>(${four.join(', ')});`;
        }),
      ),
  ].join('\n');
}

/**
 * The same for graphics processors: tap by tap, so that one vector of weights at a time is at hand, and each pixel of the
 * input is read when the first tap meets it.
 */
export function productsByTap(plan: ConvolutionPlan, layout: WeightsLayout): string {
  const grid = gridOf(plan);
  const lines = [readsInputVectors(plan, layout) ? '' : channelPositions(plan, layout)];
  const read = new Set<string>();
  for (const tap of range(plan.rows.taps * plan.columns.taps)) {
    const meetings: Meeting[] = grid.pixels.flatMap(({ y, x, met }) =>
      met.filter((place) => place.tap === tap).map(({ row, column }) => ({ y, x, row, column })),
    );
    if (meetings.length === 0) continue;
    for (const { row, column } of meetings) {
      const key = `${row}_${column}`;
      if (!read.has(key)) lines.push(...readInput(plan, grid, row, column));
      read.add(key);
    }
    lines.push(...range(plan.vectors).flatMap((v) => tapProducts(plan, layout, tap, v, meetings)));
  }
  return lines.join('\n');
}

/** A pixel of the tile, and where in the tile's input the tap at hand falls. */
interface Meeting {
  readonly y: number;
  readonly x: number;
  readonly row: number;
  readonly column: number;
}

/** WGSL of all products of one tap with one vector of output channels. */
function tapProducts(
  plan: ConvolutionPlan,
  layout: WeightsLayout,
  tap: number,
  v: number,
  meetings: readonly Meeting[],
): string[] {
  if (readsInputVectors(plan, layout)) {
    return PARTS.flatMap((part) => [
      `let weights${tap}_${part}_${v} = ${weightsFromInputs(tap, v, part)};`,
      ...meetings.map(
        ({ y, x, row, column }) => `sum${y}_${x}_${v}.${part} += dot(x${row}_${column}, weights${tap}_${part}_${v});`,
      ),
    ]);
  }
  return range(plan.chunk).flatMap((channel) => [
    `let weights${tap}_${channel}_${v} = ${weightsToOutputs(layout, tap, channel, v)};`,
    ...meetings.map(
      ({ y, x, row, column }) =>
        `sum${y}_${x}_${v} += ${input(plan, row, column, channel)} * weights${tap}_${channel}_${v};`,
    ),
  ]);
}

/** WGSL that reads the turn's channels of a pixel of the tile's input. */
function readInput(plan: ConvolutionPlan, { rows, columns }: Grid, row: number, column: number): string[] {
  const { chunk, inputTile } = plan;
  const at = `${row}_${column}`;
  if (chunk !== 4) {
    return range(chunk).map(
      (channel) => `let x${at}_${channel} = select(0.0, x[pixel${at} + step * ${chunk} + ${channel}], inside${at});`,
    );
  }
  if (inputTile === null) return [`let x${at} = select(vec4<f32>(0.0), x[pixel${at} + step], inside${at});`];
  const [down, right] = [Number(rows[row]) - Number(rows[0]), Number(columns[column]) - Number(columns[0])];
  return [`let x${at} = inputTile[tileAt + ${down * inputTile.width + right}];`];
}

function input({ chunk }: ConvolutionPlan, row: number, column: number, channel: number): string {
  return chunk === 4 ? `x${row}_${column}.${PARTS[channel]}` : `x${row}_${column}_${channel}`;
}
