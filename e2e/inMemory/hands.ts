import type { Point } from '../drivers/pageDriver.ts';
import type { TestWorkbench } from './testWorkbench.ts';

/** Paints a stroke of a class. */
export function paintClass(page: TestWorkbench, classId: number, points: readonly Point[]): void {
  page.workbench.painting.selectClass(classId);
  page.paint(points);
}

/** Puts the picture of this name on the screen. */
export async function openPicture(page: TestWorkbench, name: string): Promise<void> {
  const found = page.state.pictures.find(({ title }) => title === name);
  if (found === undefined) throw new Error(`There is no picture “${name}”.`);
  await page.workbench.pictures.open(found.pictureId);
}
