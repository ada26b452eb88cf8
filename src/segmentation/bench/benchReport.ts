import type { BenchOptimizer } from './benchEngine.ts';
import type { StepWork } from './benchNetwork.ts';

export const ENGINE_NAMES = ['stock', 'ours', 'jax-js'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** Which row of the table. */
export interface RowKey {
  readonly engine: EngineName;
  readonly backend: 'webgpu' | 'wasm';
  readonly optimizer: BenchOptimizer;
  /** The bench's own, which all engines train, or the page's default with all that belongs to its learner. */
  readonly network: 'bench' | 'default';
  /** Side of the picture in pixels. */
  readonly size: number;
}

/** One row, as it is printed and as `--json` writes it. */
export interface BenchRow extends RowKey {
  readonly adapter: string;
  /** Median over the rounds, all work done. */
  readonly msPerStep: number;
  /** Median over the rounds of the time inside the step's call. */
  readonly jsMsPerStep: number;
  /** GPU dispatches of a step; `null` where no GPU interface is used. */
  readonly dispatches: number | null;
  /** Most bytes that the engine's buffers on the GPU had at a time. */
  readonly gpuBytes: number | null;
  /** The first step, compilation included. */
  readonly firstStepMs: number;
  /** Of the first steps from the initial weights. */
  readonly losses: readonly number[];
}

/** What an adapter reaches in a microbenchmark. */
export interface AdapterPeaks {
  readonly flopPerSecond: number;
  readonly bytesPerSecond: number;
}

/** One sentence about the run; `met` tells whether what it promises holds. */
export interface Verdict {
  readonly met: boolean;
  readonly sentence: string;
}

const COLUMNS: readonly { readonly title: string; readonly text: (row: BenchRow) => string }[] = [
  { title: 'engine', text: (row) => row.engine },
  { title: 'backend', text: (row) => row.backend },
  { title: 'optimizer', text: (row) => row.optimizer },
  { title: 'network', text: (row) => row.network },
  { title: 'px', text: (row) => String(row.size) },
  { title: 'ms/step', text: (row) => digits(row.msPerStep) },
  { title: 'JS ms/step', text: (row) => digits(row.jsMsPerStep) },
  { title: 'dispatches', text: (row) => (row.dispatches === null ? '–' : String(row.dispatches)) },
  { title: 'GPU MiB', text: (row) => (row.gpuBytes === null ? '–' : digits(row.gpuBytes / 2 ** 20)) },
  { title: 'first step ms', text: (row) => digits(row.firstStepMs) },
];

/** Those that name a row. */
const TEXT_COLUMNS = 4;

/** The rows as lines of aligned columns, in the order they come. */
export function formatBenchTable(rows: readonly BenchRow[]): string {
  const cells = [COLUMNS.map(({ title }) => title), ...rows.map((row) => COLUMNS.map(({ text }) => text(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  // Words start at the left, numbers end at the right.
  const align = (text: string, column: number) =>
    column < TEXT_COLUMNS ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return cells.map((line) => line.map(align).join('  ').trimEnd()).join('\n');
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** How far apart two engines' losses may be after the same steps, relative to their size. */
const LOSS_TOLERANCE: Readonly<Record<BenchOptimizer, number>> = { adam: 1e-3, sgd: 1e-5 };

/** The largest `|a − b| / |b|` over both lists; infinite where their lengths differ or a loss is not a number. */
export function largestLossDifference(losses: readonly number[], reference: readonly number[]): number {
  if (losses.length !== reference.length || reference.length === 0) return Number.POSITIVE_INFINITY;
  const differences = losses.map((loss, step) => {
    const expected = reference[step] ?? Number.NaN;
    return Math.abs(loss - expected) / Math.abs(expected);
  });
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
}

/** Whether each row's losses are those of `stock` with the same optimiser and size, and fall. */
export function lossVerdicts(rows: readonly BenchRow[]): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const row of rows.filter(({ network }) => network === 'bench')) {
    const stock = rows.find(
      ({ engine, optimizer, size }) => engine === 'stock' && optimizer === row.optimizer && size === row.size,
    );
    if (stock === undefined) continue;
    const [first = Number.NaN, last = Number.NaN] = [row.losses[0], row.losses.at(-1)];
    if (row === stock) {
      const sentence = `${rowTitle(row)}: the loss falls from ${first.toFixed(4)} to ${last.toFixed(4)}`;
      verdicts.push({ met: last < first, sentence });
      continue;
    }
    const difference = largestLossDifference(row.losses, stock.losses);
    const tolerance = LOSS_TOLERANCE[row.optimizer];
    const sentence = `${rowTitle(row)}: ${row.losses.length} losses within ${difference.toExponential(1)} of stock's (≤ ${tolerance})`;
    verdicts.push({ met: difference <= tolerance, sentence });
  }
  return verdicts;
}

/** A row's name in sentences. */
export const rowTitle = ({ engine, backend, optimizer, network, size }: RowKey) =>
  `${engine} ${backend} ${optimizer}${network === 'bench' ? '' : ` ${network} network`} ${size} px`;

/** How many times faster than another engine `ours` is to be with an optimiser at a size. */
interface SpeedTarget {
  readonly than: EngineName;
  readonly optimizer: BenchOptimizer;
  readonly size: number;
  readonly times: number;
}

const SPEED_TARGETS: Readonly<Record<'software' | 'hardware', readonly SpeedTarget[]>> = {
  software: [
    { than: 'stock', optimizer: 'adam', size: 128, times: 10 },
    { than: 'stock', optimizer: 'adam', size: 64, times: 8 },
    { than: 'jax-js', optimizer: 'sgd', size: 128, times: 2.5 },
    { than: 'jax-js', optimizer: 'sgd', size: 64, times: 2 },
  ],
  hardware: [
    { than: 'stock', optimizer: 'adam', size: 256, times: 10 },
    { than: 'jax-js', optimizer: 'sgd', size: 256, times: 2 },
  ],
};
const MAX_DISPATCHES = 60;
const MAX_SCRIPT_MS = 1;
const MAX_WASM_MS = { size: 128, ms: 120 };

/** Whether the run reaches what the project set itself; targets of rows that were not measured are left out. */
export function targetVerdicts(all: readonly BenchRow[], software: boolean): Verdict[] {
  const rows = all.filter(({ network }) => network === 'bench');
  const find = (engine: EngineName, backend: RowKey['backend'], optimizer: BenchOptimizer, size: number) =>
    rows.find(
      (row) => row.engine === engine && row.backend === backend && row.optimizer === optimizer && row.size === size,
    );
  const verdicts: Verdict[] = [];
  for (const { than, optimizer, size, times } of SPEED_TARGETS[software ? 'software' : 'hardware']) {
    const [own, other] = [find('ours', 'webgpu', optimizer, size), find(than, 'webgpu', optimizer, size)];
    if (own === undefined || other === undefined) continue;
    verdicts.push(atLeast(`${than} / ours, ${optimizer} at ${size} px`, other.msPerStep / own.msPerStep, times));
  }
  for (const own of rows.filter((row) => row.engine === 'ours' && row.backend === 'webgpu')) {
    if (own.dispatches !== null)
      verdicts.push(atMost(`${rowTitle(own)}, dispatches`, own.dispatches, MAX_DISPATCHES, ''));
    verdicts.push(atMost(`${rowTitle(own)}, JavaScript`, own.jsMsPerStep, MAX_SCRIPT_MS, ' ms'));
  }
  const wasm = find('ours', 'wasm', 'adam', MAX_WASM_MS.size);
  if (wasm !== undefined) verdicts.push(atMost(rowTitle(wasm), wasm.msPerStep, MAX_WASM_MS.ms, ' ms'));
  return verdicts;
}

function atLeast(what: string, value: number, wanted: number): Verdict {
  const met = value >= wanted;
  const end = met ? 'met' : `missed: ${digits(wanted / value)} × too slow`;
  return { met, sentence: `${what}: ${digits(value)} × (≥ ${wanted} ×): ${end}` };
}

function atMost(what: string, value: number, wanted: number, unit: string): Verdict {
  const met = value <= wanted;
  const end = met ? 'met' : `missed: ${digits(value / wanted)} × too much`;
  return { met, sentence: `${what}: ${digits(value)}${unit} (≤ ${wanted}${unit}): ${end}` };
}

/** Where a row stands under the roofline of its adapter (Williams, Waterman & Patterson 2009), as a sentence. */
export function rooflineSentence(row: BenchRow, work: StepWork, peaks: AdapterPeaks): string {
  const stepsPerSecond = 1000 / row.msPerStep;
  const flops = work.flop * stepsPerSecond;
  const bytes = work.bytes * stepsPerSecond;
  const boundMs = 1000 * Math.max(work.flop / peaks.flopPerSecond, work.bytes / peaks.bytesPerSecond);
  return (
    `${rowTitle(row)}: ${giga(flops)} GFLOP/s of ${giga(peaks.flopPerSecond)} (${percent(flops / peaks.flopPerSecond)}), ` +
    `${giga(bytes)} GB/s of ${giga(peaks.bytesPerSecond)} (${percent(bytes / peaks.bytesPerSecond)}), ` +
    `${percent(boundMs / row.msPerStep)} of the roofline's ${digits(boundMs)} ms`
  );
}

const giga = (value: number) => digits(value / 1e9);
const percent = (share: number) => `${digits(100 * share)} %`;
