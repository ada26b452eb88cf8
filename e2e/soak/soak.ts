import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { WITH_WEBGPU, WITHOUT_GPU } from '../../.config/browser/launchOptions.ts';
import { serveFolder } from '../../.config/run/serve.mjs';
import { messageOf } from '../../src/base/messageOf.ts';
import { hash32, splitMix32 } from '../../src/base/splitMix.ts';
import { PageDriver } from '../drivers/pageDriver.ts';
import { ACTIONS, drawOrder } from './actions.ts';
import { dismissMessages } from './acts.ts';
import type { Round } from './figures.ts';
import { Home } from './home.ts';
import { Meter } from './measure.ts';
import { parseSoakOptions, type SoakOptions } from './options.ts';
import { formatHeader, formatRound, formatVerdict } from './table.ts';
import { judge } from './verdict.ts';

// What many hours at the page would fill up: everything a person does, round by round, on one page that is never loaded
// anew, with what it holds measured at the end of every round.
//
//   npm run soak [-- --minutes 30] [--backend wasm|webgpu] [--seed N] [--json FILE]
//
// Fails where memory grows by more than 5 % or training becomes slower by more than 15 % from the second fifth of the
// rounds to the last. The same seed is the same order of actions; FILE is written after every round.

/** Small, so that there are many rounds. */
const SIZE = '64';
/** The usual network on WASM; on a software adapter it would take minutes a round. */
const ADDRESS = {
  wasm: { size: SIZE, backend: 'wasm', picture: 'coffee' },
  webgpu: { size: SIZE, backend: 'webgpu', picture: 'coffee', network: 'unet-8-2-1' },
} as const;
/** V8 lets go of compiled code at a collection: it compiles ever more for half an hour, and that is no leak. */
const FLUSH_CODE = '--js-flags=--stress-flush-code';
/** V8's notes of every function that it compiles, for hints to a later visit: with code that is flushed they never end. */
const COMPILE_HINTS = ['LocalCompileHints', 'ProduceCompileHints2'];
const MINUTE_MS = 60_000;

const options = parseSoakOptions(process.argv.slice(2), Date.now() % 2 ** 32);
const rounds: Round[] = [];
console.log(`Soaking for ${options.minutes} minutes on ${options.backend}, seed ${options.seed}.`);
let stoppedBy: string | null = null;
try {
  await soak(options);
} catch (error) {
  stoppedBy = messageOf(error);
}
const verdict = judge(rounds);
const faults = stoppedBy === null ? verdict.faults : [stoppedBy, ...verdict.faults];
write(faults);
console.log(`\n${formatHeader()}\n${formatVerdict({ ...verdict, faults })}`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function soak({ minutes, backend, seed }: SoakOptions): Promise<void> {
  const server = await serveFolder(path.resolve('dist'), 'some/where');
  const launch = backend === 'webgpu' ? WITH_WEBGPU : WITHOUT_GPU;
  const browser = await chromium.launch({ ...launch, args: [...(launch.args ?? []).map(withoutHints), FLUSH_CODE] });
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    const troubles = troublesOf(page);
    const meter = await Meter.prepare(page, server.url);
    const driver = new PageDriver(page, server.url);
    const home = new Home(driver);
    const during = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      try {
        const result = await work();
        await dismissMessages(driver);
        if (troubles.length > 0) throw new Error('something went wrong on the page');
        return result;
      } catch (error) {
        const reasons = [...troubles, messageOf(error)].join('\n');
        throw new Error(`Seed ${seed}, round ${rounds.length + 1}, “${what}”: ${reasons}`, { cause: error });
      }
    };
    await during('opening the page', async () => {
      await driver.open(ADDRESS[backend]);
      await home.make();
    });
    console.log(formatHeader());
    const startMs = performance.now();
    const minute = () => (performance.now() - startMs) / MINUTE_MS;
    while (minute() < minutes) {
      const round = rounds.length + 1;
      const random = splitMix32(hash32(seed, round));
      for (const name of drawOrder(random)) {
        await during(name, async () => ACTIONS[name]?.({ driver, home, random }));
      }
      await during('coming home', () => home.restore());
      const figures = await during('measuring', () => meter.measure());
      const done: Round = { round, minute: minute(), figures };
      rounds.push(done);
      console.log(formatRound(done));
      write([]);
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

/** What goes wrong on the page from now on. */
function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', ({ message, stack }) => troubles.push(`uncaught: ${stack ?? message}`));
  page.on('crash', () => troubles.push('the page crashed'));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  return troubles;
}

function write(faults: readonly string[]): void {
  if (options.json === null) return;
  writeFileSync(options.json, `${JSON.stringify({ ...options, rounds, faults }, null, 2)}\n`);
}

/** Chromium minds one list of disabled features alone. */
function withoutHints(argument: string): string {
  return argument.startsWith('--disable-features=') ? [argument, ...COMPILE_HINTS].join(',') : argument;
}
