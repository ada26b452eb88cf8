import { resolveObjectURL } from 'node:buffer';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, expect, it } from 'vitest';
import { labeledPixels } from '../../../src/state/selectors.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, LAST, LINE, openPlain, WASM } from '../acts.ts';
import { TestBrowser } from '../browser/testBrowser.ts';
import { classIdsOf, isOpen, labelsOf, openPictureName, pictureNames, projectOf, shows } from '../facts.ts';
import { openBeside, putRecord, recordOf, tamper } from '../records.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const EXAMPLE = 'example-coffee';
const DAMAGED = 'is damaged in storage and cannot be opened';

/** Those that are open. */
const pages = new Set<TestWorkbench>();

afterEach(async () => {
  for (const page of pages) await page.close();
  pages.clear();
});

async function open(parameters?: Readonly<Record<string, string>>, browser = new TestBrowser()) {
  const page = await TestWorkbench.open(parameters, { browser });
  pages.add(page);
  return page;
}

async function close(page: TestWorkbench): Promise<void> {
  pages.delete(page);
  await page.close();
}

/** The page anew in the same browser, at another address perhaps. */
async function reopen(page: TestWorkbench, parameters: Readonly<Record<string, string>> = LAST) {
  await close(page);
  return open(parameters, page.browser);
}

/** A page with the example, changed and stored. */
async function storeExample(browser?: TestBrowser): Promise<TestWorkbench> {
  const page = await open(WASM, browser);
  page.perform('Clear all labels of the picture');
  page.paint(LINE);
  await page.isSaved();
  return page;
}

/** A stored project of two pictures with labels, the first of them on the screen. */
async function storeTwo() {
  const page = await openPlain(1, 2);
  pages.add(page);
  page.perform('Next picture');
  await shows(page, 'plain 2');
  page.paint(LINE);
  const labelsOfSecond = labelsOf(page);
  page.perform('Previous picture');
  await shows(page, 'plain 1');
  page.paint(LINE);
  await page.isSaved();
  const { id, pictures } = projectOf(page);
  const [first, second] = pictures.map((picture) => picture.id);
  if (first === undefined || second === undefined) throw new Error('There are two pictures.');
  return { page, id, first, second, labelsOfSecond };
}

it('an example whose record is damaged, or a newer version’s, opens anew, and the record stays', async () => {
  let page = await storeExample();
  await tamper('projects', EXAMPLE, { settings: 'none' });
  const damaged = await recordOf('projects', EXAMPLE);
  // It was open last, too.
  page = await reopen(page);
  await page.isTold(DAMAGED);
  await page.isTold('Here is “Espresso” anew.');
  const anew = projectOf(page);
  expect(anew.name).toBe('Espresso');
  expect(anew.id).not.toBe(EXAMPLE);
  page.paint(LINE);
  await page.isSaved();
  expect(await recordOf('projects', EXAMPLE)).toEqual(damaged);

  // From the list it is refused, and what is open stays open.
  await tamper('projects', EXAMPLE, { name: 7 });
  for (const { id } of page.state.view.messages) page.workbench.messages.dismiss(id);
  await page.workbench.projects.refresh();
  expect(page.state.project.projects.find(({ projectId }) => projectId === EXAMPLE)?.name).toBe('Damaged project');
  await page.workbench.projects.open(EXAMPLE);
  await page.isTold(DAMAGED);
  expect(projectOf(page).id).toBe(anew.id);

  await tamper('projects', EXAMPLE, { version: 2, name: 'Espresso' });
  page = await reopen(page, WASM);
  await page.isTold('saved by a newer version of this page, and was kept as it is');
  expect(projectOf(page).name).toBe('Espresso');
  expect(await recordOf('projects', EXAMPLE)).toMatchObject({ version: 2 });
});

it('a project whose only picture does not fit its labels opens without showing it', async () => {
  let page = await storeExample();
  const state = (await recordOf('projects', EXAMPLE)) as { pictures: { width: number }[] };
  await tamper('projects', EXAMPLE, { pictures: state.pictures.map((each) => ({ ...each, width: each.width - 1 })) });
  page = await reopen(page);
  await page.isTold('it was not opened, and its labels were kept');
  expect(projectOf(page)).toMatchObject({ id: EXAMPLE, pictures: [{ isOpen: false }] });
  // The page goes on.
  await addPictures(page, [plainFile(1)]);
  expect(openPictureName(page)).toBe('plain 1');
});

it('a lost file takes its picture off the screen and its labels stay; a lost thumbnail is drawn again', async () => {
  const stored = await storeTwo();
  const { id, first, second } = stored;
  const files = await recordOf('files', [id, second]);
  await close(stored.page);
  await tamper('files', [id, first], { thumbnail: null });
  await tamper('files', [id, second], null);

  const page = await open(LAST, stored.page.browser);
  await page.isTold('The file of “plain 2” cannot be read from storage');
  expect(projectOf(page).pictures).toMatchObject([{ name: 'plain 1', isOpen: true }]);
  const { thumbnail } = (await recordOf('files', [id, first])) as { thumbnail: Blob };
  const shown = resolveObjectURL(page.state.project.pictures[0]?.thumbnail ?? '');
  for (const each of [thumbnail, shown]) expect((await createImageBitmap(each as Blob)).width).toBeGreaterThan(0);
  // Everything is saved anew, and what belongs to no picture is cleared away.
  page.paint(LINE, 'secondary');
  await page.isSaved();
  await page.script.openPicture('chelsea');
  expect(await recordOf('planes', [id, second])).toBeDefined();
  expect(await recordOf('projects', id)).toMatchObject({ pictures: [{ name: 'plain 1' }, { name: 'plain 2' }] });

  await putRecord('files', files, [id, second]);
  await page.workbench.projects.open(id);
  await isOpen(page, 'My pictures');
  page.perform('Next picture');
  await shows(page, 'plain 2');
  expect(labelsOf(page)).toEqual(stored.labelsOfSecond);
});

it('a project file opens with the pictures that can be shown, and keeps the others with their labels', async () => {
  let { page } = await storeTwo();
  await page.workbench.projects.saveFile();
  const [download] = page.downloads;
  const entries = unzipSync(new Uint8Array((await download?.file.arrayBuffer()) ?? new ArrayBuffer(0)));
  const paths = Object.keys(entries).filter((path) => path.startsWith('pictures/'));
  const openWithJunk = async (junk: readonly string[]) => {
    const bytes = zipSync({ ...entries, ...Object.fromEntries(junk.map((path) => [path, strToU8('Dear diary')])) });
    await page.workbench.projects.openFile(new File([Uint8Array.from(bytes)], 'saved.zip'));
  };
  const before = projectOf(page);
  await openWithJunk(paths);
  await page.isTold('None of this project’s pictures can be opened in this browser');
  expect(projectOf(page).id).toBe(before.id);

  await openWithJunk(paths.slice(0, 1));
  await page.isTold('“plain 1” cannot be shown, its labels are kept');
  const opened = projectOf(page);
  expect(opened.id).not.toBe(before.id);
  expect(opened.pictures.map(({ name, isOpen: shown, labeledPixels }) => ({ name, shown, labeledPixels }))).toEqual(
    before.pictures.map(({ name, labeledPixels }) => ({ name, shown: name === 'plain 2', labeledPixels })),
  );
  // Stored and read again, too.
  await page.isSaved();
  page = await reopen(page);
  expect(pictureNames(page)).toHaveLength(2);
  expect(openPictureName(page)).toBe('plain 2');
});

it('a newer page’s database is left alone: at the start, and when it comes under the open page', async () => {
  let page = await storeExample();
  const newer = await openBeside(98);
  page.paint(LINE, 'secondary');
  const painted = labelsOf(page);
  const told = await page.isTold('A newer version of this page has taken over what is stored');
  expect(told).toMatchObject({ tone: 'error', actionLabels: ['Download the project'] });
  expect(page.state.project.saving).toBe('failed');
  expect(labelsOf(page)).toEqual(painted);
  newer.close();

  page = await reopen(page, WASM);
  const { actionLabels } = await page.isTold('A newer version of this page has taken over what is stored');
  expect(actionLabels).toEqual(['Reload']);
  page.paint(LINE);
  expect(labeledPixels(page.state.document)).toBeGreaterThan(0);
});

it('a browser that refuses locks opens and stores projects all the same', async () => {
  const request = () => Promise.reject(new DOMException('No locks here.', 'SecurityError'));
  const refusing = Object.assign(new TestBrowser(), { locks: { ofPage: () => ({ request }) } });
  let page = await storeExample(refusing);
  const labels = labelsOf(page);
  page = await reopen(page);
  expect(page.state.project.readOnlyBecause).toBeNull();
  expect(labelsOf(page)).toEqual(labels);
});

it('after a project was deleted the first example is as it was left, and can be changed', async () => {
  const page = await storeExample();
  const labels = labelsOf(page);
  await addPictures(page, [plainFile(1)]);
  await page.isSaved();
  await page.workbench.projects.remove(projectOf(page).id);
  await isOpen(page, 'Espresso');
  expect(labelsOf(page)).toEqual(labels);
  page.paint(LINE, 'secondary');
  expect(classIdsOf(page)).not.toEqual([...labels.classIds]);
  await page.isSaved();
});

it('what another tab left damaged stays to be looked at when that tab lets go', async () => {
  const first = await storeExample();
  const labels = labelsOf(first);
  const second = await open(WASM, first.browser);
  await second.isTold(/open in another tab/);
  await tamper('projects', EXAMPLE, { settings: 'none' });
  await close(first);
  await second.isTold(DAMAGED);
  expect(labelsOf(second)).toEqual(labels);
  // Nobody has it in another tab any more: whoever paints is told why they cannot.
  for (const { id } of second.state.view.messages) second.workbench.messages.dismiss(id);
  second.paint(LINE, 'secondary');
  await second.isTold(DAMAGED);
  expect(labelsOf(second)).toEqual(labels);
});
