import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, TINY } from '../../drivers/pageDriver.ts';
import { clearSiteData } from '../../drivers/smallProject.ts';

const STEPS = 12;
/** What single precision and other orders of summation may leave of equal losses after as many updates. */
const LOSS_TOLERANCE = 1e-4;

/** Leaves the page and forgets what it stored: the next visit is a new visitor's. */
async function forgetVisit({ page }: PageDriver, siteUrl: string): Promise<void> {
  await page.goto('about:blank');
  await clearSiteData(page, siteUrl);
}

interface Learning {
  readonly smoothness: boolean;
  readonly network?: string;
  /** Strokes weigh the same, whatever their area. */
  readonly perStroke?: boolean;
  /** The pretrained layers learn, too, after half of the steps. */
  readonly fineTuned?: boolean;
}

async function train(
  driver: PageDriver,
  backend: string,
  { smoothness, network = TINY.network, perStroke = false, fineTuned = false }: Learning,
): Promise<{ loss: number; classMap: readonly number[] }> {
  await driver.open({ ...TINY, network, backend, picture: 'coffee' });
  const smooth = driver.page.getByRole('checkbox', { name: 'Smoothness', exact: true });
  if (backend === 'webgl') {
    // It has no kernel for the term, and says so in the switch's place.
    await expect(driver.page.getByText('Smoothness is left out on WebGL')).toBeVisible();
    await expect(smooth).toHaveCount(0);
  } else {
    await smooth.setChecked(smoothness);
  }
  if (perStroke) {
    await driver.page.getByText('More settings').click();
    await driver.page.getByRole('combobox', { name: 'Strokes count' }).selectOption('Per stroke');
  }
  if (fineTuned) {
    await driver.page.getByText('More settings').click();
    await driver.page.getByRole('combobox', { name: 'Pretrained layers' }).selectOption('Fine-tuned');
  }
  await driver.setStepBudget(STEPS);
  await driver.button('Train').click();
  const status = await driver.until(({ phase }) => phase === 'finished', 120_000);
  expect(status.backend).toBe(backend);
  await expect.poll(async () => (await driver.prediction())?.step, { timeout: 30_000 }).toBe(STEPS);
  return { loss: status.loss ?? Number.NaN, classMap: (await driver.prediction())?.classMap ?? [] };
}

// That WebGPU learns the same under each of these is held beside the trainer (`backendsAgree.test.ts`); WebGL is to be had in
// a browser alone.
for (const { learning, backends, isLong = false, ...how } of [
  { learning: 'without smoothness', smoothness: false, backends: ['webgpu', 'webgl'] },
  {
    learning: 'with strokes that weigh the same',
    smoothness: false,
    perStroke: true,
    backends: ['webgl'],
    isLong: true,
  },
  {
    learning: 'on pretrained layers',
    smoothness: false,
    backends: ['webgl'],
    network: 'pretrained-8-3-1',
    isLong: true,
  },
  {
    learning: 'with pretrained layers that learn, too',
    smoothness: false,
    fineTuned: true,
    backends: ['webgl'],
    network: 'pretrained-8-2-1',
    isLong: true,
  },
]) {
  test(`every backend learns the same in twelve steps, ${learning}`, { tag: isLong ? ['@long'] : [] }, async ({
    driver,
    siteUrl,
  }) => {
    test.setTimeout(300_000);
    const reference = await train(driver, 'wasm', how);
    expect(reference.loss).toBeGreaterThan(0);
    for (const backend of backends) {
      await forgetVisit(driver, siteUrl);
      const { loss, classMap } = await train(driver, backend, how);
      const differing = classMap.filter((id, i) => id !== reference.classMap[i]).length / classMap.length;
      const figures = `loss ${loss.toFixed(7)}, ${(100 * differing).toFixed(2)} % of the classes differ from WASM's`;
      process.stdout.write(`    ${backend}: ${figures}\n`);
      expect(Math.abs(loss / reference.loss - 1)).toBeLessThan(LOSS_TOLERANCE);
      expect(differing).toBeLessThan(0.002);
    }
  });
}
