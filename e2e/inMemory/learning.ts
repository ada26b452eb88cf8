import type { TestWorkbench } from './testWorkbench.ts';

/** Clears the weights, and waits until they are cleared. */
export async function reset(page: TestWorkbench): Promise<void> {
  page.workbench.training.reset();
  await page.until(({ training: { step, phase } }) => step === 0 && phase === 'ready');
}

/** Pauses what trains, and returns the step at which it rests. */
export async function pause(page: TestWorkbench): Promise<number> {
  page.script.pause();
  return (await page.until(({ training }) => training.phase === 'paused')).training.step;
}

/** The losses of a new learner's first steps; the weights are cleared afterwards. */
export async function firstLosses(page: TestWorkbench, steps: number): Promise<(number | null)[]> {
  const losses: (number | null)[] = [];
  for (let step = 1; step <= steps; step++) {
    await page.stepTo(step);
    losses.push(page.state.training.loss);
  }
  await reset(page);
  return losses;
}

/** Trains to the end of a budget of so many steps, and waits for the prediction of the last. */
export async function trainWholeBudget(page: TestWorkbench, stepBudget: number): Promise<void> {
  page.workbench.training.updateSettings({ stepBudget });
  page.workbench.training.train(null);
  await page.until(({ training: { phase, step, predictionStep } }) => {
    return phase === 'finished' && step === stepBudget && predictionStep === stepBudget;
  });
}
