import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clonePlanes, type LabelPlanes } from '../../../src/labels/planes.ts';
import { openProjectStorage } from '../../../src/project/storage/projectStorage.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../../src/settings/learner.ts';
import { newPicture, Painting, stateOf } from '../../drivers/storedPainting.ts';
import { putRecord } from '../records.ts';
import { blankPlanes, KeptPainting, learnerBytes, startEmptyBrowser } from './keptPainting.ts';

const SENTENCE = /^[A-Z“].*\w.*\.$/;
const CURVES = {
  loss: [[1, 0.5]],
  maskedAccuracy: [],
  meanIou: [],
  heldOutAccuracy: [],
  heldOutMeanIou: [],
  trueAccuracy: [],
  trueMeanIou: [],
} as const;

beforeEach(startEmptyBrowser);
afterEach(() => void vi.restoreAllMocks());

/** Much quicker than `toEqual`, which says where they differ. */
function areSame(a: LabelPlanes, b: LabelPlanes): boolean {
  const bytesOf = ({ classIds, strokeIds }: LabelPlanes) =>
    Buffer.concat([Buffer.from(classIds), Buffer.from(strokeIds.buffer)]);
  return a.width === b.width && a.height === b.height && bytesOf(a).equals(bytesOf(b));
}

const refusal = (error: unknown) => (error instanceof Error ? error.message : '');

it('a project is created, listed and read back at the next visit, file for file', async () => {
  const first = await openProjectStorage();
  const painting = new Painting(blankPlanes(), 7);
  painting.paint();
  const { planes } = painting;
  await first.createProject(stateOf('p', ['cat']), [newPicture('cat', planes)]);
  await first.addPicture(stateOf('p', ['cat', 'dog']), newPicture('dog', blankPlanes()));
  await first.createProject({ ...stateOf('q', []), modifiedMs: 2000 }, []);
  const learner = { settings: DEFAULT_LEARNER_SETTINGS, curves: structuredClone(CURVES) as never };
  await first.saveLearner('p', { state: learnerBytes(3), ...learner });
  await expect(first.saveLearner('p', { state: learnerBytes(9, Number.NaN), ...learner })).rejects.toThrow(SENTENCE);
  first.close();

  const storage = await openProjectStorage();
  const summaries = await storage.list();
  expect(summaries.map(({ thumbnail: _, ...summary }) => summary)).toEqual([
    { id: 'q', name: 'Project q', modifiedMs: 2000, pictureCount: 0, sampleId: null },
    { id: 'p', name: 'Project p', modifiedMs: 1000, pictureCount: 2, sampleId: null },
  ]);
  const thumbnails = await Promise.all(summaries.map(({ thumbnail }) => thumbnail?.text() ?? null));
  expect(thumbnails).toEqual([null, 'the thumbnail of cat']);
  const loaded = await storage.load('p');
  expect(loaded?.state).toEqual(stateOf('p', ['cat', 'dog']));
  expect(loaded?.planes.get('cat')?.planes).toEqual(planes);
  expect(loaded?.planes.get('dog')?.planes).toEqual(blankPlanes());
  expect(loaded?.learner?.state).toEqual(learnerBytes(3));
  expect(loaded?.learner?.curves).toEqual(CURVES);
  expect(loaded?.damage).toEqual([]);
  const files = await storage.files('p', 'dog');
  expect(await files?.file.text()).toBe('the file of dog');
  expect(files?.file.type).toBe('image/png');
  expect(await files?.thumbnail?.text()).toBe('the thumbnail of dog');
  expect([await storage.load('r'), await storage.files('p', 'cow'), await storage.files('r', 'cat')]).toEqual([
    null,
    null,
    null,
  ]);
  storage.close();
});

it('a project can be emptied of removed pictures and deleted, and no other is touched', async () => {
  const storage = await openProjectStorage();
  // `p-2` begins with the other's id: a range of keys must not run into it.
  for (const id of ['p', 'p-2']) {
    const pictures = ['cat', 'cat-2'].map((pictureId) => newPicture(pictureId, blankPlanes()));
    await storage.createProject(stateOf(id, ['cat', 'cat-2']), pictures);
    const patch = new Painting(blankPlanes(), 1).paint();
    const entries = ['cat', 'cat-2'].map((pictureId) => ({ pictureId, labelRevision: 1, patch }));
    await storage.saveChanges(id, entries, null);
  }
  const left = () =>
    Promise.all(
      ['p', 'p-2'].flatMap((id) =>
        ['cat', 'cat-2'].map(async (pictureId) => {
          const files = await storage.files(id, pictureId);
          return `${id}/${pictureId} ${files === null ? '-' : 'file'} ${await storage.journalLength(id, pictureId)}`;
        }),
      ),
    );
  await storage.purgePictures('p', new Set(['cat-2']));
  expect(await left()).toEqual(['p/cat - 0', 'p/cat-2 file 1', 'p-2/cat file 1', 'p-2/cat-2 file 1']);
  await storage.deleteProject('p');
  expect(await left()).toEqual(['p/cat - 0', 'p/cat-2 - 0', 'p-2/cat file 1', 'p-2/cat-2 file 1']);
  expect((await storage.list()).map(({ id }) => id)).toEqual(['p-2']);
  expect(await storage.createProject(stateOf('p-2', []), []).catch(refusal)).toMatch(SENTENCE);
  expect((await storage.load('p-2'))?.state.name).toBe('Project p-2');
  storage.close();
});

it('snapshots and journals together are the planes as they were painted, wherever they are cut', async () => {
  const storage = await openProjectStorage();
  const different: string[] = [];
  for (let seed = 1; seed <= 6; seed++) {
    const id = `p${seed}`;
    const painting = new Painting(blankPlanes(), seed);
    await storage.createProject(stateOf(id, ['cat']), [newPicture('cat', painting.planes)]);
    for (let stroke = 1; stroke <= 30; stroke++) {
      const patch = painting.paint();
      await storage.saveChanges(id, [{ pictureId: 'cat', labelRevision: stroke, patch }], null);
      if (stroke % (3 + seed) === 0) await storage.compact(id, 'cat', painting.planes, stroke);
      const stored = (await storage.load(id))?.planes.get('cat');
      const isSame = stored?.labelRevision === stroke && areSame(stored.planes, painting.planes);
      if (!isSame) different.push(`${id}: ${stroke} strokes`);
    }
  }
  expect(different).toEqual([]);
  storage.close();
});

it('a snapshot takes the place of the gestures that are in it, and of no later one', async () => {
  const kept = await KeptPainting.start();
  const { storage, painting, autosave } = kept;
  kept.paint(3);
  const then = clonePlanes(painting.planes);
  kept.paint(2);
  await autosave.flush();
  await storage.compact('p', 'cat', then, 3);
  expect(await kept.journal()).toBe(2);
  expect(await kept.stored()).toEqual({ planes: painting.planes, labelRevision: 5 });
  kept.close();
});

it('labels that are read while their journal becomes a snapshot have every gesture', async () => {
  const kept = await KeptPainting.start();
  const { storage, painting } = kept;
  kept.paint(5);
  await kept.autosave.flush();
  let compacting: Promise<void> | null = null;
  // Between snapshot and journal, whichever is read first.
  const compactAfter = (request: IDBRequest, { name }: IDBObjectStore) => {
    if (name !== 'planes' && name !== 'journal') return;
    request.addEventListener('success', () => {
      compacting ??= storage.compact('p', 'cat', painting.planes, 5);
    });
  };
  const { get, getAll } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, ...given) {
    const request = get.apply(this, given);
    compactAfter(request, this);
    return request;
  });
  vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, ...given) {
    const request = getAll.apply(this, given);
    compactAfter(request, this);
    return request;
  });
  const loaded = await storage.load('p');
  await compacting;
  expect(compacting).not.toBeNull();
  expect(loaded?.planes.get('cat')).toEqual({ planes: painting.planes, labelRevision: 5 });
  kept.close();
});

it('a project that takes the place of a deleted one has nothing of its learner', async () => {
  const kept = await KeptPainting.start();
  const { storage } = kept;
  const learner = { settings: DEFAULT_LEARNER_SETTINGS, curves: structuredClone(CURVES) as never };
  for (const step of [3, 4]) await storage.saveLearner('p', { state: learnerBytes(step), ...learner });
  await storage.deleteProject('p');
  await storage.createProject(stateOf('p', ['cat']), [newPicture('cat', blankPlanes())]);
  expect(await storage.load('p')).toMatchObject({ learner: null, damage: [] });
  kept.close();
});

it('damaged records are told in a sentence each, and all else is read', async () => {
  const kept = await KeptPainting.start();
  const { storage, painting } = kept;
  kept.paint(6);
  await kept.autosave.flush();
  const damage = async () => (await storage.load('p'))?.damage.map(({ kind, message }) => `${kind}: ${message}`);
  const cat = async () => (await storage.load('p'))?.planes.get('cat');
  expect(await damage()).toEqual([]);

  // Gesture 3, and one that is no gesture.
  for (const labelRevision of [3, 7]) {
    await putRecord('journal', { projectId: 'p', pictureId: 'cat', labelRevision, patch: new Uint8Array(9) });
  }
  expect(await damage()).toEqual([
    'damaged: Labels of “cat.png” were damaged in storage: 2 gestures could not be read, all others were kept.',
  ]);
  expect((await cat())?.labelRevision).toBe(6);

  await storage.compact('p', 'cat', painting.planes, 7);
  const broken = structuredClone(painting.planes);
  broken.classIds[5] = 77;
  await putRecord('planes', { ...broken, labelRevision: 7 }, ['p', 'cat']);
  expect(await damage()).toEqual([
    'damaged: Labels of “cat.png” were damaged in storage: 1 pixel became unlabeled, all others were kept.',
  ]);
  const mended = structuredClone(painting.planes);
  mended.classIds[5] = 255;
  mended.strokeIds[5] = 0;
  expect((await cat())?.planes).toEqual(mended);

  await putRecord('planes', { width: 64, height: 64, classIds: 'none' }, ['p', 'cat']);
  await putRecord('learners', { state: 1 }, 'p');
  expect(await damage()).toEqual([
    'damaged: The labels of “cat.png” were damaged in storage; 0 gestures could be kept.',
    'damaged: The trained network was damaged in storage; the pictures and labels were kept.',
  ]);
  const state = learnerBytes(3);
  await putRecord('learners', { state, settings: DEFAULT_LEARNER_SETTINGS, curves: { loss: [[1]] } }, 'p');
  expect((await storage.load('p'))?.learner?.state.byteLength).toBe(state.byteLength);

  await putRecord('files', 5, ['p', 'cat']);
  await expect(storage.files('p', 'cat')).rejects.toThrow(
    'The file of a picture is damaged in storage; its labels are kept.',
  );
  expect((await storage.list()).map(({ name, thumbnail }) => [name, thumbnail])).toEqual([['Project p', null]]);
  await putRecord('projects', { id: 'p', version: 1 });
  await expect(storage.load('p')).rejects.toMatchObject({
    kind: 'damaged',
    message: 'This project is damaged in storage and cannot be opened; all that is stored of it was kept as it is.',
  });
  expect((await storage.list()).map(({ id, name }) => [id, name])).toEqual([['p', 'Damaged project']]);
  kept.close();
});

it('a picture that cannot be stored is told of once, and takes back all that came before it', async () => {
  const unheard = vi.fn();
  process.on('unhandledRejection', unheard);
  try {
    const storage = await openProjectStorage();
    // No browser can clone a function.
    const broken = { ...newPicture('dog', blankPlanes()), thumbnail: (() => undefined) as unknown as Blob };
    const created = storage.createProject(stateOf('p', ['cat', 'dog']), [newPicture('cat', blankPlanes()), broken]);
    await expect(created).rejects.toThrow(SENTENCE);
    expect(await storage.list()).toEqual([]);
    await storage.createProject(stateOf('p', ['cat']), [newPicture('cat', blankPlanes())]);
    await expect(storage.addPicture(stateOf('p', ['cat', 'dog']), broken)).rejects.toThrow(SENTENCE);
    expect((await storage.load('p'))?.state.pictures.map(({ id }) => id)).toEqual(['cat']);
    // Whatever nobody heard is told at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(unheard).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', unheard);
  }
});
