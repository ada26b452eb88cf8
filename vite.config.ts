import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A relative base lets the built site live under any sub-path.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: { target: 'es2023' },
  test: {
    environment: 'node',
    // WebGPU devices do not survive a thread pool's shutdown; processes are safe.
    pool: 'forks',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'e2e/tools/**/*.test.ts'],
    setupFiles: ['e2e/tools/webgpuInNode.ts'],
    testTimeout: 60_000,
  },
});
