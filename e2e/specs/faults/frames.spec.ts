import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Frame, type Page } from '@playwright/test';
import { test as base } from '../../drivers/fixtures.ts';
import { labeledCount, PageDriver, type Point, TINY, WASM } from '../../drivers/pageDriver.ts';
import { addPlain, leaf, names, openName } from '../../drivers/pictureStrip.ts';
import { openProjectMenu } from '../../drivers/smallProject.ts';

interface Answer {
  readonly id?: unknown;
  readonly event?: string;
  readonly result?: unknown;
  readonly error?: string;
}

declare global {
  interface Window {
    answers: Answer[];
    /** In the order in which the page made them: the first one trains. */
    workers: Worker[];
  }
}

/** A page of another origin with the site in a frame of it. */
const test = base.extend<{ readonly slides: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  slides: async ({}, use) => {
    const server = createServer((request, response) => {
      const source = new URL(request.url ?? '/', 'http://any').searchParams.get('frame') ?? '';
      response.writeHead(200, { 'content-type': 'text/html' }).end(
        `<!doctype html><title>Slides</title><link rel="icon" href="data:,">
         <iframe src="${source}" width="900" height="600"></iframe>
         <script>window.answers = []; addEventListener('message', ({ data }) => answers.push(data))</script>`,
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, 'localhost', resolve);
    });
    await use(`http://localhost:${(server.address() as AddressInfo).port}`);
    server.close();
  },
});

async function frameOn(page: Page, slides: string, address: string): Promise<Frame> {
  await page.goto(`${slides}/?frame=${encodeURIComponent(address)}`);
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error('The page has a frame.');
  return frame;
}

const LINE = [
  [10, 10],
  [50, 30],
] as const satisfies readonly Point[];

/** Presses the brush and draws a line without releasing it. */
async function beginStroke(driver: PageDriver): Promise<void> {
  const [from, to] = await driver.screenPoints(LINE);
  if (from === undefined || to === undefined) throw new Error('A line has two ends.');
  await driver.page.mouse.move(from.x, from.y);
  await driver.page.mouse.down();
  await driver.page.mouse.move(to.x, to.y, { steps: 5 });
}

/** Draws on as if nothing had happened, and releases. */
async function endStroke({ page }: PageDriver): Promise<void> {
  await page.mouse.move(500, 300, { steps: 3 });
  await page.mouse.up();
}

test('every request with an id is answered: unknown ones, wrong ones, and those to a learner that has stopped', async ({
  browser,
  siteUrl,
  slides,
}) => {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(() => {
    window.workers = [];
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        window.workers.push(this);
      }
    };
  });
  const frame = await frameOn(page, slides, `${siteUrl}?${new URLSearchParams({ ...WASM, embed: slides })}`);
  await page.waitForFunction(() => window.answers.some(({ event }) => event === 'ready'));
  const ask = (message: object) =>
    page.evaluate((asked) => window.frames[0]?.postMessage({ unlabeled: 1, ...asked }, '*'), message);
  const errorOf = async (id: unknown) => {
    const known = await page.waitForFunction(
      (wanted) => window.answers.find((answer) => JSON.stringify(answer.id) === wanted),
      JSON.stringify(id),
    );
    return (await known.jsonValue())?.error;
  };

  await ask({ id: 1, type: 'eval', code: 'alert(1)' });
  expect(await errorOf(1)).toContain('openLink, openPicture');
  await ask({ id: 'two', type: 'trainSteps', steps: -1 });
  expect(await errorOf('two')).toContain('whole number');
  await ask({ id: [3], type: 'pause' });
  expect(await errorOf([3])).toContain('id of a request');
  await ask({ id: 4, unlabeled: 9, type: 'pause' });
  expect(await errorOf(4)).toContain('unlabeled: 1');
  await ask({ id: 5, type: 'setLabels', labels: { width: 2, height: 2, classIds: [0, 0, 0, 0] } });
  expect(await errorOf(5)).toContain('Uint8Array');
  await ask({ id: 6, type: 'openPicture', source: 'nowhere' });
  expect(await errorOf(6)).toContain('no built-in picture');

  // Asked before it stops, and answered nonetheless.
  await ask({ id: 7, type: 'trainSteps', steps: 100_000 });
  await frame.waitForFunction(() => (window.unlabeled?.getStatus().step ?? 0) > 0);
  await frame.evaluate(() => {
    const [learner] = window.workers;
    learner?.terminate();
    learner?.dispatchEvent(new Event('error'));
  });
  expect(await errorOf(7)).toContain('stopped');
  for (const [id, type] of [
    [8, 'trainSteps'],
    [9, 'getClassMap'],
    [10, 'reset'],
  ]) {
    await ask({ id, type, steps: 1 });
    expect(await errorOf(id)).toContain('stopped');
  }
  await page.context().close();
});

test('requests that come before a picture is open wait for it', async ({ browser, siteUrl, slides }) => {
  const page = await (await browser.newContext()).newPage();
  // As soon as the frame can listen.
  await page.addInitScript(() => {
    if (window.parent === window) return;
    const listen = window.addEventListener.bind(window);
    window.addEventListener = ((type: string, ...rest: [EventListener]) => {
      listen(type, ...rest);
      if (type !== 'message') return;
      const labels = { width: 1, height: 1, classIds: Uint8Array.of(1) };
      const data = { unlabeled: 1, id: 1, type: 'setLabels', labels };
      const origin = new URLSearchParams(location.search).get('embed') ?? '';
      window.dispatchEvent(new MessageEvent('message', { data, origin, source: window.parent }));
    }) as typeof window.addEventListener;
  });
  const frame = await frameOn(page, slides, `${siteUrl}?${new URLSearchParams({ ...WASM, embed: slides })}`);
  await page.waitForFunction(() => window.answers.find(({ id }) => id === 1));
  expect(await page.evaluate(() => window.answers.find(({ id }) => id === 1))).toMatchObject({ result: null });
  expect(await frame.evaluate(() => [...new Set(window.unlabeled?.getLabels()?.classIds)])).toEqual([1]);
  await page.context().close();
});

test('a page of another origin that frames this one sees no stored project and changes none', async ({
  browser,
  siteUrl,
  slides,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const driver = new PageDriver(page, siteUrl);
  await driver.open(WASM);
  await driver.clearAllLabels();
  await driver.paint(LINE);
  await driver.isSaved();
  const own = await driver.labels();

  // No `embed`: nobody meant it to be framed.
  const frame = await frameOn(page, slides, `${siteUrl}?${new URLSearchParams({ ...TINY, backend: 'wasm' })}`);
  await frame.waitForFunction(() => window.unlabeled?.getStatus().phase === 'ready');
  expect(await frame.evaluate(() => [...(window.unlabeled?.getLabels()?.classIds ?? [])])).not.toEqual(own.classIds);
  await expect(frame.getByRole('button', { name: 'Open in a tab of its own' })).toBeVisible();
  await frame.evaluate(() => window.unlabeled?.setLabels({ width: 1, height: 1, classIds: Uint8Array.of(1) }));
  expect(await frame.evaluate(() => window.unlabeled?.getStatus().saving)).toBe('none');
  expect(await frame.evaluate(() => localStorage.getItem('unlabeled.project'))).toBe('example-coffee');

  await driver.open(WASM);
  expect(await driver.labels()).toEqual(own);
  await context.close();
});

test('a stroke under way stands when another picture, tool or project comes, and is painted on nothing else', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await addPlain(driver, 1, 2);
  expect(await openName(driver)).toBe('plain 1');
  await page.keyboard.press('b');
  await beginStroke(driver);
  const painted = labeledCount(await driver.labels());
  expect(painted).toBeGreaterThan(0);
  await leaf(driver, 'PageDown', 'plain 2');
  await endStroke(driver);
  expect(labeledCount(await driver.labels())).toBe(0);
  await leaf(driver, 'PageUp', 'plain 1');
  expect(labeledCount(await driver.labels())).toBe(painted);

  // Undo takes it back, and redo makes it again.
  await driver.clearAllLabels();
  await page.keyboard.press('b');
  await beginStroke(driver);
  await page.keyboard.press('ControlOrMeta+z');
  await endStroke(driver);
  expect(labeledCount(await driver.labels())).toBe(0);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  expect(labeledCount(await driver.labels())).toBe(painted);

  // A line is painted when it is released; another tool does that too.
  await driver.clearAllLabels();
  await page.keyboard.press('k');
  await beginStroke(driver);
  await page.keyboard.press('b');
  await endStroke(driver);
  expect(labeledCount(await driver.labels())).toBe(painted);

  // Another project is opened, and this one is stored with the stroke.
  await driver.clearAllLabels();
  await beginStroke(driver);
  await page.evaluate(() => window.unlabeled?.openPicture('chelsea'));
  await endStroke(driver);
  await (await openProjectMenu(page)).getByRole('button', { name: /^My pictures/ }).click();
  await driver.isOpen('My pictures');
  expect(await names(driver)).toEqual(['plain 1', 'plain 2']);
  expect(labeledCount(await driver.labels())).toBe(painted);
});
