import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stepWork } from './benchNetwork.ts';
import {
  type BenchRow,
  ENGINE_NAMES,
  type EngineName,
  formatTable,
  lossVerdicts,
  median,
  type RowKey,
  rooflineSentence,
  rowTitle,
  targetVerdicts,
} from './benchReport.ts';
import { serveEngine } from './engineMain.bench.ts';
import { ENGINE_ARGUMENT, EngineProcess, type MeasuredAdapter, type Round } from './engineProcess.bench.ts';

// The training step, one network, engine against engine, in one table.
//
//   npm run bench [-- --sizes 64,128,256] [--engines ours,jax-js] [--json FILE]
//
// bundles this program into node_modules/.cache/bench/bench.mjs and runs it. That one file imports only node: modules
// and the package `webgpu` beside it, so that it also runs where there is nothing but these:
//
//   node bench.mjs --json rows.json [--wasm FOLDER]
//
// FOLDER has the three binaries of @tensorflow/tfjs-backend-wasm; without it, the WASM rows are left out there. On a
// software adapter the sizes are 64 and 128 unless given; WASM is measured at 256, too. It ends with 1 where a row cannot
// be measured or its losses are not stock's. Missed targets are only reported: timings depend on the machine.

/** Steps from the initial weights whose losses are compared: at the first size, and, where stock is slow, at others. */
const COMPARED_STEPS = 10;
const FEWER_COMPARED_STEPS = 3;
const ROUNDS = 5;
/** Steps are put together until a round takes as long, so that reading back the loss costs little. */
const ROUND_MS = 1500;
const MOST_STEPS_A_ROUND = 100;
const ALL_SIZES = [64, 128, 256];
const SOFTWARE_SIZES = [64, 128];
const WASM_FOLDER = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';

interface Options {
  /** `null`: all of them on WASM, on WebGPU those that the adapter has time for. */
  readonly sizes: readonly number[] | null;
  readonly engines: readonly EngineName[];
  readonly json: string | null;
  readonly wasmFolder: string;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string' },
      engines: { type: 'string', default: ENGINE_NAMES.join(',') },
      json: { type: 'string' },
      wasm: { type: 'string', default: WASM_FOLDER },
    },
  });
  const sizes = values.sizes?.split(',').map(Number) ?? null;
  if (sizes?.some((size) => !Number.isInteger(size) || size < 4 || size % 4 !== 0)) {
    throw new Error(`Sizes are multiples of 4, not ${values.sizes}.`);
  }
  const engines = values.engines.split(',').map((name) => {
    const known = ENGINE_NAMES.find((engine) => engine === name);
    if (known === undefined) throw new Error(`Engines are ${ENGINE_NAMES.join(', ')}, not ${name}.`);
    return known;
  });
  return { sizes, engines, json: values.json ?? null, wasmFolder: values.wasm };
}

/** The rows of one size, in the order of the table. */
function rowsOf(size: number, { engines, wasmFolder }: Options, onWebGpu: boolean): RowKey[] {
  const optimizers = onWebGpu ? (['adam', 'sgd'] as const) : [];
  const rows = optimizers.flatMap((optimizer) =>
    engines.map((engine): RowKey => ({ engine, backend: 'webgpu', optimizer, size })),
  );
  if (engines.includes('ours') && existsSync(wasmFolder)) {
    rows.push({ engine: 'ours', backend: 'wasm', optimizer: 'adam', size });
  }
  return rows;
}

/** One row under way. */
interface Contestant {
  readonly row: RowKey;
  readonly engine: EngineProcess;
  /** Single steps from the initial weights; the first compiles. */
  readonly singles: Round[];
  /** The rounds whose medians the table shows. */
  readonly rounds: Round[];
  /** Why the row cannot be measured; `null` while it can. */
  failure: string | null;
}

/** Measures all rows of one size against each other: round by round, one engine at a time. */
async function measureSize(keys: readonly RowKey[], comparedSteps: number, wasmFolder: string): Promise<Contestant[]> {
  const contestants = keys.map(
    (row): Contestant => ({ row, engine: new EngineProcess(), singles: [], rounds: [], failure: null }),
  );
  try {
    await forEach(contestants, ({ engine, row }) => engine.start(row, wasmFolder));
    for (let step = 0; step < comparedSteps; step++) {
      await forEach(contestants, async ({ engine, singles }) => singles.push(await engine.run(1)));
    }
    for (let round = 0; round < ROUNDS; round++) {
      await forEach(contestants, async ({ engine, singles, rounds }) => {
        rounds.push(await engine.run(stepsARound(singles)));
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
      contestant.failure = error instanceof Error ? error.message : String(error);
    }
  }
}

function stepsARound(singles: readonly Round[]): number {
  const stepMs = median(singles.slice(1).map((single) => single.ms));
  return Math.min(MOST_STEPS_A_ROUND, Math.max(1, Math.round(ROUND_MS / stepMs)));
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

function print(title: string, sentences: readonly string[]): void {
  if (sentences.length > 0) console.log(`\n${title}\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`);
}

function printFindings(rows: readonly BenchRow[], { software, peaks }: MeasuredAdapter): void {
  print(
    'Targets',
    targetVerdicts(rows, software).map(({ sentence }) => sentence),
  );
  print(
    'Against what the adapter can do',
    rows
      .filter(({ engine, backend }) => engine === 'ours' && backend === 'webgpu')
      .map((row) => rooflineSentence(row, stepWork(row.size), peaks)),
  );
}

async function measureAdapter(): Promise<MeasuredAdapter> {
  const probe = new EngineProcess();
  try {
    return await probe.measureAdapter();
  } finally {
    probe.stop();
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  if (!existsSync(options.wasmFolder)) console.log(`No WASM rows: there are no binaries in ${options.wasmFolder}.`);
  const adapter = await measureAdapter();
  const webgpuSizes = options.sizes ?? (adapter.software ? SOFTWARE_SIZES : ALL_SIZES);
  const rows: BenchRow[] = [];
  const failures: string[] = [];
  for (const size of options.sizes ?? ALL_SIZES) {
    console.log(`Measuring at ${size} px …`);
    const comparedSteps = adapter.software && rows.length > 0 ? FEWER_COMPARED_STEPS : COMPARED_STEPS;
    const keys = rowsOf(size, options, webgpuSizes.includes(size));
    for (const contestant of await measureSize(keys, comparedSteps, options.wasmFolder)) {
      const { row, failure } = contestant;
      if (failure === null) rows.push(rowOf(contestant, adapter.name));
      else failures.push(`${rowTitle(row)}: ${failure}`);
    }
  }
  console.log(`\nTraining step on ${adapter.name}, medians\n\n${formatTable(rows)}`);
  print('Could not be measured', failures);
  const losses = lossVerdicts(rows);
  print(
    'Losses of the first steps',
    losses.map(({ met, sentence }) => `${met ? '' : 'FAILED: '}${sentence}`),
  );
  printFindings(rows, adapter);
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (failures.length > 0 || losses.some((verdict) => !verdict.met)) process.exitCode = 1;
}

if (process.argv.includes(ENGINE_ARGUMENT)) serveEngine();
else await main();
