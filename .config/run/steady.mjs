import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY } from './stages.mjs';

// node .config/run/steady.mjs [STAGE…] [NAME…]
// Runs the tests six times in a row, the last three while two busy loops take the machine's cores, and ends with a table.
// What each run said lies in node_modules/.cache/steady/.

const RUNS = [false, false, false, true, true, true];
const BUSY_LOOPS = 2;
const FOLDER = path.join(REPOSITORY, 'node_modules', '.cache', 'steady');

mkdirSync(FOLDER, { recursive: true });
const HEADER = 'run   cores   seconds   passed   failed';
process.stdout.write(`${HEADER}\n`);
for (const [index, isBusy] of RUNS.entries()) {
  const { seconds, passed, failed, status } = await run(index + 1, isBusy);
  if (status !== 0) process.exitCode = 1;
  const cells = [String(index + 1).padStart(3), (isBusy ? 'busy' : 'free').padStart(7), seconds.toFixed(0).padStart(9)];
  const row = [...cells, passed.padStart(8), failed.padStart(8)].join(' ');
  process.stdout.write(`${row}${status === 0 ? '' : '   failed'}\n`);
}

/**
 * @param {number} number
 * @param {boolean} isBusy
 */
async function run(number, isBusy) {
  const loops = Array.from({ length: isBusy ? BUSY_LOOPS : 0 }, () => spawn(process.execPath, ['-e', 'for (;;);']));
  const log = createWriteStream(path.join(FOLDER, `run${number}.txt`));
  const start = performance.now();
  let said = '';
  try {
    const script = path.join(REPOSITORY, '.config', 'run', 'test.mjs');
    const tests = spawn(process.execPath, [script, ...process.argv.slice(2)], { cwd: REPOSITORY });
    for (const stream of [tests.stdout, tests.stderr]) {
      stream.on('data', (bytes) => {
        log.write(bytes);
        said = `${said}${bytes}`.slice(-2000);
      });
    }
    /** @type {number} */
    const status = await new Promise((resolve) => tests.on('close', (code) => resolve(code ?? 1)));
    const [, passed = '?', failed = '?'] = /(\d+) passed, (\d+) failed\s*$/.exec(said) ?? [];
    return { seconds: (performance.now() - start) / 1000, passed, failed, status };
  } finally {
    log.end();
    for (const loop of loops) loop.kill();
  }
}
