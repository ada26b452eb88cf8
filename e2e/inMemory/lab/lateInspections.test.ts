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
  await page.until(({ inspection: { probed } }) => probed !== null);
}

const greatest = () => Math.max(...(page.script.getGradient()?.labelLoss ?? []));

it('a pixel of a picture that left the screen is not told', async () => {
  await openInspected();
  const { inspection, pictures } = page.workbench;
  const told = new Set<string | null>();
  page.workbench.store.subscribe(({ inspection: { probed }, document }, former) => {
    if (probed !== null && probed !== former.inspection.probed) told.add(document.pictureId);
  });
  const { document, project } = page.state;
  inspection.pin(20, 10);
  pictures.remove(document.pictureId ?? '');
  await shows(page, 'plain 2');
  await page.until(({ inspection: { probed } }) => probed !== null);
  expect([...told]).toEqual([project.pictures[1]?.pictureId]);
  expect(page.state.inspection.probed?.now).toMatchObject(page.state.inspection.pinnedPixel ?? {});
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
