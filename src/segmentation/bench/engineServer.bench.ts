import { messageOf } from '../../base/messageOf.ts';
import type { WasmPaths } from '../../base/wasmBinaries.ts';
import { measurePeaks } from './adapterPeaks.bench.ts';
import type { BenchEngine } from './benchEngine.ts';
import { benchSetup } from './benchNetwork.ts';
import type { RowKey } from './benchReport.ts';
import type { EngineReply, EngineRequest, MeasuredAdapter, Round } from './engineConnection.bench.ts';
import { countGpu, type GpuCounters } from './gpuCounters.bench.ts';

/** Answers a bench's requests, one at a time. The engine's package is loaded once it is known which. */
export class EngineServer {
  readonly #loadWeights: () => Promise<void>;
  #engine: BenchEngine | null = null;
  #gpu: GpuCounters | null = null;

  /** `loadWeights`: has the pretrained weights there once it ends; called before they are needed. */
  constructor(loadWeights: () => Promise<void>) {
    this.#loadWeights = loadWeights;
  }

  async reply(request: EngineRequest): Promise<EngineReply> {
    try {
      return { value: await this.#answer(request) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  async #answer(request: EngineRequest): Promise<unknown> {
    switch (request.type) {
      case 'start': {
        if (request.row.backend === 'webgpu') this.#gpu = countGpu();
        if (request.row.network === 'default') await this.#loadWeights();
        this.#engine = await createEngine(request.row, request.wasmPaths);
        return null;
      }
      case 'run': {
        if (this.#engine === null) throw new Error('The engine has not been started.');
        return await run(this.#engine, request.steps, this.#gpu);
      }
      case 'measureAdapter': {
        const { requestNamedAdapter } = await import('../webgpuDevice.ts');
        const found = await requestNamedAdapter();
        if ('refusal' in found) throw new Error(`There is nothing to measure: ${found.refusal}.`);
        const { adapter, name, software } = found;
        return { name, software, peaks: await measurePeaks(adapter) } satisfies MeasuredAdapter;
      }
      case 'testAdapter': {
        await this.#loadWeights();
        const { testAdapter } = await import('./adapterTest.bench.ts');
        return await testAdapter();
      }
      case 'tuneAdapter': {
        await this.#loadWeights();
        const { tuneAdapter } = await import('./adapterTuning.bench.ts');
        return await tuneAdapter(request.wasmPaths);
      }
    }
  }
}

async function createEngine(row: RowKey, wasmPaths: WasmPaths): Promise<BenchEngine> {
  if (row.network === 'default') {
    const { createDefaultEngine } = await import('./defaultEngine.bench.ts');
    return await createDefaultEngine(row.size, row.backend, wasmPaths);
  }
  const setup = benchSetup(row.size, row.optimizer);
  switch (row.engine) {
    case 'stock': {
      const { createStockEngine } = await import('./stockEngine.bench.ts');
      return await createStockEngine(setup);
    }
    case 'ours': {
      const { createOursEngine } = await import('./oursEngine.bench.ts');
      return await createOursEngine(setup, row.backend, wasmPaths);
    }
    case 'jax-js': {
      const { createJaxEngine } = await import('./jaxEngine.bench.ts');
      return await createJaxEngine(setup, row.backend);
    }
  }
}

async function run(engine: BenchEngine, steps: number, gpu: GpuCounters | null): Promise<Round> {
  const dispatchesBefore = gpu?.dispatches ?? 0;
  const start = performance.now();
  let jsMs = 0;
  for (let step = 0; step < steps; step++) {
    const before = performance.now();
    engine.trainStep();
    jsMs += performance.now() - before;
  }
  const loss = await engine.loss();
  const ms = performance.now() - start;
  const dispatches = gpu === null ? null : gpu.dispatches - dispatchesBefore;
  return { steps, ms, jsMs, dispatches, gpuBytes: gpu?.peakBytes ?? null, loss };
}
