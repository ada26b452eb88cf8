import { UNLABELED } from '../../src/labels/planes.ts';
import { openTitle } from '../../src/state/selectors.ts';
import type { NamedFile } from '../drivers/pageDriver.ts';
import { plainFile } from '../drivers/pictures.ts';
import { TestWorkbench } from './testWorkbench.ts';

/** An address that names no picture: the page opens what was open last. */
export const LAST = { size: '64', network: 'unet-8-2-1', backend: 'wasm' } as const;

/** The same with the picture that a new visitor sees. */
export const WASM = { ...LAST, picture: 'coffee' } as const;

/** Strokes on that picture, or on one of {@link openPlain}. */
export const LINE = [
  [5, 3],
  [40, 30],
] as const;
export const OTHER_LINE = [
  [10, 30],
  [40, 6],
] as const;

/** A file as a person chooses it. */
export function fileOf({ name, type, bytes }: NamedFile): File {
  return new File([Uint8Array.from(bytes)], name, { type });
}

/** Adds pictures to the open project, or to a new one in place of an example; the first of them comes on the screen. */
export async function addPictures(page: TestWorkbench, files: readonly NamedFile[]): Promise<void> {
  await page.workbench.pictures.addFiles(files.map(fileOf));
  await page.until(({ opening, phase }) => !opening && phase !== 'loading');
}

/** A page whose pictures, of one colour each, are a project of its own. */
export async function openPlain(...numbers: readonly number[]): Promise<TestWorkbench> {
  const page = await TestWorkbench.open();
  await addPictures(
    page,
    numbers.map((number) => plainFile(number)),
  );
  return page;
}

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
  await page.until((state) => openTitle(state) === title && !state.opening && state.phase !== 'loading');
}

/** Waits until a project of this name is open. */
export async function isOpen(page: TestWorkbench, projectName: string): Promise<void> {
  await page.until((state) => state.projectName === projectName && !state.opening && state.phase !== 'loading');
}

/** Share of the open picture's labeled pixels that its prediction gets right, counted here. */
export function countedAccuracy(page: TestWorkbench): number {
  const { classMap } = predictionOf(page);
  const labeled = classIdsOf(page).flatMap((id, i) => (id === UNLABELED ? [] : [id === classMap[i]]));
  return labeled.filter((isRight) => isRight).length / labeled.length;
}
