import path from 'node:path';
import { measurePeaks } from './adapterPeaks.bench.ts';
import type { BenchEngine } from './benchEngine.ts';
import { benchSetup } from './benchNetwork.ts';
import type { RowKey } from './benchReport.ts';
import type { EngineReply, EngineRequest, MeasuredAdapter, Round } from './engineProcess.bench.ts';
import {
  adapterName,
  type GpuCounters,
  installCountedWebGpu,
  isSoftware,
  requestAdapter,
} from './webgpuInNode.bench.ts';

/** Answers the bench's requests until it goes away. The engine's package is loaded once it is known which. */
export function serveEngine(): void {
  let engine: BenchEngine | null = null;
  let gpu: GpuCounters | null = null;
  async function answer(request: EngineRequest): Promise<unknown> {
    switch (request.type) {
      case 'start': {
        if (request.row.backend === 'webgpu') gpu = installCountedWebGpu();
        engine = await createEngine(request.row, request.wasmFolder);
        return null;
      }
      case 'run': {
        if (engine === null) throw new Error('The engine has not been started.');
        return await run(engine, request.steps, gpu);
      }
      case 'measureAdapter': {
        installCountedWebGpu();
        const adapter = await requestAdapter();
        return {
          name: adapterName(adapter),
          software: isSoftware(adapter),
          peaks: await measurePeaks(adapter),
        } satisfies MeasuredAdapter;
      }
    }
  }
  const reply = (message: EngineReply) => process.send?.(message);
  process.on('message', (request: EngineRequest) => {
    answer(request).then(
      (value) => reply({ value }),
      (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  // A bench that was interrupted leaves no engines behind.
  process.on('disconnect', () => process.exit());
}

async function createEngine(row: RowKey, wasmFolder: string): Promise<BenchEngine> {
  const setup = benchSetup(row.size, row.optimizer);
  switch (row.engine) {
    case 'stock': {
      const { createStockEngine } = await import('./stockEngine.bench.ts');
      return await createStockEngine(setup);
    }
    case 'ours': {
      const { createOursEngine } = await import('./oursEngine.bench.ts');
      return await createOursEngine(setup, row.backend, wasmPaths(wasmFolder));
    }
    case 'jax-js': {
      const { createJaxEngine } = await import('./jaxEngine.bench.ts');
      return await createJaxEngine(setup);
    }
  }
}

function wasmPaths(folder: string): Record<string, string> {
  const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
  return Object.fromEntries(names.map((name) => [name, path.join(folder, name)]));
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
