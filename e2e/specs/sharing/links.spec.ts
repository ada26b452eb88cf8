import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { sharedFragment, visitor } from '../../drivers/sharedLinks.ts';

/** A name that would run if it were taken for markup. */
const HOSTILE_NAME = '<img src=x onerror=window.ran=1>';
const NO_LINK = /This link (is damaged|was made with a newer version)/;

test('a link is made in its dialog and opens elsewhere as it was made: parts hidden, trained to its step, no name taken for markup', async ({
  driver,
  page,
  browser,
  siteUrl,
}) => {
  await driver.open(WASM);
  await driver.paint([
    [5, 3],
    [58, 30],
  ]);
  await driver.button('Spoon').press('F2');
  await page.getByRole('textbox', { name: 'New name of Spoon' }).fill(HOSTILE_NAME);
  await page.keyboard.press('Enter');
  await driver.stepTo(2);
  const { loss } = await driver.status();
  const fragment = await sharedFragment(page, async () => {
    await page.getByRole('radio', { name: 'Trains to step 2' }).check();
    for (const name of ['Tools', 'Settings', 'Pictures', 'Lab']) await page.getByRole('checkbox', { name }).uncheck();
  });

  const other = await visitor(browser, siteUrl);
  let dialogs = 0;
  other.page.on('dialog', (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  await other.page.goto(`${siteUrl}?backend=wasm${fragment}`);
  const there = await other.until(({ step, phase }) => step === 2 && phase === 'paused');
  expect(there.loss).toBe(loss);
  expect(await other.labels()).toEqual(await driver.labels());
  const { id, classes } = await other.project();
  expect(classes.at(-1)?.name).toBe(HOSTILE_NAME);
  expect(id).not.toBe((await driver.project()).id);
  // Something was done: the link leaves the address, and a reload shows what was done.
  await other.isSaved();
  expect(new URL(other.page.url()).hash).toBe('');

  await test.step('what the teacher hides stays hidden, until a person asks for it', async () => {
    const parts = [
      other.page.getByRole('navigation', { name: 'Tools' }),
      other.page.getByRole('region', { name: 'Pictures' }),
      other.page.getByRole('radiogroup', { name: 'Unlabeled pixels' }),
      other.button('Lab'),
    ];
    await expect(other.page.getByText('accuracy, labeled px')).toBeVisible();
    for (const part of parts) await expect(part).toHaveCount(0);
    await other.page.keyboard.press('Shift+E');
    await other.button('Continue').click();
    await other.until(({ step }) => step >= 3);
    for (const part of parts) await expect(part).toHaveCount(0);
    await other.perform('Show the parts of the page that the link hides');
    await expect(other.page.getByRole('region', { name: 'Pictures' })).toBeVisible();
  });

  await test.step('a hostile address is told in one sentence, and nothing else happens', async () => {
    const dismiss = other.page.getByRole('button', { name: 'Dismiss the message' });
    for (const hostile of ['#x=1.<script>window.ran=1</script>', '#x=javascript:window.ran=1', `${fragment}A`]) {
      await other.page.evaluate((hash) => {
        location.hash = hash;
      }, hostile);
      await expect(other.page.getByText(NO_LINK).first()).toBeVisible();
      while ((await dismiss.count()) > 0) await dismiss.first().click();
      expect((await other.project()).id).toBe(id);
    }
    await other.isSaved();
    await other.page.goto('about:blank');
    await other.page.goto(`${siteUrl}?backend=wasm&picture=coffee#x=99.AAAA`);
    await other.isReady();
    await expect(other.page.getByText(NO_LINK).first()).toBeVisible();
    expect((await other.project()).name).toBe('Espresso');
    expect(dialogs).toBe(0);
    expect(await other.page.evaluate(() => 'ran' in window)).toBe(false);
  });

  await test.step('one’s own picture cannot be in a link: the project file is the way out', async () => {
    await driver.perform('New project');
    await driver.isOpen('New project');
    await driver.addPictures([plainFile(1)]);
    await page.keyboard.press('Shift+S');
    await expect(page.getByText('One of your own stays on your device')).toBeVisible();
    const download = page.waitForEvent('download');
    await driver.button('Save the project as a file').click();
    expect((await download).suggestedFilename()).toMatch(/\.zip$/);
  });
});

test('from a link to the first prediction: a press, or none, and how long it takes', { tag: '@long' }, async ({
  driver,
  page,
  browser,
  siteUrl,
}) => {
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
