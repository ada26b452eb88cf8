import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALL_STAGES, countPlaywright, countVitest, scriptOf, stage, stagesMatching } from './stages.mjs';

it('names programs that are installed', () => {
  for (const name of ALL_STAGES) expect(existsSync(scriptOf(stage(name)))).toBe(true);
});

it('runs the stages that have tests of a name, and no others', () => {
  expect(stagesMatching(['labels/patch'])).toEqual(['unit']);
  expect(stagesMatching(['specs/page/feel'])).toEqual(['build', 'page', 'webgpu', 'alone']);
  expect(stagesMatching(['run/stages', 'specs/page/feel'])).toEqual(['unit', 'build', 'page', 'webgpu', 'alone']);
  expect(() => stagesMatching(['nothing-is-called-so'])).toThrow('No test is called nothing-is-called-so.');
});

it('counts a test file that does not load as a failure', () => {
  const results = (...statuses: string[]) => statuses.map((status) => ({ status }));
  const report = {
    testResults: [
      { status: 'passed', assertionResults: results('passed', 'passed') },
      { status: 'failed', assertionResults: results('passed', 'failed', 'failed') },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(countVitest(report)).toEqual({ passed: 3, failed: 3 });
});

it('counts errors outside tests, and tests that passed only at a second try, as failures', () => {
  const report = { stats: { expected: 7, unexpected: 2, flaky: 1 }, errors: [{}] };
  expect(countPlaywright(report)).toEqual({ passed: 7, failed: 4 });
});
