import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, type PageDriver } from '../../drivers/pageDriver.ts';

// What a person feels: does the brush keep up while the network learns beside it?

const GOAL_MS = 50;
const ROUNDS = 3;
const ZIGZAG = [
  [20, 20],
  [120, 140],
  [180, 30],
  [230, 150],
] as const;

interface Longest {
  /** Longest task of the page's thread, whoever caused it. */
  readonly taskMs: number;
  /** Longest run of our own scripts inside a long animation frame, and what started it. */
  readonly scriptMs: number;
  readonly invoker: string;
}

async function watchLongTasks(page: Page, siteUrl: string): Promise<() => Promise<Longest>> {
  await page.evaluate((ours) => {
    const longest = { taskMs: 0, scriptMs: 0, invoker: 'none' };
    Object.assign(window, { longest });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest.taskMs = Math.max(longest.taskMs, duration);
    }).observe({ type: 'longtask' });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { scripts } = entry as PerformanceEntry & {
          scripts: { sourceURL: string; duration: number; invoker: string }[];
        };
        for (const { sourceURL, duration, invoker } of scripts) {
          if (sourceURL.startsWith(ours) && duration > longest.scriptMs) {
            Object.assign(longest, { scriptMs: duration, invoker });
          }
        }
      }
    }).observe({ type: 'long-animation-frame' });
  }, siteUrl);
  return () => page.evaluate(() => (window as unknown as { longest: Longest }).longest);
}

/**
 * The page thread's processor time in JavaScript while `act` runs, and the time that passes, in milliseconds.
 * Processor time, because a training worker and a software display share the test machine's few cores with the page.
 */
async function scriptTimeOf(page: Page, act: () => Promise<void>): Promise<{ scriptMs: number; wallMs: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const readScriptMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN);
  };
  const start = performance.now();
  const before = await readScriptMs();
  await act();
  const scriptMs = (await readScriptMs()) - before;
  await session.detach();
  return { scriptMs, wallMs: performance.now() - start };
}

/** All of the page's script time while a zigzag is painted; the median of some rounds. */
async function scriptMsOfPainting(driver: PageDriver): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push((await scriptTimeOf(driver.page, () => driver.paint(ZIGZAG, 25))).scriptMs);
    await driver.page.keyboard.press('ControlOrMeta+z');
  }
  return times.sort((a, b) => a - b)[(ROUNDS - 1) / 2] ?? Number.NaN;
}

/** Paints a line; returns how many of its pointer moves found the brush's pixels missing once their frame was drawn. */
async function paintAndCountLateMoves(driver: PageDriver): Promise<{ moves: number; late: number }> {
  await driver.page.evaluate(() => {
    const counts = { moves: 0, late: 0 };
    Object.assign(window, { counts });
    const canvas = document.querySelector('canvas[data-layer="labels"]');
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('There is no labels layer.');
    const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const isPainted = (clientX: number, clientY: number) => {
      const box = canvas.getBoundingClientRect();
      const x = Math.floor(((clientX - box.x) * canvas.width) / box.width);
      const y = Math.floor(((clientY - box.y) * canvas.height) / box.height);
      copy?.clearRect(0, 0, 1, 1);
      copy?.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
      return (copy?.getImageData(0, 0, 1, 1).data[3] ?? 0) > 0;
    };
    const channel = new MessageChannel();
    const waiting: { clientX: number; clientY: number }[] = [];
    channel.port1.onmessage = () => {
      for (const { clientX, clientY } of waiting.splice(0)) {
        counts.moves++;
        if (!isPainted(clientX, clientY)) counts.late++;
      }
    };
    window.addEventListener('pointermove', ({ buttons, clientX, clientY }) => {
      if (buttons === 0) return;
      waiting.push({ clientX, clientY });
      // A message sent from an animation frame arrives when all of the frame's callbacks have run.
      requestAnimationFrame(() => channel.port2.postMessage(null));
    });
  });
  await driver.paint(
    [
      [20, 100],
      [230, 100],
    ],
    40,
  );
  return driver.page.evaluate(() => (window as unknown as { counts: { moves: number; late: number } }).counts);
}

test('painting stays as light during training as without it', async ({ driver, page, siteUrl }) => {
  await driver.open({ backend: 'wasm', size: '256', network: 'unet-16-4-1', picture: 'chelsea' });
  await driver.setBrush(9);
  await driver.paint(ZIGZAG);
  const idleMs = await scriptMsOfPainting(driver);

  // More than the quickest machine takes while it is painted on.
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Train').click();
  await driver.until(({ step }) => step >= 2);
  const readLongest = await watchLongTasks(page, siteUrl);
  const background = await scriptTimeOf(page, () => page.waitForTimeout(1500));
  const backgroundShare = background.scriptMs / background.wallMs;
  const busyMs = await scriptMsOfPainting(driver);
  const { moves, late } = await paintAndCountLateMoves(driver);
  const { step, phase } = await driver.status();
  const longest = await readLongest();

  const figures = [
    `script time of one painting: ${idleMs.toFixed(0)} ms without training, ${busyMs.toFixed(0)} ms with (to step ${step})`,
    `showing the training takes ${(100 * backgroundShare).toFixed(1)} % of the page's thread`,
    `longest task ${longest.taskMs.toFixed(0)} ms, longest script in a long frame ${longest.scriptMs.toFixed(0)} ms (${longest.invoker}; goal ${GOAL_MS} ms)`,
    `${late} of ${moves} pointer moves drawn late`,
  ];
  process.stdout.write(`    ${figures.join('\n    ')}\n`);
  expect(phase).toBe('training');
  expect(moves).toBeGreaterThan(10);
  expect(late).toBe(0);
  expect(busyMs).toBeLessThan(2 * idleMs);
  expect(backgroundShare).toBeLessThan(0.1);
});

test('a heat map that follows training leaves the page its thread', async ({ driver, page, siteUrl }) => {
  await driver.open({ backend: 'wasm', size: '512', network: 'unet-8-2-4', picture: 'chelsea' });
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Lab').click();
  await page.getByRole('tab', { name: 'Where the gradient is' }).click();
  await driver.button('Train').click();
  const legend = page.getByText(/at step \d+$/);
  const shownStep = async () => Number(/\d+$/.exec((await legend.textContent()) ?? '')?.[0]);
  await expect.poll(shownStep, { timeout: 40_000 }).toBeGreaterThan(0);
  const readLongest = await watchLongTasks(page, siteUrl);
  const before = await shownStep();
  const { scriptMs, wallMs } = await scriptTimeOf(page, async () => {
    for (let i = 0; i < 15; i++) {
      const { x, y } = await driver.screenPoint([100 + 16 * i, 150 + 6 * i]);
      await page.mouse.move(x, y);
      await page.waitForTimeout(100);
    }
  });
  const share = scriptMs / wallMs;
  const longest = await readLongest();
  const figures = [
    `from step ${before} to ${await shownStep()}, heat maps and pixels take ${(100 * share).toFixed(1)} % of the page's thread`,
    `longest task ${longest.taskMs.toFixed(0)} ms, longest script in a long frame ${longest.scriptMs.toFixed(0)} ms (${longest.invoker}; goal ${GOAL_MS} ms)`,
  ];
  process.stdout.write(`    ${figures.join('\n    ')}\n`);
  await expect.poll(shownStep).toBeGreaterThan(before);
  expect(share).toBeLessThan(0.2);
});
