import { afterEach, expect, it, vi } from 'vitest';
import type { Command } from '../../../src/training/protocol.ts';
import { LINE, OTHER_LINE, openPlain, WASM } from '../acts.ts';
import { TestBrowser } from '../browser/testBrowser.ts';
import { isOpen, labelsOf, projectOf } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

/** What the learner is told from now on. */
function toldLearner(): readonly Command[] {
  const told: Command[] = [];
  const { worker } = page.trainingWorker;
  const post = worker.postMessage.bind(worker);
  vi.spyOn(worker, 'postMessage').mockImplementation((command, transfer) => {
    told.push(command);
    post(command, transfer);
  });
  return told;
}

it('a project that comes back within the page is followed once, and no learner hears of another project', async () => {
  const open = () => {
    throw new DOMException('Nothing is stored here.', 'SecurityError');
  };
  // What is left stays as it is in the page.
  const browser = Object.assign(new TestBrowser(), { indexedDB: { open } });
  page = await TestWorkbench.open(WASM, { browser });
  const { projects, training } = page.workbench;
  page.paint(LINE);
  const labels = labelsOf(page);
  const { id } = projectOf(page);
  training.updateSettings({ labelSmoothing: 0.1 });
  const told = toldLearner();
  await projects.openExample('earth');
  await isOpen(page, 'Coastlines from space');
  expect(told.filter((command) => 'projectId' in command && command.projectId === id)).toEqual([]);

  await projects.openExample('coffee');
  await isOpen(page, 'Espresso');
  expect(labelsOf(page)).toEqual(labels);
  page.paint(OTHER_LINE);
  expect(told.filter(({ type }) => type === 'patch')).toHaveLength(1);
});

it('a project that is deleted right after a stroke stays deleted', async () => {
  page = await openPlain(1);
  await page.isSaved();
  const { id } = projectOf(page);
  page.paint(LINE);
  await page.workbench.projects.remove(id);
  page = await page.reload();
  await page.workbench.projects.refresh();
  expect(page.state.project.projects.map(({ projectId }) => projectId)).toEqual([]);
});
