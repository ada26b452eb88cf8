import type { NamedFile } from '../drivers/pageDriver.ts';
import { plainFile } from '../drivers/pictures.ts';
import type { Point } from './hand.ts';
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
  await page.until(({ project, training }) => !project.opening && training.phase !== 'loading');
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

/** Paints a stroke of a class. */
export function paintClass(page: TestWorkbench, classId: number, points: readonly Point[]): void {
  page.workbench.painting.selectClass(classId);
  page.paint(points);
}

/** Puts the picture of this name on the screen. */
export async function openPicture(page: TestWorkbench, name: string): Promise<void> {
  const found = page.state.project.pictures.find(({ title }) => title === name);
  if (found === undefined) throw new Error(`There is no picture “${name}”.`);
  await page.workbench.pictures.open(found.pictureId);
}
