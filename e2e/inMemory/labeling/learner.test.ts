import { afterEach, expect, it } from 'vitest';
import { openScores } from '../../../src/state/selectors.ts';
import { LINE, WASM } from '../acts.ts';
import { isOpen, labelsOf, predictionOf } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const COASTLINES = 'earth';

let page: TestWorkbench;

afterEach(() => page.close());

async function openExample(id: string, title: string): Promise<void> {
  await page.workbench.projects.openExample(id);
  await isOpen(page, title);
}

/** Trains to the end of a budget, and waits for what is predicted then. */
async function trainToEnd(stepBudget: number): Promise<number> {
  page.workbench.training.updateSettings({ stepBudget });
  page.workbench.training.toggle();
  const { step } = (await page.until(({ training }) => training.phase === 'finished')).training;
  await page.until(({ training }) => training.predictionStep === step);
  return step;
}

async function reset(): Promise<void> {
  page.workbench.training.reset();
  await page.until(({ training }) => training.step === 0);
}

it('a class added after training keeps what was learned', async () => {
  page = await TestWorkbench.open();
  await page.stepTo(3);
  page.perform('Add a class');
  await page.stepTo(4);
});

it('Reset can be undone', async () => {
  page = await TestWorkbench.open();
  const step = await trainToEnd(5);
  expect(step).toBe(5);
  const learned = predictionOf(page);
  await reset();
  await page.answer('The weights were cleared', 'Undo reset');
  await page.until((state) => state.training.step === step && state.training.predictionStep === step);
  expect(predictionOf(page)).toEqual(learned);
  expect(page.workbench.training.curves?.loss.length).toBe(step);
});

it('an example keeps its labels and its learner until it comes back', async () => {
  page = await TestWorkbench.open();
  page.paint(LINE);
  await page.stepTo(1);
  const before = [labelsOf(page), predictionOf(page)];
  await openExample(COASTLINES, 'Coastlines from space');
  await page.until(({ training: { step, phase } }) => step === 0 && phase === 'ready');
  await page.stepTo(1);
  await page.until((state) => (openScores(state)?.trueAccuracy ?? null) !== null);
  await openExample('coffee', 'Espresso');
  await page.until(
    ({ training: { step, phase, predictionStep } }) => step === 1 && phase === 'paused' && predictionStep === 1,
  );
  expect([labelsOf(page), predictionOf(page)]).toEqual(before);
});

it('each project keeps its own settings and learner, and an undone Reset brings both back', async () => {
  page = await TestWorkbench.open();
  const { training } = page.workbench;
  const network = (kind: 'context' | 'unet') =>
    training.updateSettings({ network: { ...page.state.training.settings.network, kind } });
  const chosen = () => {
    const { optimizer, unlabeled, network: of } = page.state.training.settings;
    return { optimizer, unlabeled, network: of.kind };
  };
  await page.stepTo(1);
  const espresso = chosen();
  await openExample(COASTLINES, 'Coastlines from space');
  training.updateSettings({ optimizer: 'sgd', unlabeled: 'extraClass' });
  const coastlines = chosen();
  expect(coastlines).not.toEqual(espresso);
  await page.stepTo(1);
  await openExample('coffee', 'Espresso');
  await page.until(({ training }) => training.step === 1);
  expect(chosen()).toEqual(espresso);
  await page.stepTo(2);
  await openExample(COASTLINES, 'Coastlines from space');
  await page.until(({ training }) => training.step === 1);
  expect(chosen()).toEqual(coastlines);

  await reset();
  training.updateSettings({ optimizer: 'adamw' });
  network('context');
  await page.stepTo(1);
  await page.answer('The weights were cleared', 'Undo reset');
  expect(chosen()).toEqual(coastlines);
  await page.stepTo(2);

  // A network of another kind has nothing to take over: it starts anew, without a word of error.
  network('context');
  await page.until(({ training: { step, phase } }) => step === 0 && phase === 'ready');
  await page.stepTo(1);
  expect(page.state.view.messages.filter(({ tone }) => tone === 'error')).toEqual([]);
});

it('a learner that stopped is started again with all labels, and with what it had learned', async () => {
  page = await TestWorkbench.open();
  page.paint(LINE);
  await page.stepTo(1);
  await page.until(({ project }) => project.storedStep === 1);
  const labels = labelsOf(page);
  // What the worker says when the browser takes its device away.
  const message = 'The browser took the graphics device away.';
  page.trainingWorker.tell({ type: 'failed', fatal: true, cause: null, message });
  await page.until(({ training }) => training.phase === 'stopped');
  expect((await page.isTold('labels are still here')).tone).toBe('error');
  await page.answer('labels are still here', 'Start again');
  await page.until(({ training: { step, phase } }) => step === 1 && phase === 'paused');
  expect(labelsOf(page)).toEqual(labels);
  await page.stepTo(2);
});

it('an address that asks for what is not there opens the page all the same', async () => {
  page = await TestWorkbench.open({ ...WASM, picture: 'atlantis', size: '64000' });
  expect(page.state.project.projectName).toBe('Espresso');
  await page.isTold('atlantis');
  await page.isTold('64000');
});

it('“as background” erases what nobody painted', async () => {
  page = await TestWorkbench.open();
  const shareOfTable = async () => {
    await trainToEnd(60);
    const { classMap } = predictionOf(page);
    return classMap.filter((id) => id === 0).length / classMap.length;
  };
  const ignored = await shareOfTable();
  await reset();
  page.workbench.training.updateSettings({ unlabeled: 'asBackground' });
  const erased = await shareOfTable();
  expect(erased).toBeGreaterThan(0.9);
  expect(erased).toBeGreaterThan(ignored + 0.1);
});

it('every loss and every treatment trains', async () => {
  page = await TestWorkbench.open();
  const { training } = page.workbench;
  let steps = 0;
  for (const loss of ['focal', 'dice', 'mse', 'crossEntropy'] as const) {
    training.updateSettings({ loss });
    await page.stepTo(++steps);
  }
  for (const unlabeled of ['allPixelMean', 'zeroedInput', 'asBackground', 'extraClass', 'ignore'] as const) {
    training.updateSettings({ unlabeled });
    await page.stepTo(++steps);
  }
});
