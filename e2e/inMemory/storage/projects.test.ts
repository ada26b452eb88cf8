import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, expect, it, vi } from 'vitest';
import { labeledPixels, openScores } from '../../../src/state/selectors.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, LAST, LINE, OTHER_LINE, openPlain } from '../acts.ts';
import { TestBrowser } from '../browser/testBrowser.ts';
import { classIdsOf, isOpen, labelsOf, predictionOf, projectOf, shows } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

/** One sentence for a person. */
const SENTENCE = /^[A-Z“][^.!]*\w[^.!]*\.$/;

/** Those that are open, the newest last. */
const pages: TestWorkbench[] = [];

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
});

function opened(page: TestWorkbench): TestWorkbench {
  pages.push(page);
  return page;
}

async function reopened(page: TestWorkbench): Promise<TestWorkbench> {
  pages.splice(pages.indexOf(page), 1);
  return opened(await page.reload());
}

/** What a person has made: all that a stored or saved project must give back. */
function workOf(page: TestWorkbench) {
  const { name, classes, pictures } = projectOf(page);
  return {
    name,
    classes,
    // A project file is opened under ids of its own.
    pictures: pictures.map(({ id: _, ...facts }) => facts),
    labels: labelsOf(page),
    step: page.state.training.step,
    prediction: predictionOf(page),
    optimizer: page.state.training.settings.optimizer,
  };
}

/** A project of two pictures, the second on the screen, with labels in both, another optimiser and a trained network. */
async function work(): Promise<TestWorkbench> {
  const page = opened(await openPlain(1, 2));
  page.paint(LINE);
  page.perform('Next picture');
  await shows(page, 'plain 2');
  page.workbench.painting.selectClassAt(1);
  page.paint(OTHER_LINE);
  page.perform('Mark the picture as done, or not');
  page.workbench.training.updateSettings({ optimizer: 'sgd' });
  await page.stepTo(2);
  page.workbench.projects.rename('Animals');
  return page;
}

/** The file that is downloaded when the project is saved. */
async function savedFile(page: TestWorkbench): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  await page.workbench.projects.saveFile();
  const download = page.downloads.at(-1);
  if (download === undefined) throw new Error('Nothing was downloaded.');
  return { name: download.name, bytes: new Uint8Array(await download.file.arrayBuffer()) };
}

const openFile = (page: TestWorkbench, bytes: Uint8Array) =>
  page.workbench.projects.openFile(new File([Uint8Array.from(bytes)], 'saved.zip', { type: 'application/zip' }));

const listed = async (page: TestWorkbench): Promise<string[]> => {
  await page.workbench.projects.refresh();
  return page.state.project.projects.map(({ name, pictureCount }) => `${name} ${pictureCount}`).sort();
};

it('labels, open picture, settings and the trained network are there at the next visit, and training goes on', async () => {
  let page = await work();
  await page.until(({ project: { saving, storedStep } }) => saving === 'saved' && storedStep === 2);
  const before = workOf(page);
  expect(before).toMatchObject({ name: 'Animals', step: 2, optimizer: 'sgd' });
  expect(before.pictures).toMatchObject([{ isOpen: false }, { isOpen: true, done: true }]);
  expect(new Set(before.labels.classIds)).toEqual(new Set([1, 255]));

  page = await reopened(page);
  await page.until(
    ({ training: { step, predictionStep, phase } }) => step === 2 && predictionStep === 2 && phase === 'paused',
  );
  expect(workOf(page)).toEqual(before);
  await page.stepTo(3);
  page.perform('Previous picture');
  await shows(page, 'plain 1');
  expect(new Set(classIdsOf(page))).toEqual(new Set([0, 255]));
});

it('a stroke right before the page is left is there at the next visit', async () => {
  let page = opened(await TestWorkbench.open());
  page.paint(LINE);
  await page.isSaved();
  page.paint(OTHER_LINE);
  const labels = labelsOf(page);
  page = await reopened(page);
  expect(labelsOf(page)).toEqual(labels);
});

it('two strokes in quick succession on an example are both there at the next visit', async () => {
  let page = opened(await TestWorkbench.open());
  page.paint(LINE);
  // The first one has the example stored, which goes on.
  page.paint(OTHER_LINE);
  const labels = labelsOf(page);
  await page.isSaved();
  page = await reopened(page);
  expect(labelsOf(page)).toEqual(labels);
});

it('projects keep to themselves, are opened and deleted by name', async () => {
  let page = opened(await openPlain(1));
  const { projects } = page.workbench;
  projects.rename('Cats');
  page.paint(LINE);
  const cats = { id: projectOf(page).id, labels: labelsOf(page) };

  await projects.create();
  expect(projectOf(page)).toMatchObject({ name: 'New project', pictures: [] });
  await addPictures(page, [plainFile(2)]);
  projects.rename('Dogs');
  expect(labeledPixels(page.state.document)).toBe(0);
  await page.isSaved();
  const { id: dogs } = projectOf(page);

  await projects.open(cats.id);
  await isOpen(page, 'Cats');
  expect(labelsOf(page)).toEqual(cats.labels);
  expect(await listed(page)).toEqual(['Cats 1', 'Dogs 1']);
  await projects.remove(dogs);
  expect(await listed(page)).toEqual(['Cats 1']);
  expect(labelsOf(page)).toEqual(cats.labels);

  // The open one too: an example comes in its place.
  await projects.remove(cats.id);
  expect(projectOf(page).name).toBe('Espresso');
  expect(await listed(page)).toEqual([]);
  page = await reopened(page);
  expect(projectOf(page).name).toBe('Espresso');
});

it('a second tab can look, not change, and takes over when the first one closes', async () => {
  const first = opened(await TestWorkbench.open());
  first.paint(LINE);
  await first.isSaved();
  const labels = labelsOf(first);

  const second = opened(await TestWorkbench.open(LAST, { browser: first.browser }));
  expect(second.state.project.readOnlyBecause).toContain('open in another tab');
  second.paint(OTHER_LINE);
  second.workbench.history.undo();
  expect(labelsOf(second)).toEqual(labels);

  first.paint(OTHER_LINE);
  const newest = labelsOf(first);
  expect(newest).not.toEqual(labels);
  await first.isSaved();
  pages.splice(pages.indexOf(first), 1);
  await first.close();
  await second.until(({ project: { readOnlyBecause, opening } }) => readOnlyBecause === null && !opening);
  await second.until(({ training }) => training.phase !== 'loading');
  expect(labelsOf(second)).toEqual(newest);
  second.workbench.painting.selectClassAt(1);
  second.paint(LINE);
  expect(labelsOf(second)).not.toEqual(newest);
  await second.isSaved();
});

it('a project file gives back labels, classes, settings, network and prediction', async () => {
  const page = await work();
  const before = workOf(page);
  const { id } = projectOf(page);
  const { name, bytes } = await savedFile(page);
  expect(name).toBe('Animals.zip');
  // By another program: the pictures are in it as they were chosen.
  const entries = unzipSync(bytes);
  const chosen = Object.keys(entries).filter((path) => path.startsWith('pictures/'));
  expect(chosen.map((path) => Buffer.from(entries[path] ?? []))).toEqual([plainFile(1).bytes, plainFile(2).bytes]);

  await page.workbench.projects.openExample('earth');
  await isOpen(page, 'Coastlines from space');
  await openFile(page, bytes);
  await isOpen(page, 'Animals');
  await page.until(
    ({ training: { step, predictionStep, phase } }) => step === 2 && predictionStep === 2 && phase === 'paused',
  );
  expect(workOf(page)).toEqual(before);
  // A copy: the one that is stored stays.
  expect(projectOf(page).id).not.toBe(id);
  await page.isSaved();
  expect(await listed(page)).toEqual(['Animals 2', 'Animals 2']);
});

it('files that are no sound project are refused in a sentence; the open project stays', async () => {
  const page = opened(await TestWorkbench.open());
  page.paint(LINE);
  const { bytes } = await savedFile(page);
  const before = { project: projectOf(page), labels: labelsOf(page) };
  const { 'manifest.json': manifest = new Uint8Array(), ...others } = unzipSync(bytes);
  const packed = (json: unknown) => zipSync({ ...others, 'manifest.json': strToU8(JSON.stringify(json)) });
  const known = JSON.parse(strFromU8(manifest)) as object;
  const flipped = Uint8Array.from(bytes, (byte, i) => (i === Math.floor(bytes.length / 2) ? byte ^ 0x10 : byte));
  for (const [what, refused] of [
    [/not a project/, strToU8('Dear diary, ')],
    [/not a project/, zipSync({ 'notes.txt': strToU8('Dear diary, ') })],
    [/damaged or cut short/, bytes.slice(0, bytes.length / 2)],
    [/damaged or cut short/, flipped],
    [/newer version/, packed({ ...known, version: 99 })],
    [/damaged or cut short/, packed({ ...known, state: null })],
  ] as const) {
    await openFile(page, refused);
    const message = await page.isTold(what);
    expect(message.tone).toBe('error');
    expect(message.text).toMatch(SENTENCE);
    page.workbench.messages.dismiss(message.id);
  }
  expect({ project: projectOf(page), labels: labelsOf(page) }).toEqual(before);
  await openFile(page, packed(known));
  expect(projectOf(page).id).not.toBe(before.project.id);
  expect(labelsOf(page).classIds).toEqual(before.labels.classIds);
});

it('weights that were cleared are not there at the next visit, and a setting that was chosen then is', async () => {
  const page = opened(await TestWorkbench.open());
  page.paint(LINE);
  await page.stepTo(2);
  await page.until(({ project: { storedStep, saving } }) => storedStep === 2 && saving === 'saved');
  page.workbench.training.reset();
  await page.until(
    ({ training, project: { storedStep, saving } }) => training.step === 0 && storedStep === null && saving === 'saved',
  );
  page.workbench.training.updateSettings({ labelSmoothing: 0.1 });
  await page.isSaved();

  const again = await reopened(page);
  expect(again.state).toMatchObject({
    project: { storedStep: null },
    training: { step: 0, settings: { labelSmoothing: 0.1 } },
  });
});

it('a project that is in the page alone has scores again once its learner is back, and none before', async () => {
  const browser = new TestBrowser();
  vi.spyOn(browser.indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('It is private.', 'SecurityError');
  });
  const page = opened(await TestWorkbench.open({ ...LAST, picture: 'coffee' }, { browser }));
  await page.stepTo(1);
  const { projectId } = page.state.project;
  const before = openScores(page.state);
  expect(before).not.toBeNull();
  await page.workbench.projects.create();
  const seen: ReturnType<typeof openScores>[] = [];
  const leave = page.workbench.store.subscribe((state) => {
    if (state.project.projectId === projectId) seen.push(openScores(state));
  });
  await page.workbench.projects.open(projectId ?? '');
  await page.until((state) => state.project.projectId === projectId && openScores(state) !== null);
  leave();
  expect(seen[0]).toBeNull();
  expect(openScores(page.state)).toEqual(before);
});
