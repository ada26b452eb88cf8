import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { DEFAULT_SCENE_SETTINGS, sceneId } from '../../../src/settings/scene.ts';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { opensAlike, sharedFragment, visitor } from '../../drivers/sharedLinks.ts';

test('a link opens elsewhere to the same planes, classes and settings, and learns the same', async ({
  driver,
  browser,
  siteUrl,
}) => {
  await opensAlike(driver, browser, siteUrl, 'wasm');
});

test('a link made at a step trains to that step and pauses, whatever is saved here stays', async ({
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  const before = await driver.project();
  await driver.stepTo(2);
  const { loss } = await driver.status();
  const fragment = await sharedFragment(page, () => page.getByRole('radio', { name: 'Trains to step 2' }).check());
  await driver.isSaved();
  await page.goto(`${siteUrl}?backend=wasm&picture=chelsea${fragment}`);
  await page.reload();
  const {
    phase,
    step,
    loss: again,
  } = await driver.until(({ step: taken, phase: now }) => taken === 2 && now === 'paused');
  expect({ phase, step, again }).toEqual({ phase: 'paused', step: 2, again: loss });
  const linked = await driver.project();
  expect(linked.name).toBe(before.name);
  expect(linked.id).not.toBe(before.id);
  // Something was done: from now on a reload shows that, and the saved example is as it was.
  await driver.isSaved();
  expect(new URL(page.url()).hash).toBe('');
  await page.goto(`${siteUrl}?backend=wasm`);
  await driver.isReady();
  expect((await driver.project()).id).toBe(linked.id);
  await driver.openExample('Chelsea the cat');
  await driver.openExample('Espresso');
  expect((await driver.project()).id).toBe(before.id);
});

test('what the teacher hides stays hidden, until a person asks for it', async ({ driver, page, browser, siteUrl }) => {
  await driver.open(WASM);
  const fragment = await sharedFragment(page, async () => {
    for (const name of ['Tools', 'Settings', 'Pictures', 'Lab']) await page.getByRole('checkbox', { name }).uncheck();
  });
  const other = await visitor(browser, siteUrl);
  await other.page.goto(`${siteUrl}?backend=wasm${fragment}`);
  await other.isReady();
  const parts = [
    other.page.getByRole('navigation', { name: 'Tools' }),
    other.page.getByRole('region', { name: 'Pictures' }),
    other.page.getByRole('radiogroup', { name: 'Unlabeled pixels' }),
    other.button('Lab'),
  ];
  await expect(other.page.getByText('accuracy, labeled px')).toBeVisible();
  for (const part of parts) await expect(part).toHaveCount(0);
  await other.page.keyboard.press('Shift+E');
  await other.button('Train').click();
  await other.until(({ step }) => step >= 3);
  for (const part of parts) await expect(part).toHaveCount(0);
  await other.perform('Show the parts of the page that the link hides');
  await expect(other.page.getByRole('region', { name: 'Pictures' })).toBeVisible();
});

test('a generated scene goes into a link by its numbers, with its exact mask', async ({
  driver,
  page,
  browser,
  siteUrl,
}) => {
  const scene = sceneId({ ...DEFAULT_SCENE_SETTINGS, seed: 77, sizePx: 96 });
  await driver.open({ ...WASM, picture: scene });
  await driver.paint([
    [10, 10],
    [40, 30],
  ]);
  const fragment = await sharedFragment(page, () => page.getByRole('radio', { name: 'Trains at once' }).check());
  const other = await visitor(browser, siteUrl);
  await other.page.goto(`${siteUrl}?backend=wasm${fragment}`);
  await other.until(({ step, trueAccuracy }) => step >= 2 && trueAccuracy !== null);
  expect(await other.labels()).toEqual(await driver.labels());
});

test('a link carries both learners of a comparison', async ({ driver, page, browser, siteUrl }) => {
  await driver.open(WASM);
  await driver.perform('Two learners side by side, or one again');
  await driver.until(({ step }) => step >= 1);
  await expect(page.getByRole('tab', { name: 'Side by side', selected: true })).toBeVisible();
  const fragment = await sharedFragment(page, () => page.getByRole('radio', { name: 'Trains at once' }).check());
  const other = await visitor(browser, siteUrl);
  await other.page.goto(`${siteUrl}?backend=wasm${fragment}`);
  await other.until(({ step }) => step >= 2);
  const panel = other.page.getByRole('tabpanel', { name: 'Side by side' });
  await expect(panel.getByRole('button', { name: 'Go on with A alone' })).toBeVisible();
  await expect(panel).toContainText('As background');
});

test('from a link to the first prediction: a press, or none', async ({ driver, page, browser, siteUrl }) => {
  await driver.open({ backend: 'wasm', picture: 'coffee' });
  for (const [choice, presses] of [
    ['Waits for Train', 1],
    ['Trains at once', 0],
  ] as const) {
    const fragment = await sharedFragment(page, () => page.getByRole('radio', { name: choice }).check());
    const { page: newcomer } = await visitor(browser, siteUrl);
    const begunMs = Date.now();
    await newcomer.goto(`${siteUrl}?backend=wasm${fragment}`);
    if (presses > 0) await newcomer.getByRole('button', { name: 'Train', exact: true }).click();
    await newcomer.waitForFunction(() => (window.unlabeled?.getPrediction() ?? null) !== null);
    const seconds = ((Date.now() - begunMs) / 1000).toFixed(1);
    test
      .info()
      .annotations.push({ type: 'first prediction', description: `${choice}: ${presses} clicks, ${seconds} s` });
    console.log(`From a link to the first prediction (${choice}): ${presses} clicks, ${seconds} s.`);
    await newcomer.context().close();
  }
});

test('one’s own picture cannot be in a link: the project file is the way out', async ({ driver, page }) => {
  await driver.open(WASM);
  await page.keyboard.press('Shift+S');
  await expect(page.getByLabel('Link address')).toBeVisible();
  await page.keyboard.press('Escape');
  await driver.perform('New project');
  await driver.isOpen('New project');
  await driver.addPictures([plainFile(1)]);
  await page.keyboard.press('Shift+S');
  await expect(page.getByText('One of your own stays on your device')).toBeVisible();
  const download = page.waitForEvent('download');
  await driver.button('Save the project as a file').click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);
});

test('50 malformed, mutated and hostile links: one sentence, the default page, nothing else', async ({
  driver,
  page,
  siteUrl,
}) => {
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  await driver.open(WASM);
  // A link that is in order, but whose names would run if they were taken for markup.
  await driver.button('Spoon').press('F2');
  await page.getByRole('textbox', { name: 'New name of Spoon' }).fill('<img src=x onerror=window.ran=1>');
  await page.keyboard.press('Enter');
  const fragment = await sharedFragment(page);
  // Before that the page asks whether to leave.
  await driver.isSaved();
  await page.goto(`${siteUrl}?backend=wasm${fragment}`);
  await driver.isReady();
  await page.reload();
  await driver.isReady();
  expect((await driver.project()).classes.at(-1)?.name).toBe('<img src=x onerror=window.ran=1>');

  const crafted = [
    '#x=',
    '#x=1',
    '#x=1.',
    '#x=99.AAAA',
    '#x=1.<script>window.ran=1</script>',
    '#x=javascript:window.ran=1',
    '#x=1.__proto__',
    `#x=1.${'A'.repeat(20_000)}`,
    '#x=1.%00%ff',
    '#x=1.//elsewhere.test/',
  ];
  const mutated = Array.from({ length: 40 }, (_, i) => {
    const at = 5 + ((i * 7919) % (fragment.length - 6));
    const letter = 'AZaz09-_'[i % 8] === fragment[at] ? 'B' : ('AZaz09-_'[i % 8] ?? 'B');
    return i % 4 === 0 ? fragment.slice(0, at) : fragment.slice(0, at) + letter + fragment.slice(at + 1);
  });
  const { id } = await driver.project();
  for (const hostile of [...crafted, ...mutated]) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, hostile);
    await expect(page.getByText(/This link (is damaged|was made with a newer version)/).first()).toBeVisible();
    for (const close of await page.getByRole('button', { name: 'Dismiss the message' }).all()) await close.click();
  }
  expect((await driver.project()).id).toBe(id);
  // Where it is the page's first address, the page opens as usual.
  for (const hostile of [crafted[3], mutated[0], mutated[1]]) {
    await page.goto('about:blank');
    await page.goto(`${siteUrl}?backend=wasm&picture=coffee${hostile}`);
    await driver.isReady();
    await expect(page.getByText(/This link (is damaged|was made with a newer version)/).first()).toBeVisible();
    expect((await driver.project()).name).toBe('Espresso');
  }
  expect(dialogs).toBe(0);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});

interface Received {
  readonly origin: string;
  readonly data: { readonly id?: unknown; readonly event?: string; readonly result?: unknown; readonly error?: string };
}

declare global {
  interface Window {
    received: Received[];
  }
}

test('in a frame the page answers its own origin, and no other', async ({ browser, siteUrl }) => {
  const server = createServer((request, response) => {
    const source = new URL(request.url ?? '/', 'http://any').searchParams.get('frame') ?? '';
    response.writeHead(200, { 'content-type': 'text/html' }).end(
      `<!doctype html><title>Slides</title><iframe src="${source}" width="900" height="600"></iframe>
       <script>window.received = []; addEventListener('message', ({ origin, data }) => received.push({ origin, data }))</script>`,
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  const own = `http://localhost:${(server.address() as AddressInfo).port}`;
  const page = await (await browser.newContext()).newPage();
  const show = (embed: string) =>
    page.goto(`${own}/?frame=${encodeURIComponent(`${siteUrl}?${new URLSearchParams({ ...WASM, embed })}`)}`);
  const ask = (message: unknown) => page.evaluate((sent) => window.frames[0]?.postMessage(sent, '*'), message);
  const answerTo = async (id: number) => {
    await page.waitForFunction((wanted) => window.received.some(({ data }) => data.id === wanted), id);
    return page.evaluate((wanted) => window.received.find(({ data }) => data.id === wanted)?.data, id);
  };

  await show(own);
  await page.waitForFunction(() => window.received.some(({ data }) => data.event === 'ready'));
  await ask({ unlabeled: 1, id: 1, type: 'openPicture', source: 'chelsea' });
  expect(await answerTo(1)).toMatchObject({ result: { width: 64 } });
  await ask({ unlabeled: 1, id: 2, type: 'trainSteps', steps: 4 });
  expect(await answerTo(2)).toMatchObject({ result: { step: 4, loss: expect.any(Number) } });
  await ask({ unlabeled: 1, id: 3, type: 'getClassMap' });
  expect(await answerTo(3)).toMatchObject({ result: { step: 4, width: 64 } });
  await ask({ unlabeled: 1, id: 4, type: 'openPicture', source: 'nothing' });
  expect(await answerTo(4)).toMatchObject({ error: expect.stringContaining('no built-in picture') });
  // What is not in order is refused, what is no request gets no answer; the next request does.
  for (const nonsense of [
    null,
    'pause',
    { unlabeled: 1, id: 5, result: 'one of its own answers' },
    { id: 6, type: 'pause' },
  ]) {
    await ask(nonsense);
  }
  await ask({ unlabeled: 1, id: 7, type: 'getMetrics' });
  expect(await answerTo(7)).toMatchObject({ result: { step: 4 } });
  await page.waitForFunction(() => window.received.some(({ data }) => data.event === 'metrics'));
  const received = await page.evaluate(() => window.received);
  expect(received.filter(({ data }) => data.id === 5 || data.id === 6)).toEqual([]);
  expect(new Set(received.map(({ origin }) => origin))).toEqual(new Set([new URL(siteUrl).origin]));

  // The same page around it, but the frame was made for another one.
  await show('https://elsewhere.test');
  const frame = page.frames()[1];
  await frame?.waitForFunction(() => window.unlabeled?.getStatus().phase === 'ready');
  await ask({ unlabeled: 1, id: 8, type: 'trainSteps', steps: 2 });
  await ask({ unlabeled: 1, id: 9, type: 'getMetrics' });
  await page.waitForTimeout(1500);
  expect(await page.evaluate(() => window.received)).toEqual([]);
  expect(await frame?.evaluate(() => window.unlabeled?.getStatus().step)).toBe(0);
  await page.context().close();
  server.close();
});

test('scripts open pictures with labels of their own, train and read what was learned', async ({ driver, page }) => {
  await driver.open(WASM);
  const result = await page.evaluate(async () => {
    const { unlabeled } = window;
    if (unlabeled === undefined) throw new Error('The page has no scripting object.');
    const canvas = new OffscreenCanvas(48, 32);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('No 2D context.');
    context.fillStyle = '#d33';
    context.fillRect(0, 0, 24, 32);
    context.fillStyle = '#33d';
    context.fillRect(24, 0, 24, 32);
    const classIds = new Uint8Array(48 * 32).fill(255);
    for (let y = 0; y < 32; y++) classIds.fill(4, y * 48 + 2, y * 48 + 8).fill(9, y * 48 + 40, y * 48 + 46);
    const labels = { width: 48, height: 32, classIds };
    const opened = await unlabeled.openPicture(await canvas.convertToBlob(), labels);
    const metrics = await unlabeled.trainSteps(12);
    const further = await unlabeled.trainSteps(130);
    const map = await unlabeled.getClassMap();
    const refused = await unlabeled.trainSteps(0).catch((error: Error) => error.message);
    return {
      opened,
      metrics,
      further: further.step,
      refused,
      ends: map && [map.classMap[16 * 48 + 5], map.classMap[16 * 48 + 43]],
    };
  });
  expect(result.opened).toMatchObject({ width: 48, height: 32 });
  expect(result.opened.classes.map(({ id }) => id)).toEqual([0, 1, 4, 9]);
  expect(result.metrics.step).toBe(12);
  expect(result.metrics.labeledShare).toBeCloseTo(12 / 48, 6);
  // Past the budget of 120 steps, too.
  expect(result.further).toBe(142);
  expect(result.ends).toEqual([4, 9]);
  expect(result.refused).toContain('whole number');
});
