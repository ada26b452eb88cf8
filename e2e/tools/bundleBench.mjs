import path from 'node:path';
import { build } from 'vite';
import { BENCH_PROGRAM, QUALITY_PROGRAM, REPOSITORY } from './stages.mjs';

// node e2e/tools/bundleBench.mjs engine|quality
// Makes of a bench and everything it imports one file for plain Node, whose own resolver cannot load tfjs's modules.
// Only packages that carry programs or native libraries stay outside.

const BENCHES = {
  engine: { entry: ['segmentation', 'engine.bench.ts'], program: BENCH_PROGRAM },
  quality: { entry: ['quality', 'quality.bench.ts'], program: QUALITY_PROGRAM },
};

const name = process.argv[2];
if (name !== 'engine' && name !== 'quality') throw new Error('Which bench: engine or quality?');
const { entry, program } = BENCHES[name];

await build({
  root: REPOSITORY,
  configFile: path.join(REPOSITORY, '.config', 'benchBundle.ts'),
  logLevel: 'warn',
  // The WASM backend's loader was written for CommonJS.
  define: { __dirname: 'import.meta.dirname' },
  ssr: { noExternal: true, external: ['webgpu', '@playwright/test'] },
  build: {
    ssr: path.join(REPOSITORY, 'src', ...entry),
    outDir: path.dirname(program),
    emptyOutDir: true,
    target: 'node20',
    copyPublicDir: false,
    chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
    rolldownOptions: {
      output: { entryFileNames: path.basename(program), codeSplitting: false },
    },
  },
});
