import { expect, it } from 'vitest';
import { slowBackendNotice, webgpuAdvice } from './webgpuAdvice.ts';

const AGENTS = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  chrome: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36',
  edge: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  android:
    'Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Mobile Safari/537.36',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
} as const;

const browser = (userAgent: string, change = {}) => ({ userAgent, secureContext: true, hasWebgpu: false, ...change });

it.each([
  ['firefox', 'about:config'],
  ['chrome', 'version 113'],
  ['android', 'Android 12'],
  ['safari', 'version 26'],
] as const)('tells a user of %s about %s', (name, word) => {
  expect(webgpuAdvice(browser(AGENTS[name]))).toContain(word);
});

it('tells about the graphics settings where WebGPU is there but no adapter is', () => {
  expect(webgpuAdvice(browser(AGENTS.edge, { hasWebgpu: true }))).toContain('graphics acceleration');
  expect(webgpuAdvice(browser(AGENTS.edge, { hasWebgpu: true }))).not.toContain('Linux');
});

it('tells about https before anything else', () => {
  expect(webgpuAdvice(browser(AGENTS.firefox, { secureContext: false }))).toContain('https');
});

const wasm = {
  backend: 'wasm',
  adapter: 'WebAssembly with SIMD',
  identity: '',
  software: true,
  fallbackReason: 'This browser has no WebGPU.',
  avoided: false,
} as const;

it('gives the reason and the consequence of a fallback, and nothing where it was asked for', () => {
  const notice = slowBackendNotice(wasm, false);
  expect(notice).toContain('This browser has no WebGPU.');
  expect(notice).toContain('WebAssembly');
  expect(slowBackendNotice(wasm, true)).toBeNull();
});

it('says nothing on a graphics processor', () => {
  const hardware = {
    backend: 'webgpu',
    adapter: 'apple m4',
    identity: 'apple/m4/',
    software: false,
    fallbackReason: null,
    avoided: false,
  } as const;
  expect(slowBackendNotice(hardware, false)).toBeNull();
});
