import path from 'node:path';
import { build } from 'vite';
import { BENCH_PROGRAM, REPOSITORY } from './stages.mjs';

// Makes of the bench and everything it imports one file for plain Node, whose own resolver cannot load tfjs's modules.
// Only `webgpu`, which carries a native library, stays outside.
await build({
  root: REPOSITORY,
  configFile: false,
  logLevel: 'warn',
  // The WASM backend's loader was written for CommonJS.
  define: { __dirname: 'import.meta.dirname' },
  ssr: { noExternal: true, external: ['webgpu'] },
  build: {
    ssr: path.join(REPOSITORY, 'src', 'segmentation', 'engine.bench.ts'),
    outDir: path.dirname(BENCH_PROGRAM),
    emptyOutDir: true,
    target: 'node20',
    copyPublicDir: false,
    chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
    rolldownOptions: {
      output: { entryFileNames: path.basename(BENCH_PROGRAM), codeSplitting: false },
    },
  },
});
