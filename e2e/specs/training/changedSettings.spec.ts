import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, WASM } from '../../drivers/pageDriver.ts';

declare global {
  interface Window {
    /** Learning rates that the page sent to the worker, one after another, and when. */
    configured?: { readonly rate: number; readonly atMs: number }[];
    /** Learning rates of steps that the worker told of, and when of the first with each. */
    used?: Map<number, number>;
  }
}

/** Notes what page and worker say to each other. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const configured: NonNullable<Window['configured']> = [];
    const used = new Map<number, number>();
    Object.assign(window, { configured, used });
    const Stock = window.Worker;
    window.Worker = class extends Stock {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        this.addEventListener('message', ({ data }) => {
          if (data?.type !== 'telemetry') return;
          for (const { learningRate } of data.points) {
            if (!used.has(learningRate)) used.set(learningRate, performance.now());
          }
        });
      }

      override postMessage(message: { type: string; settings?: { learningRate: number } }, ...rest: unknown[]): void {
        if (message?.type === 'configure') {
          configured.push({ rate: message.settings?.learningRate ?? Number.NaN, atMs: performance.now() });
        }
        (super.postMessage as (...all: unknown[]) => void)(message, ...rest);
      }
    };
  });
}

const timesConfigured = (page: Page) => page.evaluate(() => window.configured?.length ?? 0);

test('a slider acts while it is dragged: the next steps have its rate before it is let go', async ({
  driver,
  page,
}) => {
  await listen(page);
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  await page.getByText('More settings').click();
  await page.getByRole('combobox', { name: 'Schedule' }).selectOption({ label: 'Constant' });
  await driver.button('Train').click();
  const { learningRate: former } = await driver.until(({ step }) => step >= 3);
  const slider = page.getByRole('slider', { name: 'Slide the learning rate' });
  const box = await slider.boundingBox();
  if (box === null) throw new Error('There is no slider.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 0.5 * box.width, y);
  await page.mouse.down();
  for (let share = 0.5; share > 0.4; share -= 0.01) await page.mouse.move(box.x + share * box.width, y);
  const chosen = Number(await slider.getAttribute('aria-valuetext'));
  expect(chosen).toBeLessThan(former ?? 0);
  const { phase } = await driver.until(({ learningRate }) => learningRate === chosen);
  expect(phase).toBe('training');
  await page.mouse.up();
  await expect(page.getByRole('textbox', { name: 'Learning rate' })).toHaveValue(String(chosen));
  const waitedMs = await page.evaluate((rate) => {
    const { configured = [], used } = window;
    const changedMs = configured.find((change) => change.rate === rate)?.atMs ?? Number.NaN;
    return (used?.get(rate) ?? Number.NaN) - changedMs;
  }, chosen);
  console.log(`From the last change of a drag to the news of a step with its rate: ${waitedMs.toFixed(0)} ms.`);
});

test('names and colours of classes do not reach the worker, another class does', async ({ driver, page }) => {
  await listen(page);
  await driver.open(WASM);
  const before = await timesConfigured(page);
  await driver.button('Coffee').dblclick();
  await page.getByRole('textbox', { name: 'New name of Coffee' }).fill('Crema');
  await page.keyboard.press('Enter');
  await page.getByLabel('Colour of Crema', { exact: true }).fill('#00ff88');
  await expect.poll(async () => (await driver.project()).classes.map(({ name }) => name)).toContain('Crema');
  expect(await timesConfigured(page)).toBe(before);
  await page.getByRole('button', { name: 'Add a class' }).click();
  await expect.poll(() => timesConfigured(page)).toBe(before + 1);
});
