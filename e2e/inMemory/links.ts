import type { LinkChoices } from '../../src/workbench/sharing/linkActions.ts';
import type { TestWorkbench } from './testWorkbench.ts';

/** The fragment of the link to what is on the screen; it waits for Train and hides nothing, unless that is chosen. */
export async function sharedFragment(page: TestWorkbench, choices: Partial<LinkChoices> = {}): Promise<string> {
  const made = await page.workbench.links.make({ start: { type: 'wait' }, hiddenPanels: [], lesson: null, ...choices });
  if (made.type !== 'fits') throw new Error(`There is no link to this: ${made.type}.`);
  return made.fragment;
}
