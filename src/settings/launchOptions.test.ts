import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_WORKING_SIZE_PX, parseLaunchOptions } from './launchOptions.ts';

it('has defaults for an address without parameters', () => {
  expect(parseLaunchOptions([])).toEqual({
    options: {
      backend: 'auto',
      alwaysTestsGpu: false,
      picture: null,
      workingSizePx: DEFAULT_WORKING_SIZE_PX,
      network: null,
      embed: null,
    },
    problems: [],
  });
});

it('reads every parameter', () => {
  const parsed = parseLaunchOptions([
    ['backend', 'webgpu'],
    ['selftest', 'always'],
    ['picture', 'coffee'],
    ['size', '64'],
    ['network', 'unet-8-2-1'],
    ['embed', 'https://example.org/'],
  ]);
  expect(parsed.problems).toEqual([]);
  expect(parsed.options).toEqual({
    backend: 'webgpu',
    alwaysTestsGpu: true,
    picture: 'coffee',
    workingSizePx: 64,
    network: { kind: 'unet', width: 8, depth: 2, stride: 1 },
    embed: 'https://example.org',
  });
});

it.each([
  ['backend', 'cuda'],
  ['selftest', 'never'],
  ['picture', '../../secret'],
  ['picture', '<script>'],
  ['size', '31'],
  ['size', '1025'],
  ['size', '1e3'],
  ['size', '-64'],
  ['network', 'unet-8-2-3'],
  ['network', 'unet-999-2-1'],
  ['network', 'resnet-8-2-1'],
  ['network', 'unet-8-2'],
  ['embed', '*'],
])('leaves out %s=%s and says so', (name, value) => {
  const { options, problems } = parseLaunchOptions([[name, value]]);
  expect(options).toEqual(parseLaunchOptions([]).options);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(name);
});

it('never throws and always gives usable options', () => {
  const name = fc.oneof(fc.constantFrom('backend', 'picture', 'size', 'network'), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ maxLength: 200 }))), (parameters) => {
      const { options, problems } = parseLaunchOptions(parameters);
      expect(options.workingSizePx).toBeGreaterThanOrEqual(32);
      expect(options.workingSizePx).toBeLessThanOrEqual(1024);
      for (const problem of problems) expect(problem.length).toBeLessThan(160);
    }),
  );
});
