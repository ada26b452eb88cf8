import path from 'node:path';
import { build } from 'vite';
import { BENCH_PROGRAM, QUALITY_PROGRAM, REPOSITORY, SOAK_PROGRAM } from './stages.mjs';

// node .config/run/bundleProgram.mjs engine|quality|soak
// Makes of a program and everything it imports one file for plain Node, whose own resolver cannot load tfjs's modules,
// nor TypeScript. Only packages that carry programs or native libraries stay outside.

const PROGRAMS = {
  engine: { entry: 'src/segmentation/bench/engine.bench.ts', program: BENCH_PROGRAM },
  quality: { entry: 'src/quality/quality.bench.ts', program: QUALITY_PROGRAM },
  soak: { entry: 'e2e/soak/soak.ts', program: SOAK_PROGRAM },
};

const name = process.argv[2];
if (name !== 'engine' && name !== 'quality' && name !== 'soak') throw new Error('Which: engine, quality or soak?');
const { entry, program } = PROGRAMS[name];

await build({
  root: REPOSITORY,
  configFile: path.join(REPOSITORY, '.config', 'programBundle.ts'),
  logLevel: 'warn',
  // The WASM backend's loader was written for CommonJS.
  define: { __dirname: 'import.meta.dirname' },
  ssr: { noExternal: true, external: ['webgpu', '@playwright/test'] },
  build: {
    ssr: path.join(REPOSITORY, entry),
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
