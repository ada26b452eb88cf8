import { afterEach, expect, it, vi } from 'vitest';
import { learnerKeys } from '../../../src/project/storage/learnerRecords.ts';
import type { LearnerSettings } from '../../../src/settings/learner.ts';
import { LINE, openPlain, WASM } from '../acts.ts';
import { isOpen, predictionOf, projectOf } from '../facts.ts';
import { recordOf, stepOf, storedSteps, tamper } from '../records.ts';
import { TestWorkbench } from '../testWorkbench.ts';

/** Without normalisation a loss can grow without bound. */
const UNBOUND = { ...WASM, network: 'plainUnet-8-2-1' } as const;

let page: TestWorkbench;

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await page.close();
});

/** Takes a few steps more, and waits until they are stored. Returns how many there are by then. */
async function trainAndStore(): Promise<number> {
  await page.stepTo(page.state.training.step + 2);
  const { training } = await page.until((state) => {
    return state.training.phase === 'paused' && state.project.storedStep === state.training.step;
  });
  return training.step;
}

it('a diverged learner takes no good one away: it is a click away, and there at the next visit, which says so', async () => {
  page = await TestWorkbench.open(UNBOUND);
  const good = await trainAndStore();
  // Plain gradients at the greatest rate, until the loss is no number.
  page.workbench.training.updateSettings({ optimizer: 'sgd', learningRate: 1 });
  page.workbench.training.toggle();
  expect(await page.isTold('no longer a number')).toMatchObject({
    tone: 'error',
    actionLabels: expect.arrayContaining([`Go back to step ${good}`]),
  });
  await page.isSaved();
  expect(await storedSteps()).toContain(good);

  page = await page.reload();
  await page.until(({ training: { phase, step } }) => phase === 'paused' && step === good);
  await page.isTold(new RegExp(`was no number any more, so the network of step ${good} was opened`));
});

it.each<[what: string, change: Partial<LearnerSettings>]>([
  ['another optimiser', {}],
  ['another network', { network: { kind: 'unet', width: 8, depth: 2, stride: 1 } }],
])('after a divergence the last good learner is a click away, also where %s was chosen since', async (_, change) => {
  page = await TestWorkbench.open(UNBOUND);
  const good = await trainAndStore();
  const prediction = predictionOf(page);
  page.workbench.training.updateSettings({ optimizer: 'sgd', learningRate: 1 });
  page.workbench.training.toggle();
  await page.isTold('no longer a number');
  page.workbench.training.updateSettings(change);
  await page.answer('no longer a number', `Go back to step ${good}`);
  await page.until(
    ({ training: { phase, step, predictionStep } }) => phase === 'paused' && step === good && predictionStep === good,
  );
  expect(predictionOf(page)).toEqual(prediction);
  expect(page.state.training.settings).toMatchObject({ optimizer: 'sgd', network: { kind: 'plainUnet' } });
  expect(page.workbench.training.curves?.loss.length).toBe(good);
});

it('what was trained is stored when the page is hidden and every few seconds, and training goes on from the newest', async () => {
  page = await TestWorkbench.open();
  page.workbench.training.updateSettings({ stepBudget: 100_000 });
  page.paint(LINE);
  page.workbench.training.toggle();
  // What is not stored yet is not called saved.
  await page.until(
    ({ training, project: { saving, storedStep } }) => training.step > 2 && saving === 'saved' && storedStep === null,
  );
  // A page that is hidden may be discarded at any time: it asks for a checkpoint at once.
  page.hide();
  const { storedStep: first } = (await page.until(({ project }) => project.storedStep !== null)).project;
  // Others come by themselves, into another record.
  page.trainingWorker.skip(10_000);
  await page.until(({ project }) => project.storedStep !== first);
  page.workbench.training.toggle();
  await page.until(({ training: { phase, step }, project }) => phase === 'paused' && project.storedStep === step);
  const steps = await storedSteps();
  expect(steps).toHaveLength(2);
  const newest = Math.max(...steps);
  page = await page.reload();
  await page.until(
    ({ training: { phase, step }, project }) => phase === 'paused' && step === newest && project.storedStep === newest,
  );
  page.workbench.training.toggle();
  await page.until(({ training: { step, loss } }) => step > newest && loss !== null && Number.isFinite(loss));
});

it('where the newest record is damaged, the one before is opened, and it is told', async () => {
  page = await TestWorkbench.open();
  const older = await trainAndStore();
  const newer = await trainAndStore();
  expect((await storedSteps()).sort()).toEqual([older, newer]);
  for (const key of learnerKeys('example-coffee')) {
    const { state } = (await recordOf('learners', key)) as { state: ArrayBuffer };
    if (stepOf(state) !== newer) continue;
    new Uint8Array(state).fill(7, state.byteLength - 9);
    await tamper('learners', key, { state });
  }
  page = await page.reload();
  await page.until(({ training: { phase, step } }) => phase === 'paused' && step === older);
  await page.isTold(`The newest copy of the trained network was damaged in storage; that of step ${older} was opened.`);
});

/** As long as the page waits for a sign of life, and a little longer. */
function passSilence(): void {
  for (let beat = 0; beat < 8; beat++) vi.advanceTimersByTime(3001);
}

it('a worker that ended without a word is noticed: nothing waits for it, and the learner starts again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  page = await TestWorkbench.open();
  const stored = await trainAndStore();
  await page.trainingWorker.end();
  // Asked before the silence is noticed, as by a person who cannot know.
  const saving = page.workbench.projects.saveFile();
  expect(page.downloads).toEqual([]);
  passSilence();
  await page.until(({ training }) => training.phase === 'stopped');
  await saving;
  expect(page.downloads.map(({ name }) => name)).toEqual([expect.stringMatching(/\.zip$/)]);
  await page.isTold(`The file holds the network of step ${stored}.`);
  expect((await page.isTold('The learner does not answer any more.')).tone).toBe('error');

  // Nor does anything that is asked later.
  await page.workbench.projects.openExample('earth');
  await isOpen(page, 'Coastlines from space');
  await page.workbench.projects.openExample('coffee');
  await isOpen(page, 'Espresso');
  await page.until(({ training: { phase, step } }) => phase === 'paused' && step === stored);

  await page.trainingWorker.end();
  passSilence();
  await page.until(({ training }) => training.phase === 'stopped');
  await page.answer('Your pictures and labels are still here', 'Start again');
  await page.until(({ training: { phase, step } }) => phase === 'paused' && step === stored);
  await page.stepTo(stored + 1);
});

it('a worker that was only slow to answer goes on where it was, and nothing says that it stopped', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  page = await TestWorkbench.open();
  await page.stepTo(1);
  passSilence();
  expect(page.state.training.phase).toBe('stopped');
  expect(page.state.view.messages.map(({ text }) => text)).toEqual([
    expect.stringContaining('does not answer any more'),
  ]);
  // It was asked for signs of life meanwhile, and gives them now.
  await page.until(({ training: { phase } }) => phase === 'paused');
  expect(page.state.view.messages).toEqual([]);
  await page.stepTo(2);
});

it('another backend goes on from the very step at which it was wanted', async () => {
  page = await TestWorkbench.open();
  page.workbench.training.updateSettings({ stepBudget: 100_000 });
  page.workbench.training.toggle();
  const { step: then } = (await page.until(({ training: { step } }) => step > 5)).training;
  page.workbench.training.tryGpuAgain();
  const { text } = await page.isTold(/is back|had been kept/);
  expect(text).toMatch(/^The network of step \d+ is back\.$/);
  expect(Number(/\d+/.exec(text)?.[0])).toBeGreaterThanOrEqual(then);
  await page.until(({ training: { phase, step } }) => phase === 'training' && step > then);
});

it('a learner that is started again trains no project that was opened meanwhile', async () => {
  page = await openPlain(1, 2);
  page.paint(LINE);
  page.workbench.training.updateSettings({ stepBudget: 100_000 });
  page.workbench.training.toggle();
  await page.until(({ training: { phase } }) => phase === 'training');
  const message = 'The browser took the graphics device away.';
  page.trainingWorker.tell({ type: 'failed', fatal: true, cause: null, message });
  await page.until(({ training: { phase } }) => phase === 'stopped');
  // The picture that is not on the screen takes long to be decoded.
  const decode = globalThis.createImageBitmap;
  const decoding = vi.spyOn(globalThis, 'createImageBitmap');
  const goOn = await new Promise<() => void>((begun) => {
    decoding.mockImplementationOnce(async (...given: Parameters<typeof decode>) => {
      await new Promise<void>((resolve) => begun(resolve));
      return decode(...given);
    });
    void page.answer('labels are still here', 'Start again');
  });
  const [, other] = page.workbench.project?.shown ?? [];
  const phases = new Set<string>();
  await page.workbench.projects.openExample('coffee');
  await isOpen(page, 'Espresso');
  page.workbench.store.subscribe(({ training: { phase } }, former) => {
    if (phase !== former.training.phase) phases.add(phase);
  });
  goOn();
  await other?.open();
  // The learner answers in order: by the second answer it would have begun what it was told after the decoding.
  for (let answers = 0; answers < 2; answers++) await page.workbench.training.predict();
  expect([...phases]).toEqual([]);
  expect(page.state.training.phase).toBe('ready');
});

it('what a learner of a project that was left still says is not taken for the open one’s', async () => {
  page = await TestWorkbench.open();
  const { id: projectId } = projectOf(page);
  await page.workbench.projects.openExample('earth');
  await isOpen(page, 'Coastlines from space');
  const points = [{ step: 7, loss: 0.5, learningRate: 0.02 }];
  page.trainingWorker.tell({ type: 'telemetry', projectId, points, comparedPoints: [], stepsPerSecond: null });
  await page.workbench.training.predict();
  expect(page.state.training).toMatchObject({ step: 0, loss: null });
  expect(page.workbench.training.curves?.loss.length).toBe(0);
});
