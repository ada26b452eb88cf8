import { defineConfig } from 'vite';
import { mobileNetWeights } from './mobileNetPlugin.ts';

/** What a program for plain Node needs of the page's build: `e2e/tools/bundleProgram.mjs` sets the rest. */
export default defineConfig({ plugins: [mobileNetWeights()] });
