import { writeFile } from 'node:fs/promises';
import { type Browser, expect, type Page, type TestInfo } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { names, thumbnail } from '../../drivers/pictureStrip.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { encodePng } from '../../drivers/png.ts';

// What a person feels on pictures as large as they get here: does the page's thread stay free?

const SIDE_PX = 1024;
const BRUSH_PX = 128;
const STROKE = [
  [200, 200],
  [800, 300],
  [300, 800],
] as const;
const PAINTING_GOAL_MS = 50;
const AUTOSAVE_GOAL_MS = 16;
const OPENING_GOAL_MS = 100;
const MOVING_GOAL_MS = 50;
const PICTURES = process.env['FEEL'] === 'full' ? 50 : 20;
const STRIP_PICTURES = 300;
/** What is looked at again after all are opened. */
const REVISITED = 5;

const CATEGORIES = ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata'];

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Start and duration in microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Processor time in microseconds, where the browser took it. */
  readonly tdur?: number;
  readonly args: { readonly name?: string; readonly src_func?: string };
}

/** Who posts the tasks that bring a frame to the screen: animation callbacks, layout, paint and commit. */
const FRAME_POSTER = 'ScheduledActionSendBeginMainFrame';

/** One task of the page's thread. */
interface Task {
  readonly startUs: number;
  readonly wallMs: number;
  /** Unlike the time that passes, this does not grow with what else the machine does. */
  readonly processorMs: number;
  /** Whether it draws a frame. */
  readonly isFrame: boolean;
}

interface Trace {
  readonly tasks: readonly Task[];
  /** When the page set this mark. */
  markUs(name: string): number;
}

/** Traces the tasks of the page's thread while `act` runs. */
async function traceTasks(browser: Browser, page: Page, act: () => Promise<void>): Promise<Trace> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const key = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const threads = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(key),
  );
  const frames = traceEvents.filter((event) => event.args.src_func === FRAME_POSTER && threads.has(key(event)));
  const tasks = traceEvents
    .filter((event) => event.name === 'RunTask' && threads.has(key(event)))
    .map(({ ts, dur = 0, tdur }) => ({
      isFrame: frames.some((frame) => frame.ts >= ts && frame.ts <= ts + dur),
      startUs: ts,
      wallMs: dur / 1000,
      processorMs: (tdur ?? dur) / 1000,
    }));
  return {
    tasks,
    markUs: (mark) => traceEvents.find(({ name }) => name === mark)?.ts ?? Number.NaN,
  };
}

const longest = (tasks: readonly Task[], of: 'wallMs' | 'processorMs') => Math.max(...tasks.map((task) => task[of]));

const figure = (tasks: readonly Task[]) =>
  `${longest(tasks, 'processorMs').toFixed(1)} ms of processor time (${longest(tasks, 'wallMs').toFixed(1)} ms passed)`;

/** Writes a picture to the disk under as many names: handed over as bytes, it would burden the page's thread itself. */
async function largeFiles(count: number, testInfo: TestInfo): Promise<string[]> {
  const bytes = encodePng(SIDE_PX, SIDE_PX, (x, y) => [x >> 2, y >> 2, (x * y) & 255]);
  const paths = Array.from({ length: count }, (_, i) => testInfo.outputPath(`large ${i + 1}.png`));
  await Promise.all(paths.map((path) => writeFile(path, bytes)));
  return paths;
}

/** Adds pictures from the disk in place of the example, and waits until they are all there. */
async function addFromDisk(driver: PageDriver, paths: readonly string[]): Promise<void> {
  await driver.page.getByLabel('Picture files', { exact: true }).setInputFiles([...paths]);
  await driver.isOpen('My pictures');
  await expect.poll(async () => (await driver.project()).pictures.length, { timeout: 60_000 }).toBe(paths.length);
}

const openLarge = (driver: PageDriver) =>
  driver.open({ backend: 'wasm', size: String(SIDE_PX), network: 'unet-8-2-1', picture: 'coffee' });

/** Counts where the plane is: a million numbers would take long to come over. */
const unlabeledPixels = (page: Page) =>
  page.evaluate((unlabeled) => {
    const { classIds } = window.unlabeled?.getLabels() ?? { classIds: new Uint8Array() };
    return { all: classIds.length, unlabeled: classIds.filter((id) => id === unlabeled).length };
  }, UNLABELED);

/** The times between animation frames from now on, in milliseconds. */
async function watchFrames(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    let former = performance.now();
    requestAnimationFrame(function next(now) {
      frames.push(now - former);
      former = now;
      requestAnimationFrame(next);
    });
  });
  return () => page.evaluate(() => (window as unknown as { frames: number[] }).frames);
}

test('a brush of 128 px on a picture of 1,024² never holds the page up, nor does what stores it', async ({
  driver,
  page,
  browser,
}, testInfo) => {
  await openLarge(driver);
  await addFromDisk(driver, await largeFiles(1, testInfo));
  await driver.setBrush(BRUSH_PX);
  await driver.isSaved();
  const readFrames = await watchFrames(page);
  const { tasks, markUs } = await traceTasks(browser, page, async () => {
    await page.evaluate(() => addEventListener('pointerup', () => performance.mark('painted'), { once: true }));
    await driver.paint(STROKE, 40);
    await driver.isSaved();
  });
  const frames = await readFrames();
  const painted = markUs('painted');
  // The frames that still follow show what was painted; they are no work of storing.
  const painting = tasks.filter(({ startUs, isFrame }) => startUs < painted || isFrame);
  const storing = tasks.filter(({ startUs, isFrame }) => startUs >= painted && !isFrame);
  const figures = [
    `longest task of painting: ${figure(painting)}; goal ${PAINTING_GOAL_MS} ms`,
    `longest task of storing: ${figure(storing)}; goal ${AUTOSAVE_GOAL_MS} ms`,
    `longest of ${frames.length} frames: ${Math.max(...frames).toFixed(0)} ms`,
  ];
  process.stdout.write(`    ${figures.join('\n    ')}\n`);

  const { all, unlabeled } = await unlabeledPixels(page);
  expect(all).toBe(SIDE_PX ** 2);
  // The round ends add more than what the two lines share where they meet.
  const lengthPx = Math.hypot(600, 100) + Math.hypot(500, 500);
  expect(all - unlabeled).toBeGreaterThan(0.9 * lengthPx * BRUSH_PX);
  expect(painting.length).toBeGreaterThan(80);
  expect(painting.filter(({ isFrame }) => isFrame).length).toBeGreaterThan(20);
  expect(storing.length).toBeGreaterThan(0);
  expect(longest(painting, 'processorMs')).toBeLessThan(PAINTING_GOAL_MS);
  expect(longest(storing, 'processorMs')).toBeLessThan(AUTOSAVE_GOAL_MS);

  await driver.open({ backend: 'wasm', size: String(SIDE_PX) });
  await driver.isOpen('My pictures');
  expect(await unlabeledPixels(page)).toEqual({ all, unlabeled });
});

test(`${PICTURES} pictures of 1,024² are added and looked at without holding the page up`, async ({
  driver,
  page,
  browser,
}, testInfo) => {
  const paths = await largeFiles(PICTURES, testInfo);
  await openLarge(driver);
  const adding = await traceTasks(browser, page, () => addFromDisk(driver, paths));
  const turning = await traceTasks(browser, page, async () => {
    for (let index = 1; index <= REVISITED; index++) {
      await page.keyboard.press('PageDown');
      await expect.poll(async () => (await driver.project()).pictures[index]?.isOpen).toBe(true);
      await driver.isReady();
    }
  });
  process.stdout.write(`    longest task of adding ${PICTURES} pictures: ${figure(adding.tasks)}\n`);
  process.stdout.write(`    longest task of turning to others: ${figure(turning.tasks)}; goal ${OPENING_GOAL_MS} ms\n`);
  expect((await unlabeledPixels(page)).all).toBe(SIDE_PX ** 2);
  expect(adding.tasks.length).toBeGreaterThan(PICTURES);
  expect(longest(adding.tasks, 'processorMs')).toBeLessThan(OPENING_GOAL_MS);
  expect(longest(turning.tasks, 'processorMs')).toBeLessThan(OPENING_GOAL_MS);
});

test(
  `one of ${STRIP_PICTURES} pictures is picked up, moved and put down without holding the page up`,
  { tag: '@long' },
  async ({ driver, page, browser }, testInfo) => {
    const paths: string[] = [];
    for (let number = 1; number <= STRIP_PICTURES; number++) {
      const { name, bytes } = plainFile(number, 8);
      paths.push(testInfo.outputPath(name));
      await writeFile(testInfo.outputPath(name), bytes);
    }
    await driver.open(WASM);
    await addFromDisk(driver, paths);
    await driver.isReady();
    await driver.isSaved();
    // Whatever has been seen before must not make a drag dearer.
    await page.locator('[data-strip]').evaluate(async (element) => {
      for (let left = 0; left < element.scrollWidth; left += element.clientWidth) {
        element.scrollTo({ left, behavior: 'instant' });
        await new Promise(requestAnimationFrame);
      }
      element.scrollTo({ left: 0, behavior: 'instant' });
    });
    const from = await thumbnail(page, 'plain 1').boundingBox();
    const to = await thumbnail(page, 'plain 4').boundingBox();
    if (from === null || to === null) throw new Error('The strip is not on the screen.');
    const y = from.y + from.height / 2;
    await page.mouse.move(from.x + from.width / 2, y);
    const moving = await traceTasks(browser, page, async () => {
      await page.mouse.down();
      await page.mouse.move(to.x + to.width / 2, y, { steps: 12 });
      await expect(
        page.getByRole('status').filter({ hasText: `plain 1: place 4 of ${STRIP_PICTURES}.` }),
      ).toBeAttached();
    });
    const dropping = await traceTasks(browser, page, async () => {
      await page.mouse.up();
      await expect.poll(async () => (await names(driver)).indexOf('plain 1')).toBe(3);
    });
    const goal = `goal ${MOVING_GOAL_MS} ms`;
    process.stdout.write(`    longest task of moving one of ${STRIP_PICTURES}: ${figure(moving.tasks)}; ${goal}\n`);
    process.stdout.write(`    longest task of putting it down: ${figure(dropping.tasks)}; ${goal}\n`);
    expect(moving.tasks.length).toBeGreaterThan(12);
    expect(dropping.tasks.length).toBeGreaterThan(0);
    expect(longest(moving.tasks, 'processorMs')).toBeLessThan(MOVING_GOAL_MS);
    expect(longest(dropping.tasks, 'processorMs')).toBeLessThan(MOVING_GOAL_MS);
  },
);
