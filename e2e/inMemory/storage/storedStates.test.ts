import { afterEach, expect, it, vi } from 'vitest';
import type { ProjectState } from '../../../src/project/projectState.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, LINE, openPlain } from '../acts.ts';
import { isOpen, labelsOf, pictureNames, projectOf } from '../facts.ts';
import type { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(async () => {
  vi.restoreAllMocks();
  await page.close();
});

it('a stored state names the pictures whose files are stored by then, and a project begins with its first one', async () => {
  const states: { readonly named: string[]; readonly missing: string[] }[] = [];
  const transactions = new Map<IDBTransaction, ProjectState>();
  const files = new Set<string>();
  const note = (store: IDBObjectStore, value: unknown, key?: IDBValidKey) => {
    if (store.name === 'files' && Array.isArray(key)) files.add(key.join());
    if (store.name !== 'projects') return;
    transactions.set(store.transaction, value as ProjectState);
    // What is in one transaction is stored together.
    store.transaction.addEventListener('complete', () => {
      const { id, pictures } = transactions.get(store.transaction) ?? { id: '', pictures: [] };
      const named = pictures.map((picture) => picture.id);
      states.push({ named, missing: named.filter((pictureId) => !files.has([id, pictureId].join())) });
    });
  };
  for (const method of ['add', 'put'] as const) {
    const write = IDBObjectStore.prototype[method];
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (this: IDBObjectStore, value, key) {
      note(this, value, key);
      return write.call(this, value, key);
    });
  }
  page = await openPlain(1);
  await page.isSaved();
  page.paint(LINE);
  await addPictures(page, [plainFile(2), plainFile(3)]);
  await page.isSaved();
  expect(states[0]?.named).toHaveLength(1);
  expect(states.at(-1)?.named).toHaveLength(3);
  expect(states.flatMap(({ missing }) => missing)).toEqual([]);
});

it('a picture that cannot be stored leaves what is stored as it can be opened', async () => {
  page = await openPlain(1);
  page.paint(LINE);
  await page.isSaved();
  const labels = labelsOf(page);
  const { id, pictures } = projectOf(page);
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    // What is to be new where there is something already is refused, and all that goes with it.
    return this.name === 'files' ? this.add(value, [id, pictures[0]?.id ?? '']) : put.call(this, value, key);
  });
  await addPictures(page, [plainFile(2)]);
  await page.isTold('could not be stored');
  page.workbench.projects.rename('Cats');
  page = await page.reload();
  await isOpen(page, 'Cats');
  expect(pictureNames(page)).toEqual(['plain 1']);
  expect(labelsOf(page)).toEqual(labels);
  expect(page.state.view.messages.filter(({ tone }) => tone === 'error')).toEqual([]);
});
