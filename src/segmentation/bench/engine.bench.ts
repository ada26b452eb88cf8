import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { wasmPathsIn } from '../../base/wasmBinaries.ts';
import { ENGINE_NAMES, type EngineName } from './benchReport.ts';
import { askOnce, contestText, haveStockLosses, measureRows, tuningText } from './contest.bench.ts';
import { serveEngine } from './engineMain.bench.ts';
import { ENGINE_ARGUMENT, engineProcess } from './engineProcess.bench.ts';

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

const ROUND_MS = 1500;
const WASM_FOLDER = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';

interface Options {
  /** `null`: those that the adapter has time for. */
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

async function main(): Promise<void> {
  const { sizes, engines, json, wasmFolder } = readOptions();
  const wasmPaths = existsSync(wasmFolder) ? wasmPathsIn(wasmFolder) : null;
  if (wasmPaths === null) console.log(`No WASM rows: there are no binaries in ${wasmFolder}.`);
  const adapter = await askOnce(engineProcess, (engine) => engine.measureAdapter());
  if (!adapter.software) {
    const { disagreement } = await askOnce(engineProcess, (engine) => engine.testAdapter());
    console.log(`Self-test: ${disagreement ?? 'every kernel agrees with the processor'}`);
    console.log(tuningText(await askOnce(engineProcess, (engine) => engine.tuneAdapter(wasmPaths))));
  }
  const contest = { sizes, engines, wasmPaths, roundMs: ROUND_MS, connect: engineProcess, onProgress: console.log };
  const result = await measureRows(contest, adapter);
  console.log(`\n${contestText(result, adapter)}`);
  if (json !== null) writeFileSync(json, `${JSON.stringify(result.rows, null, 2)}\n`);
  if (result.failures.length > 0 || !haveStockLosses(result)) process.exitCode = 1;
}

if (process.argv.includes(ENGINE_ARGUMENT)) serveEngine();
else await main();
