import { expect, type Page, type Worker } from '@playwright/test';
import type { PageDriver } from './pageDriver.ts';

/** The worker that trains: the one that tfjs runs in. */
export async function trainingWorker(page: Page): Promise<Worker> {
  let found: Worker | undefined;
  const isTraining = (worker: Worker) => worker.evaluate(() => '_tfengine' in globalThis).catch(() => false);
  await expect
    .poll(async () => {
      for (const worker of page.workers()) if (await isTraining(worker)) found = worker;
      return found !== undefined;
    })
    .toBe(true);
  return found as Worker;
}

/** Trains until some steps are stored at rest, and returns how many. */
export async function trainAndStore(driver: PageDriver): Promise<number> {
  await driver.button('Train').click();
  await driver.until(({ step }) => step >= 2, 90_000);
  await driver.page.keyboard.press('t');
  const rests = await driver.until(({ phase, step, storedStep }) => phase === 'paused' && storedStep === step);
  return rests.step;
}

/** Steps of the learners in the browser's storage. */
export function storedSteps(page: Page): Promise<number[]> {
  return page.evaluate(
    () =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open('unlabeled');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction('learners').objectStore('learners').getAll();
          reading.onsuccess = () => {
            opening.result.close();
            // The step stands in the header of a learner's bytes.
            resolve(reading.result.map(({ state }: { state: ArrayBuffer }) => new DataView(state).getUint32(16, true)));
          };
          reading.onerror = () => reject(reading.error);
        };
      }),
  );
}
