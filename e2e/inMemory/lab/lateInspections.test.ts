import { afterEach, expect, it } from 'vitest';
import type { Event } from '../../../src/training/protocol.ts';
import { LINE, openPicture, openPlain } from '../acts.ts';
import { shows } from '../facts.ts';
import type { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

/** Two pictures, the first on the screen, painted and taken apart. */
async function openInspected(): Promise<void> {
  page = await openPlain(1, 2);
  page.paint(LINE);
  page.workbench.lab.open('gradient');
  await page.until(({ probed }) => probed !== null);
}

const greatest = () => Math.max(...(page.script.getGradient()?.labelLoss ?? []));

it('a pixel of a picture that left the screen is not told', async () => {
  await openInspected();
  const { inspection, pictures } = page.workbench;
  const told = new Set<string | null>();
  page.workbench.store.subscribe(({ probed, pictureId }, former) => {
    if (probed !== null && probed !== former.probed) told.add(pictureId);
  });
  const { pictureId, pictures: entries } = page.state;
  inspection.pin(20, 10);
  pictures.remove(pictureId ?? '');
  await shows(page, 'plain 2');
  await page.until(({ probed }) => probed !== null);
  expect([...told]).toEqual([entries[1]?.pictureId]);
  expect(page.state.probed?.now).toMatchObject(page.state.pinnedPixel ?? {});
});

it('a heat map of a picture that left the screen is not laid over the next one', async () => {
  await openInspected();
  const inspections: Event[] = [];
  page.trainingWorker.worker.addEventListener('message', ({ data }: MessageEvent<Event>) => {
    if (data.type === 'inspection') inspections.push(structuredClone(data));
  });
  page.paint([LINE[1], LINE[0]]);
  await page.until(() => inspections.length > 0);
  const [late] = inspections;
  expect(greatest()).toBeGreaterThan(0);
  await openPicture(page, 'plain 2');
  // Nothing is painted on it.
  await page.until(() => page.script.getGradient() !== null && greatest() === 0);
  if (late !== undefined) page.trainingWorker.tell(late);
  await page.workbench.training.predict();
  expect(greatest()).toBe(0);
});
