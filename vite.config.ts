import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { mobileNetWeightsPlugin } from './.config/mobileNetPlugin.ts';
import { contentSecurityPolicy, thirdPartyLicenses } from './.config/vitePlugins.ts';

const licenses = thirdPartyLicenses();
// licenses.txt carries the notices, once instead of 758 times.
const output = { comments: { legal: false } };

/** Of a test, by mode, where it is not a minute. */
const TIMEOUT_MS: Readonly<Record<string, number>> = { bench: 1_800_000, long: 600_000 };

/** Rooms whose tests run on a backend: a process a file, with WebGPU at hand. */
const LEARNING = ['quality', 'segmentation', 'training'];

/** The workbench in memory: its files share a process, a browser's globals and a started backend. */
const IN_MEMORY = ['e2e/inMemory/**/*.test.ts'];

const TESTS = ['src/**/*.test.{ts,tsx}', '.config/**/*.test.ts', 'e2e/{drivers,soak}/*.test.ts'];
// `bench/` and `quality/` are programs of their own, which their commands bundle.
const BENCHES = ['src/**/*.bench.ts', '!src/segmentation/bench/**', '!src/quality/**'];

/**
 * What `npm run unit` runs. Tests of the other rooms leave nothing behind but what they stub, which is taken back: their
 * files share a process and what it has loaded.
 */
const UNIT_PROJECTS = [
  {
    extends: true as const,
    test: { name: 'learning', include: LEARNING.map((room) => `src/${room}/**/*.test.ts`) },
  },
  { extends: true as const, test: { name: 'inMemory', include: IN_MEMORY, isolate: false } },
  {
    extends: true as const,
    test: {
      name: 'rest',
      include: TESTS,
      exclude: LEARNING.map((room) => `src/${room}/**`),
      isolate: false,
      unstubGlobals: true,
    },
  },
];

export default defineConfig(({ mode }) => ({
  // A relative base lets the built site live under any sub-path.
  base: './',
  plugins: [react(), mobileNetWeightsPlugin(), contentSecurityPolicy(), licenses.write()],
  // What a worker's files have in common is in none that begins one, so that the page can keep them one after the other.
  worker: {
    format: 'es',
    plugins: () => [mobileNetWeightsPlugin(), licenses.collect()],
    rolldownOptions: { output: { ...output, codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } },
  },
  build: {
    target: 'es2023',
    // The workers are bundled within a plugin, so the time that plugins take is most of it.
    rolldownOptions: { output, checks: { pluginTimings: false } },
    chunkSizeWarningLimit: 1500,
  },
  optimizeDeps: {
    // The workers'; found late, they would make a cold development server reload the page in mid-use.
    include: [
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients',
      'fast-png',
      'fflate',
      'image-size',
    ],
  },
  test: {
    environment: 'node',
    // WebGPU devices do not survive a thread pool's shutdown; processes are safe.
    pool: 'forks',
    // On two cores Vitest would take one.
    maxWorkers: 2,
    provide: { isLong: mode === 'long', repository: import.meta.dirname },
    setupFiles: [
      '.config/browser/webgpuInNode.ts',
      ...(mode === 'bench' ? [] : ['.config/browser/softwareAdapter/oneThread.ts']),
    ],
    testTimeout: TIMEOUT_MS[mode] ?? 60_000,
    hookTimeout: TIMEOUT_MS[mode] ?? 60_000,
    // tfjs's processor backend, the reference that others are held against, greets with advice to install another.
    onConsoleLog: (log: string) => !log.includes('running TensorFlow.js in Node.js'),
    // A project would add its own files to those that are named here.
    ...(mode === 'test' ? { projects: UNIT_PROJECTS } : { include: mode === 'bench' ? BENCHES : TESTS }),
  },
}));
