import { expect } from '@playwright/test';
import type { PageDriver, Point } from '../drivers/pageDriver.ts';
import { openProjectMenu } from '../drivers/smallProject.ts';

/** Random integers in `[0, 2³²)`, one after another. */
export type Random = () => number;

/** Slower than any machine; what takes longer never comes. */
export const PATIENCE_MS = 300_000;
/** No stroke begins or ends nearer to the picture's edge. */
const MARGIN_PX = 8;
const POINTS_A_STROKE = 3;

const RESTING: ReadonlySet<string> = new Set(['ready', 'paused', 'finished']);

/** Opens a built-in picture's project. */
export async function openExample(driver: PageDriver, title: string): Promise<void> {
  const examples = (await openProjectMenu(driver.page)).getByRole('list').last();
  await examples.getByRole('button', { name: title }).click();
  await driver.isOpen(title);
}

/** Trains for `steps` further steps or to the end of the budget, and pauses. */
export async function trainFor(driver: PageDriver, steps: number): Promise<void> {
  const { step: before } = await driver.status();
  await driver.page.keyboard.press('t');
  // Figures of former steps may still be on their way.
  const hasBegun = (phase: string, step: number) => !RESTING.has(phase) || (phase === 'finished' && step > before);
  await driver.until(({ phase, step }) => hasBegun(phase, step), PATIENCE_MS);
  await driver.until(({ step, phase }) => step >= before + steps || RESTING.has(phase), PATIENCE_MS);
  await pause(driver);
}

/** Pauses, unless the learner rests already. */
export async function pause(driver: PageDriver): Promise<void> {
  await driver.page.evaluate(() => window.unlabeled?.pause());
  await isResting(driver);
}

export async function isResting(driver: PageDriver): Promise<void> {
  await driver.until(({ phase }) => RESTING.has(phase), PATIENCE_MS);
}

export async function clearWeights(driver: PageDriver): Promise<void> {
  if ((await driver.status()).step > 0) await driver.page.keyboard.press('Shift+R');
  await driver.until(({ step, phase }) => step === 0 && phase === 'ready', PATIENCE_MS);
}

/** Leafs on to the next picture of the project, or the first. */
export async function turnPage(driver: PageDriver): Promise<void> {
  const { pictures } = await driver.project();
  const next = (pictures.findIndex(({ isOpen }) => isOpen) + 1) % pictures.length;
  await driver.page.keyboard.press('PageDown');
  await expect.poll(async () => (await driver.project()).pictures[next]?.isOpen, { timeout: PATIENCE_MS }).toBe(true);
  await driver.isReady();
}

/** Paints strokes of either class with the mouse. */
export async function paintStrokes(driver: PageDriver, random: Random, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await driver.page.keyboard.press(String(1 + (i % 2)));
    await driver.paint(await randomPoints(driver, random, POINTS_A_STROKE));
  }
}

/** Undoes until the labels are those again that {@link labelsKey} named. Throws where undo does not lead there. */
export async function undoTo(driver: PageDriver, key: string, most: number): Promise<void> {
  for (let i = 0; i < most && (await labelsKey(driver)) !== key; i++)
    await driver.page.keyboard.press('ControlOrMeta+z');
  if ((await labelsKey(driver)) !== key) throw new Error(`${most} times undo did not bring the labels back.`);
}

/** Names the open picture's labels: the same labels, the same text. */
export function labelsKey({ page }: PageDriver): Promise<string> {
  return page.evaluate(() => {
    const { classIds = [], width = 0, height = 0 } = window.unlabeled?.getLabels() ?? {};
    // FNV-1a.
    let hash = 0x811c_9dc5;
    for (const id of classIds) hash = Math.imul(hash ^ id, 0x0100_0193) >>> 0;
    return `${width} × ${height}, ${hash.toString(16)}`;
  });
}

/** Closes every message; throws where one of them is an error. */
export async function dismissMessages({ page }: PageDriver): Promise<void> {
  const alerts = await page.getByRole('alert').allTextContents();
  if (alerts.length > 0) throw new Error(`The page says: ${alerts.join(' · ')}`);
  const dismiss = page.getByRole('button', { name: 'Dismiss the message' });
  while ((await dismiss.count()) > 0) {
    // One that goes by itself in this very moment is gone as well.
    await dismiss
      .first()
      .click({ timeout: 2_000 })
      .catch(() => null);
  }
}

async function randomPoints(driver: PageDriver, random: Random, count: number): Promise<Point[]> {
  const size = await driver.layer('labels').evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('A layer is a canvas.');
    return [canvas.width, canvas.height];
  });
  const along = (side = 0) => MARGIN_PX + (random() % Math.max(1, side - 2 * MARGIN_PX));
  return Array.from({ length: count }, () => [along(size[0]), along(size[1])] as const);
}
