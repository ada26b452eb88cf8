import { defineConfig } from 'vite';
import { mobileNetWeightsPlugin } from './mobileNetPlugin.ts';

/** What a program for plain Node needs of the page's build: `.config/run/bundleProgram.mjs` sets the rest. */
export default defineConfig({ plugins: [mobileNetWeightsPlugin()] });
