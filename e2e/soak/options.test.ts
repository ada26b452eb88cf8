import { expect, it } from 'vitest';
import { parseSoakOptions } from './options.ts';

it('runs for half an hour on WASM unless told otherwise', () => {
  expect(parseSoakOptions([], 7)).toEqual({ minutes: 30, backend: 'wasm', seed: 7, json: null });
  expect(
    parseSoakOptions(['--minutes', '0.5', '--backend', 'webgpu', '--seed', '12', '--json', 'soak.json'], 7),
  ).toEqual({ minutes: 0.5, backend: 'webgpu', seed: 12, json: 'soak.json' });
});

it.each([
  [['--minutes', '0'], '--minutes is a positive number, not 0.'],
  [['--minutes', 'ten'], '--minutes is a positive number, not ten.'],
  [['--backend', 'webgl'], '--backend is wasm or webgpu, not webgl.'],
  [['--seed', '-1'], /--seed/],
  [['--seed', '1.5'], '--seed is a natural number, not 1.5.'],
  [['--hours', '3'], /--hours/],
])('refuses %j', (args, message) => {
  expect(() => parseSoakOptions(args, 7)).toThrow(message);
});
