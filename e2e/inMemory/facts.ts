import { UNLABELED } from '../../src/labels/planes.ts';
import { openTitle } from '../../src/state/selectors.ts';
import type { TestWorkbench } from './testWorkbench.ts';

export function labelsOf({ script }: TestWorkbench) {
  const labels = script.getLabels();
  if (labels === null) throw new Error('No picture is open.');
  return labels;
}

export const classIdsOf = (page: TestWorkbench): number[] => [...labelsOf(page).classIds];

/** How many pixels of the open picture are of a class. */
export const countOf = (page: TestWorkbench, classId: number): number =>
  labelsOf(page).classIds.filter((id) => id === classId).length;

export function projectOf({ script }: TestWorkbench) {
  const project = script.getProject();
  if (project === null) throw new Error('No project is open.');
  return project;
}

export function predictionOf({ script }: TestWorkbench) {
  const prediction = script.getPrediction();
  if (prediction === null) throw new Error('There is no prediction.');
  return prediction;
}

export const classNames = (page: TestWorkbench): string[] => projectOf(page).classes.map(({ name }) => name);
export const pictureNames = (page: TestWorkbench): string[] => projectOf(page).pictures.map(({ name }) => name);
export const openPictureName = (page: TestWorkbench): string | undefined =>
  projectOf(page).pictures.find(({ isOpen }) => isOpen)?.name;

/** Waits until this picture is on the screen and the learner can be asked. */
export async function shows(page: TestWorkbench, title: string): Promise<void> {
  await page.until((state) => {
    return openTitle(state) === title && !state.project.opening && state.training.phase !== 'loading';
  });
}

/** Waits until a project of this name is open. */
export async function isOpen(page: TestWorkbench, projectName: string): Promise<void> {
  await page.until(({ project, training }) => {
    return project.projectName === projectName && !project.opening && training.phase !== 'loading';
  });
}

/** Share of the open picture's labeled pixels that its prediction gets right, counted here. */
export function countedAccuracy(page: TestWorkbench): number {
  const { classMap } = predictionOf(page);
  const labeled = classIdsOf(page).flatMap((id, i) => (id === UNLABELED ? [] : [id === classMap[i]]));
  return labeled.filter((isRight) => isRight).length / labeled.length;
}
