import type { NamedFile, Point } from '../drivers/pageDriver.ts';
import type { TestWorkbench } from './testWorkbench.ts';

/** Paints a stroke of a class. */
export function paintClass(page: TestWorkbench, classId: number, points: readonly Point[]): void {
  page.workbench.painting.selectClass(classId);
  page.paint(points);
}

/** A file as a browser hands it over. */
const fileOf = ({ name, type, bytes }: NamedFile): File => new File([new Uint8Array(bytes)], name, { type });

/** Adds pictures to the open project, or to a new one in place of an example; the first of them comes on the screen. */
export async function addPictures(page: TestWorkbench, files: readonly NamedFile[]): Promise<void> {
  await page.workbench.pictures.addFiles(files.map(fileOf));
  await page.until(({ phase }) => phase !== 'loading');
}

/** Puts the picture of this name on the screen. */
export async function openPicture(page: TestWorkbench, name: string): Promise<void> {
  const found = page.state.pictures.find(({ title }) => title === name);
  if (found === undefined) throw new Error(`There is no picture “${name}”.`);
  await page.workbench.pictures.open(found.pictureId);
}
