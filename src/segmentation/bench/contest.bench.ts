import { median } from '../../base/median.ts';
import { messageOf } from '../../base/messageOf.ts';
import type { WasmPaths } from '../../base/wasmBinaries.ts';
import { stepWork } from './benchNetwork.ts';
import {
  type BenchRow,
  type EngineName,
  formatBenchTable,
  lossVerdicts,
  type RowKey,
  rooflineSentence,
  rowTitle,
  targetVerdicts,
  type Verdict,
} from './benchReport.ts';
import type { BenchedTuning, EngineConnection, MeasuredAdapter, Round } from './engineConnection.bench.ts';

/** Steps from the initial weights whose losses are compared: at the first size, and, where stock is slow, at others. */
const COMPARED_STEPS = 10;
const FEWER_COMPARED_STEPS = 3;
const ROUNDS = 5;
const MAX_STEPS_A_ROUND = 100;
const ALL_SIZES = [64, 128, 256];
const SOFTWARE_SIZES = [64, 128];

/** What is measured against what, and how. */
export interface Contest {
  /** `null`: all of them on WASM, on WebGPU those that the adapter has time for. */
  readonly sizes: readonly number[] | null;
  readonly engines: readonly EngineName[];
  /** The WASM backend's binaries by name; `null`: there are none, and no rows of that backend. */
  readonly wasmPaths: WasmPaths | null;
  /** Steps are put together until a round takes as long, so that reading back the loss costs little. */
  readonly roundMs: number;
  /** An engine in a process or worker of its own. */
  readonly connect: () => EngineConnection;
  /** Told what comes next, as a sentence. */
  readonly onProgress: (sentence: string) => void;
}

/** What came of a contest. */
export interface ContestResult {
  readonly rows: readonly BenchRow[];
  /** Rows that could not be measured, and why. */
  readonly failures: readonly string[];
}

/** What is measured at a size. */
interface Extent {
  readonly onWebGpu: boolean;
  readonly withDefault: boolean;
  /** Whether it is the first size, which has those rows whose steps take seconds. */
  readonly isFirst: boolean;
}

/** The rows of one size, in the order of the table. */
function rowsOf(size: number, { engines, wasmPaths }: Contest, { onWebGpu, withDefault, isFirst }: Extent): RowKey[] {
  const optimizers = onWebGpu ? (['adam', 'sgd'] as const) : [];
  const rows = optimizers.flatMap((optimizer) =>
    engines.map((engine): RowKey => ({ engine, backend: 'webgpu', optimizer, network: 'bench', size })),
  );
  if (isFirst && engines.includes('jax-js')) {
    rows.push({ engine: 'jax-js', backend: 'wasm', optimizer: 'adam', network: 'bench', size });
  }
  if (!engines.includes('ours')) return rows;
  const own = { engine: 'ours', optimizer: 'adam', size } as const;
  if (onWebGpu && withDefault) rows.push({ ...own, backend: 'webgpu', network: 'default' });
  if (wasmPaths === null) return rows;
  rows.push({ ...own, backend: 'wasm', network: 'bench' });
  if (withDefault) rows.push({ ...own, backend: 'wasm', network: 'default' });
  return rows;
}

/** One row under way. */
interface Contestant {
  readonly row: RowKey;
  readonly engine: EngineConnection;
  /** Single steps from the initial weights; the first compiles. */
  readonly singles: Round[];
  /** The rounds whose medians the table shows. */
  readonly rounds: Round[];
  /** Why the row cannot be measured; `null` while it can. */
  failure: string | null;
}

/** Measures all rows of one size against each other: round by round, one engine at a time. */
async function measureSize(keys: readonly RowKey[], comparedSteps: number, contest: Contest): Promise<Contestant[]> {
  const contestants = keys.map(
    (row): Contestant => ({ row, engine: contest.connect(), singles: [], rounds: [], failure: null }),
  );
  try {
    await forEach(contestants, ({ engine, row }) => engine.start(row, contest.wasmPaths ?? {}));
    for (let step = 0; step < comparedSteps; step++) {
      await forEach(contestants, async ({ engine, singles }) => singles.push(await engine.run(1)));
    }
    for (let round = 0; round < ROUNDS; round++) {
      await forEach(contestants, async ({ engine, singles, rounds }) => {
        rounds.push(await engine.run(stepsARound(singles, contest.roundMs)));
      });
    }
    return contestants;
  } finally {
    for (const { engine } of contestants) engine.stop();
  }
}

/** One after another; a contestant that fails keeps the reason and takes no further part. */
async function forEach(
  contestants: readonly Contestant[],
  work: (contestant: Contestant) => Promise<unknown>,
): Promise<void> {
  for (const contestant of contestants) {
    if (contestant.failure !== null) continue;
    try {
      await work(contestant);
    } catch (error) {
      contestant.failure = messageOf(error);
    }
  }
}

function stepsARound(singles: readonly Round[], roundMs: number): number {
  const stepMs = median(singles.slice(1).map((single) => single.ms));
  return Math.min(MAX_STEPS_A_ROUND, Math.max(1, Math.round(roundMs / stepMs)));
}

function rowOf({ row, singles, rounds }: Contestant, adapter: string): BenchRow {
  const last = rounds.at(-1);
  return {
    ...row,
    adapter: row.backend === 'webgpu' ? adapter : 'WebAssembly, one thread',
    msPerStep: median(rounds.map((round) => round.ms / round.steps)),
    jsMsPerStep: median(rounds.map((round) => round.jsMs / round.steps)),
    dispatches: last === undefined || last.dispatches === null ? null : last.dispatches / last.steps,
    gpuBytes: last?.gpuBytes ?? null,
    firstStepMs: singles[0]?.ms ?? Number.NaN,
    losses: singles.map((single) => single.loss),
  };
}

/** Runs something on an engine that is asked for nothing else. */
export async function askOnce<Answer>(
  connect: () => EngineConnection,
  ask: (engine: EngineConnection) => Promise<Answer>,
): Promise<Answer> {
  const engine = connect();
  try {
    return await ask(engine);
  } finally {
    engine.stop();
  }
}

/** Measures all rows on an adapter. Where that is software, the default network, which takes it seconds, has one size. */
export async function measureRows(contest: Contest, adapter: MeasuredAdapter): Promise<ContestResult> {
  const webgpuSizes = contest.sizes ?? (adapter.software ? SOFTWARE_SIZES : ALL_SIZES);
  const rows: BenchRow[] = [];
  const failures: string[] = [];
  for (const size of contest.sizes ?? ALL_SIZES) {
    contest.onProgress(`Measuring at ${size} px …`);
    const comparedSteps = adapter.software && rows.length > 0 ? FEWER_COMPARED_STEPS : COMPARED_STEPS;
    const isFirst = rows.length === 0;
    const withDefault = !adapter.software || isFirst;
    const keys = rowsOf(size, contest, { onWebGpu: webgpuSizes.includes(size), withDefault, isFirst });
    for (const contestant of await measureSize(keys, comparedSteps, contest)) {
      const { row, failure } = contestant;
      if (failure === null) rows.push(rowOf(contestant, adapter.name));
      else failures.push(`${rowTitle(row)}: ${failure}`);
    }
  }
  return { rows, failures };
}

/** Whether the rows' losses are those of stock tfjs. */
export function haveStockLosses({ rows }: ContestResult): boolean {
  return lossVerdicts(rows).every(({ met }) => met);
}

/** Table, losses, targets and roofline as text. */
export function contestText({ rows, failures }: ContestResult, { name, software, peaks }: MeasuredAdapter): string {
  const sentences = (verdicts: readonly Verdict[]) => verdicts.map(({ sentence }) => sentence);
  const losses = lossVerdicts(rows).map(({ met, sentence }) => `${met ? '' : 'FAILED: '}${sentence}`);
  const roofline = rows
    .filter(({ engine, backend, network }) => engine === 'ours' && backend === 'webgpu' && network === 'bench')
    .map((row) => rooflineSentence(row, stepWork(row.size), peaks));
  return [
    `Training step on ${name}, medians\n\n${formatBenchTable(rows)}`,
    ...section('Could not be measured', failures),
    ...section('Losses of the first steps', losses),
    ...section('Targets', sentences(targetVerdicts(rows, software))),
    ...section('Against what the adapter can do', roofline),
  ].join('\n\n');
}

function section(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [`${title}\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`];
}

/** What came of {@link EngineConnection.tuneAdapter}, as a sentence or two. */
export function tuningText({ tuning, isDefault, tunedMs, sizePx, webgpuMs, wasmMs }: BenchedTuning): string {
  const fields = Object.entries(tuning).map(([field, value]) => `${field} ${value}`);
  const found = `${fields.join(', ')}${isDefault ? ' (the default)' : ''}`;
  const wasm = wasmMs === null ? '' : `, ${wasmMs.toFixed(1)} ms on WebAssembly`;
  return (
    `Tuning: ${found}, found in ${(tunedMs / 1000).toFixed(1)} s\n` +
    `A step of the default network at ${sizePx} px: ${webgpuMs.toFixed(1)} ms on WebGPU by kernels so cut${wasm}`
  );
}
