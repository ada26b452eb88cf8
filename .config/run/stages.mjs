import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const REPORTS = path.join(REPOSITORY, 'node_modules', '.cache', 'reports');

/** Where Playwright's configuration writes its report. */
export const PLAYWRIGHT_REPORT = path.join(REPORTS, 'playwright.json');

/** The bench as one file, which `bundleProgram.mjs` writes. */
export const BENCH_PROGRAM = path.join(REPOSITORY, 'node_modules', '.cache', 'bench', 'bench.mjs');

/** The same for `quality`. */
export const QUALITY_PROGRAM = path.join(REPOSITORY, 'node_modules', '.cache', 'benchQuality', 'quality.mjs');

/** The same for `soak`. */
export const SOAK_PROGRAM = path.join(REPOSITORY, 'node_modules', '.cache', 'soak', 'soak.mjs');

const VITEST_REPORT = path.join(REPORTS, 'vitest.json');

/** @typedef {{ passed: number, failed: number }} Counts */

/** @typedef {{ packageName: string, bin: string } | { script: string }} Program Of a package, or a script of ours. */

/**
 * @typedef {object} Options
 * @property {readonly string[]} args
 * @property {boolean} [needsBrowser]
 * @property {string} [report] JSON file that `count` reads afterwards.
 * @property {(report: never) => Counts} [count]
 */

/** @typedef {Program & Options} Stage */

/**
 * A project of `playwright.config.ts`.
 *
 * @param {string} project
 * @param {string} [which]
 * @returns {Stage}
 */
function playwright(project, which = '--grep-invert=@long') {
  return {
    packageName: '@playwright/test',
    bin: 'playwright',
    args: ['test', '--config=e2e/playwright.config.ts', '--pass-with-no-tests', `--project=${project}`, which],
    needsBrowser: true,
    report: PLAYWRIGHT_REPORT,
    count: countPlaywright,
  };
}

/**
 * @param {...string} options
 * @returns {Stage}
 */
function vitest(...options) {
  return {
    packageName: 'vitest',
    bin: 'vitest',
    args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`, ...options],
    needsBrowser: true,
    report: VITEST_REPORT,
    count: countVitest,
  };
}

/**
 * @param {string} file
 * @returns {Stage}
 */
function vitestBench(file) {
  const args = ['run', '--mode=bench', '--disable-console-intercept', '--reporter=verbose', file];
  return { packageName: 'vitest', bin: 'vitest', args, needsBrowser: true };
}

/** @satisfies {Readonly<Record<string, Stage>>} */
const STAGES = {
  lint: { packageName: '@biomejs/biome', bin: 'biome', args: ['check', '--error-on-warnings', '.'] },
  types: { packageName: 'typescript', bin: 'tsc', args: ['-b'] },
  unused: { packageName: 'knip', bin: 'knip', args: ['--config', '.config/knip.json'] },
  unit: vitest(),
  unitLong: vitest('--mode=long', 'src/segmentation'),
  bench: { script: BENCH_PROGRAM, args: [], needsBrowser: true },
  benchQuality: { script: QUALITY_PROGRAM, args: [], needsBrowser: true },
  benchNetwork: vitestBench('trainStep.bench.ts'),
  benchCrops: vitestBench('cropsAndTiles.bench.ts'),
  benchSmoothness: vitestBench('smoothness.bench.ts'),
  benchLosses: vitestBench('labelLoss.bench.ts'),
  benchPainting: vitestBench('painting.bench.ts'),
  benchLockstep: vitestBench('lockstep.bench.ts'),
  benchCheckpoints: vitestBench('checkpoints.bench.ts'),
  benchChanges: vitestBench('changeCosts.bench.ts'),
  build: { packageName: 'vite', bin: 'vite', args: ['build'] },
  page: playwright('page'),
  webgpu: playwright('webgpu'),
  alone: playwright('alone'),
  pageLong: playwright('page', '--grep=@long'),
  webgpuLong: playwright('webgpu', '--grep=@long'),
  aloneLong: playwright('alone', '--grep=@long'),
  screenshots: playwright('screenshots'),
  soak: { script: SOAK_PROGRAM, args: [], needsBrowser: true },
};

/** @typedef {keyof typeof STAGES} StageName */

/** What `npm test` runs. */
export const ALL_STAGES = /** @type {const} */ ([
  'lint',
  'types',
  'unused',
  'unit',
  'build',
  'page',
  'webgpu',
  'alone',
]);

/** Where the tests of a stage lie, and how their files end. */
const TESTS_OF = {
  unit: { folders: ['src', 'e2e', '.config'], ending: /\.test\.tsx?$/ },
  page: { folders: ['e2e/specs'], ending: /\.spec\.ts$/ },
};

/**
 * The stages to run for tests whose files' paths hold one of these names: unit tests, or a build and the page's. Throws an
 * `Error` where no test is called so.
 *
 * @param {readonly string[]} names
 * @returns {StageName[]}
 */
export function stagesMatching(names) {
  /** @param {{ folders: readonly string[], ending: RegExp }} tests */
  const matches = ({ folders, ending }) =>
    folders
      .flatMap((folder) =>
        readdirSync(path.join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
          path.posix.join(folder, file),
        ),
      )
      .some((file) => ending.test(file) && names.some((name) => file.includes(name)));
  /** @type {StageName[]} */
  const stages = [
    ...(matches(TESTS_OF.unit) ? /** @type {const} */ (['unit']) : []),
    ...(matches(TESTS_OF.page) ? /** @type {const} */ (['build', 'page', 'webgpu', 'alone']) : []),
  ];
  if (stages.length === 0) throw new Error(`No test is called ${names.join(' or ')}.`);
  return stages;
}

/**
 * @param {string} name
 * @returns {name is StageName}
 */
export function isStageName(name) {
  return Object.hasOwn(STAGES, name);
}

/**
 * @param {StageName} name
 * @returns {Stage}
 */
export function stage(name) {
  return STAGES[name];
}

/**
 * A stage's program as a script for Node, which needs neither a shell nor `npx`.
 *
 * @param {Program} program
 * @returns {string}
 */
export function scriptOf(program) {
  if ('script' in program) return program.script;
  const { packageName, bin } = program;
  const folder = path.join(REPOSITORY, 'node_modules', packageName);
  /** @type {{ bin: Record<string, string> }} */
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const script = manifest.bin[bin];
  if (script === undefined) throw new Error(`${packageName} has no program called ${bin}.`);
  return path.join(folder, script);
}

/**
 * A file that fails before its first test counts as one failure.
 *
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report Of Vitest.
 * @returns {Counts}
 */
export function countVitest({ testResults }) {
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of testResults) {
    const failures = assertionResults.filter((result) => result.status === 'failed').length;
    passed += assertionResults.filter((result) => result.status === 'passed').length;
    failed += status === 'failed' ? Math.max(1, failures) : failures;
  }
  return { passed, failed };
}

/**
 * An error outside any test counts as one failure.
 *
 * @param {{ stats: { expected: number, unexpected: number, flaky: number }, errors: unknown[] }} report Of Playwright.
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}
