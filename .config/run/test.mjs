import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { prepareEnvironment } from '../browser/environment.mjs';
import { ALL_STAGES, isStageName, REPOSITORY, scriptOf, stage, stagesMatching } from './stages.mjs';

// node .config/run/test.mjs [STAGE…] [ARGUMENT…]
// Runs the named stages (all of them where none is named), stops at the first that fails, and ends with the totals.
// Arguments go to the last stage. Where no stage is named they are names: every stage runs what matches them.

/** @type {string[]} */
const times = [];
const totals = { passed: 0, failed: 0 };
/** @type {ReturnType<typeof parse>} */
let wanted = { names: [], extra: [], areNames: false };
let exitCode = 0;
try {
  wanted = parse(process.argv.slice(2));
  exitCode = await runAll();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  exitCode = 1;
}
process.stdout.write(`\n${times.join('\n')}\n`);
if (wanted.names.some((name) => stage(name).count)) {
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
}
process.exitCode = exitCode;

/** @returns {Promise<number>} Exit code of the first stage that failed, or 0. */
async function runAll() {
  const { names } = wanted;
  let env = process.env;
  if (names.some((name) => stage(name).needsBrowser)) {
    env = await timed('browser', prepareEnvironment);
    process.stdout.write(`Browser: ${env.CHROME_PATH}\nVulkan: ${env.VK_DRIVER_FILES ?? "the system's"}\n`);
  }
  for (const name of names) {
    process.stdout.write(`\n── ${name}\n`);
    const code = await timed(name, () => runStage(name, env, argumentsOf(name)));
    if (code !== 0) return code;
  }
  return 0;
}

/** @param {import('./stages.mjs').StageName} name */
function argumentsOf(name) {
  const { names, extra, areNames } = wanted;
  if (areNames) return stage(name).count ? extra : [];
  return name === names.at(-1) ? extra : [];
}

/**
 * @param {import('./stages.mjs').StageName} name
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} more
 * @returns {Promise<number>} Exit code.
 */
async function runStage(name, env, more) {
  const { args, report, count, ...program } = stage(name);
  if (report) rmSync(report, { force: true });
  const command = [scriptOf(program), ...args, ...more];
  const code = await new Promise((resolve, reject) => {
    spawn(process.execPath, command, { cwd: REPOSITORY, env, stdio: 'inherit' })
      .on('error', reject)
      .on('close', (status) => resolve(status ?? 1));
  });
  if (report && count && existsSync(report)) {
    const { passed, failed } = count(/** @type {never} */ (JSON.parse(readFileSync(report, 'utf8'))));
    totals.passed += passed;
    totals.failed += failed;
  }
  return code;
}

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function timed(name, work) {
  const start = performance.now();
  try {
    return await work();
  } finally {
    times.push(`${name.padEnd(12)}${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s`);
  }
}

/**
 * @param {string[]} words
 * @returns {{ names: import('./stages.mjs').StageName[], extra: string[], areNames: boolean }}
 */
function parse(words) {
  const end = words.findIndex((word) => !isStageName(word));
  const stages = (end === -1 ? words : words.slice(0, end)).filter(isStageName);
  const extra = end === -1 ? [] : words.slice(end);
  if (stages.length > 0) return { names: stages, extra, areNames: false };
  return { names: extra.length === 0 ? [...ALL_STAGES] : stagesMatching(extra), extra, areNames: true };
}
