import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { INSECURE_HOST, WITHOUT_GPU } from '../../../.config/browser/launchOptions.ts';
import { test as base } from '../../drivers/fixtures.ts';
import {
  isStoredAfter,
  type OpenPage,
  openStoragePage,
  paint,
  resumeProject,
  startProject,
  storagePages,
} from '../../drivers/storagePage.ts';

const test = base.extend<{ openPage: OpenPage }>(storagePages);

const SENTENCE = /^[A-Z“].*\w.*\.$/;

test.beforeEach(async ({ page, siteUrl }) => {
  await openStoragePage(page, siteUrl);
});

test('a project is created, listed and read back after a reload, file for file', async ({ page, siteUrl }) => {
  await page.evaluate(async () => {
    const storage = await window.storage.openProjectStorage();
    const planes = window.storage.createPlanes(64, 64);
    window.startPainting(planes, 7).paint();
    const state = window.stateOf('p', ['cat']);
    await storage.createProject(state, [window.newPicture('cat', planes)]);
    const blank = window.storage.createPlanes(64, 64);
    await storage.addPicture(window.stateOf('p', ['cat', 'dog']), window.newPicture('dog', blank));
    await storage.createProject({ ...window.stateOf('q', []), modifiedMs: 2000 }, []);
    const settings = window.storage.DEFAULT_LEARNER_SETTINGS;
    const curves = { loss: [[1, 0.5]], maskedAccuracy: [], trueAccuracy: [] };
    await storage.saveLearner('p', { state: window.learnerBytes(3), settings, curves });
    const diverged = { state: window.learnerBytes(9, Number.NaN), settings, curves };
    const refusal = await storage.saveLearner('p', diverged).catch((error: Error) => error.message);
    if (typeof refusal !== 'string') throw new Error('A learner that diverged was stored.');
  });
  await openStoragePage(page, siteUrl);
  const read = await page.evaluate(async () => {
    const storage = await window.storage.openProjectStorage();
    const planes = window.storage.createPlanes(64, 64);
    window.startPainting(planes, 7).paint();
    const loaded = await storage.load('p');
    const summaries = await storage.list();
    return {
      list: summaries.map(({ thumbnail, ...summary }) => summary),
      thumbnails: await Promise.all(summaries.map(({ thumbnail }) => thumbnail?.text() ?? null)),
      stateIsSame: JSON.stringify(loaded?.state) === JSON.stringify(window.stateOf('p', ['cat', 'dog'])),
      catIsSame: window.samePlanes(loaded?.planes.get('cat')?.planes, planes),
      dogIsBlank: window.samePlanes(loaded?.planes.get('dog')?.planes, window.storage.createPlanes(64, 64)),
      learnerIsSame:
        String(new Uint8Array(loaded?.learner?.state ?? new ArrayBuffer(0))) ===
        String(new Uint8Array(window.learnerBytes(3))),
      curves: loaded?.learner?.curves,
      damage: loaded?.damage.length,
      file: await (await storage.files('p', 'dog'))?.file.text(),
      type: (await storage.files('p', 'dog'))?.file.type,
      thumbnail: await (await storage.files('p', 'dog'))?.thumbnail.text(),
      absent: [await storage.load('r'), await storage.files('p', 'cow'), await storage.files('r', 'cat')],
    };
  });
  expect(read).toEqual({
    list: [
      { id: 'q', name: 'Project q', modifiedMs: 2000, pictureCount: 0, sampleId: null },
      { id: 'p', name: 'Project p', modifiedMs: 1000, pictureCount: 2, sampleId: null },
    ],
    thumbnails: [null, 'the thumbnail of cat'],
    stateIsSame: true,
    catIsSame: true,
    dogIsBlank: true,
    learnerIsSame: true,
    curves: {
      loss: [[1, 0.5]],
      maskedAccuracy: [],
      meanIou: [],
      heldOutAccuracy: [],
      heldOutMeanIou: [],
      trueAccuracy: [],
      trueMeanIou: [],
    },
    damage: 0,
    file: 'the file of dog',
    type: 'image/png',
    thumbnail: 'the thumbnail of dog',
    absent: [null, null, null],
  });
});

test('a project can be emptied of removed pictures and deleted, and no other is touched', async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const storage = await window.storage.openProjectStorage();
    const planes = window.storage.createPlanes(64, 64);
    // `p-2` begins with the other's id: a range of keys must not run into it.
    for (const id of ['p', 'p-2']) {
      const pictures = ['cat', 'cat-2'].map((pictureId) => window.newPicture(pictureId, planes));
      await storage.createProject(window.stateOf(id, ['cat', 'cat-2']), pictures);
      const patch = window.startPainting(window.storage.createPlanes(64, 64), 1).paint();
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
    const refusal = (error: unknown) => (error instanceof Error ? error.message : '');
    await storage.purgePictures('p', new Set(['cat-2']));
    const purged = await left();
    await storage.deleteProject('p');
    return {
      purged,
      deleted: await left(),
      list: (await storage.list()).map(({ id }) => id),
      twice: await storage.createProject(window.stateOf('p-2', []), []).catch(refusal),
      last: (await storage.load('p-2'))?.state.name,
    };
  });
  expect(seen.purged).toEqual(['p/cat - 0', 'p/cat-2 file 1', 'p-2/cat file 1', 'p-2/cat-2 file 1']);
  expect(seen.deleted).toEqual(['p/cat - 0', 'p/cat-2 - 0', 'p-2/cat file 1', 'p-2/cat-2 file 1']);
  expect(seen.list).toEqual(['p-2']);
  expect(seen.twice).toMatch(SENTENCE);
  expect(seen.last).toBe('Project p-2');
});

test('snapshots and journals together are the planes as they were painted, wherever they are cut', async ({ page }) => {
  const different = await page.evaluate(async () => {
    const storage = await window.storage.openProjectStorage();
    const found: string[] = [];
    for (let seed = 1; seed <= 6; seed++) {
      const id = `p${seed}`;
      const planes = window.storage.createPlanes(64, 64);
      await storage.createProject(window.stateOf(id, ['cat']), [window.newPicture('cat', planes)]);
      const painting = window.startPainting(planes, seed);
      for (let stroke = 1; stroke <= 30; stroke++) {
        const patch = painting.paint();
        await storage.saveChanges(id, [{ pictureId: 'cat', labelRevision: painting.labelRevision, patch }], null);
        if (stroke % (3 + seed) === 0) await storage.compact(id, 'cat', planes, painting.labelRevision);
        const loaded = (await storage.load(id))?.planes.get('cat');
        if (loaded?.labelRevision !== stroke || !window.samePlanes(loaded.planes, planes)) {
          found.push(`${id}: ${stroke} strokes`);
        }
      }
    }
    return found;
  });
  expect(different).toEqual([]);
});

test('one tab at a time has a project; a waiting one gets it when the first closes', async ({ openPage, page }) => {
  const first = await openPage();
  await first.evaluate(async () => {
    if ((await window.storage.acquireProjectLock('p')) === null) throw new Error('The lock was taken.');
  });
  expect(await page.evaluate(() => window.storage.acquireProjectLock('p'))).toBeNull();
  expect(await page.evaluate(async () => (await window.storage.acquireProjectLock('q')) !== null)).toBe(true);
  const given = await page.evaluate(() =>
    window.storage.waitForProjectLock('p', AbortSignal.timeout(50)).catch((error) => error.name),
  );
  expect(given).toBe('TimeoutError');
  const waiting = page.evaluate(async () => {
    window.kept = {} as typeof window.kept;
    window.kept.lock = await window.storage.waitForProjectLock('p', new AbortController().signal);
    return 'granted';
  });
  await first.close();
  expect(await waiting).toBe('granted');
  const third = await openPage();
  expect(await third.evaluate(() => window.storage.acquireProjectLock('p'))).toBeNull();
  await page.evaluate(() => window.kept.lock?.release());
  await third.evaluate(async () => {
    await window.storage.waitForProjectLock('p', AbortSignal.timeout(5000));
  });
});

test('a free lock is granted however long the page is busy meanwhile', async ({ page }) => {
  const isGranted = await page.evaluate(async () => {
    const asked = window.storage.acquireProjectLock('p');
    const begunMs = performance.now();
    while (performance.now() - begunMs < 1000);
    return (await asked) !== null;
  });
  expect(isGranted).toBe(true);
});

test('damaged records are told in a sentence each, and all else is read', async ({ page }) => {
  await startProject(page);
  await paint(page, 6);
  const seen = await page.evaluate(async () => {
    const { storage, autosave, painting } = window.kept;
    await autosave.flush();
    const damage = async () => (await storage.load('p'))?.damage.map(({ kind, message }) => `${kind}: ${message}`);
    const cat = async () => (await storage.load('p'))?.planes.get('cat');
    const before = await damage();
    // Gesture 3, and one that is no gesture.
    for (const labelRevision of [3, 7]) {
      await window.writeRaw('journal', { projectId: 'p', pictureId: 'cat', labelRevision, patch: new Uint8Array(9) });
    }
    const journal = await damage();
    const revision = (await cat())?.labelRevision;
    await storage.compact('p', 'cat', painting.planes, 7);
    const broken = window.storage.clonePlanes(painting.planes);
    broken.classIds[5] = 77;
    await window.writeRaw('planes', { ...broken, labelRevision: 7 }, ['p', 'cat']);
    const pixels = await damage();
    const expected = window.storage.clonePlanes(painting.planes);
    expected.classIds[5] = 255;
    expected.strokeIds[5] = 0;
    const pixelsAreKept = window.samePlanes((await cat())?.planes, expected);
    await window.writeRaw('planes', { width: 64, height: 64, classIds: 'none' }, ['p', 'cat']);
    await window.writeRaw('learners', { state: 1 }, 'p');
    const planesAndLearner = await damage();
    await window.writeRaw(
      'learners',
      {
        state: window.learnerBytes(3),
        settings: window.storage.DEFAULT_LEARNER_SETTINGS,
        curves: { loss: [[1]] },
      },
      'p',
    );
    const learnerIsKept = (await storage.load('p'))?.learner?.state.byteLength;
    await window.writeRaw('files', 5, ['p', 'cat']);
    const file = await storage.files('p', 'cat').catch((error) => error.message);
    const listed = (await storage.list()).map(({ name, thumbnail }) => [name, thumbnail]);
    await window.writeRaw('projects', { id: 'p', version: 1 });
    const state = await storage.load('p').catch((error) => `${error.kind}: ${error.message}`);
    const listedDamaged = (await storage.list()).map(({ id, name }) => [id, name]);
    return {
      before,
      journal,
      revision,
      pixels,
      pixelsAreKept,
      planesAndLearner,
      learnerIsKept,
      file,
      listed,
      state,
      listedDamaged,
    };
  });
  expect(seen).toEqual({
    before: [],
    journal: [
      'damaged: Labels of “cat.png” were damaged in storage: 2 gestures could not be read, all others were kept.',
    ],
    revision: 6,
    pixels: ['damaged: Labels of “cat.png” were damaged in storage: 1 pixel became unlabeled, all others were kept.'],
    pixelsAreKept: true,
    planesAndLearner: [
      'damaged: The labels of “cat.png” were damaged in storage; 0 gestures could be kept.',
      'damaged: The trained network was damaged in storage; the pictures and labels were kept.',
    ],
    learnerIsKept: 84,
    file: 'The file of a picture is damaged in storage; its labels are kept.',
    listed: [['Project p', null]],
    state:
      'damaged: This project is damaged in storage and cannot be opened; all that is stored of it was kept as it is.',
    listedDamaged: [['p', 'Damaged project']],
  });
});

test('on a disk, labels outlive the browser, and a lost file costs only what was in it', async ({
  playwright,
  siteUrl,
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'profile-'));
  const launch = () => playwright.chromium.launchPersistentContext(folder, WITHOUT_GPU);
  const damage = (from: Page) =>
    from.evaluate(async () => {
      const loaded = await (await window.storage.openProjectStorage()).load('p');
      return loaded?.damage.map(({ kind, message }) => `${kind}: ${message}`);
    });
  let browser = await launch();
  let page = await browser.newPage();
  await openStoragePage(page, siteUrl);
  await startProject(page, 512);
  await paint(page, 4);
  await page.evaluate(() => window.kept.autosave.flush());
  await browser.close();
  browser = await launch();
  page = await browser.newPage();
  await openStoragePage(page, siteUrl);
  expect(await isStoredAfter(page, 4, 512)).toBe(true);
  await resumeProject(page, 512);
  await page.evaluate(async () => {
    const { storage, painting } = window.kept;
    // Noise, which does not compress.
    const noise = window.storage.clonePlanes(painting.planes);
    for (let i = 0; i < noise.classIds.length; i++) {
      noise.classIds[i] = Math.random() * 3;
      noise.strokeIds[i] = 1 + Math.random() * 60_000;
    }
    await storage.compact('p', 'cat', noise, 4);
    const indices = Array.from({ length: 60_000 }, (_, i) => 2 * i);
    const large = window.storage.encodePatch({
      width: 512,
      height: 512,
      starts: Uint32Array.from(indices),
      lengths: Uint32Array.from(indices, () => 1),
      classBefore: Uint8Array.from(indices, () => 255),
      classAfter: Uint8Array.from(indices, (i) => noise.classIds[i] ?? 0),
      strokeBefore: new Uint16Array(indices.length),
      strokeAfter: Uint16Array.from(indices, (i) => noise.strokeIds[i] ?? 1),
    });
    const entries = [
      { pictureId: 'cat', labelRevision: 5, patch: large },
      { pictureId: 'cat', labelRevision: 6, patch: painting.paint() },
    ];
    await storage.saveChanges('p', entries, null);
  });
  expect(await damage(page)).toEqual([]);
  await browser.close();
  // Chromium keeps large values, such as planes, in files beside its database.
  const files = await readdir(folder, { recursive: true });
  for (const name of files.filter((file) => file.endsWith('.blob'))) {
    await rm(path.join(folder, name), { recursive: true });
  }
  browser = await launch();
  page = await browser.newPage();
  await openStoragePage(page, siteUrl);
  expect(await damage(page)).toEqual([
    'damaged: The labels of “cat.png” were damaged in storage; 1 gesture could be kept.',
    'damaged: Labels of “cat.png” were damaged in storage: 1 gesture could not be read, all others were kept.',
  ]);
  await browser.close();
  await rm(folder, { recursive: true });
});

test('storing holds the page up for less than a frame at 1024 × 1024', async ({ page }) => {
  await startProject(page, 1024);
  const times = await page.evaluate(async () => {
    const { storage, painting } = window.kept;
    const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
    const patches: number[] = [];
    const snapshots: number[] = [];
    const loads: number[] = [];
    for (let i = 0; i < 11; i++) {
      const entry = { pictureId: 'cat', patch: painting.paint(), labelRevision: painting.labelRevision };
      let start = performance.now();
      const appended = storage.saveChanges('p', [entry], null);
      patches.push(performance.now() - start);
      await appended;
      start = performance.now();
      const planes = window.storage.clonePlanes(painting.planes);
      const compacted = storage.compact('p', 'cat', planes, painting.labelRevision);
      snapshots.push(performance.now() - start);
      await compacted;
      start = performance.now();
      await storage.load('p');
      loads.push(performance.now() - start);
    }
    return { patchMs: median(patches), snapshotMs: median(snapshots), loadMs: median(loads) };
  });
  test.info().annotations.push({ type: 'median', description: JSON.stringify(times) });
  expect(times.patchMs).toBeLessThan(16);
  expect(times.snapshotMs).toBeLessThan(16);
});

test('the room is told, in bytes', async ({ page }) => {
  const estimate = await page.evaluate(() => window.storage.storageEstimate());
  expect(estimate?.quotaBytes).toBeGreaterThan(estimate?.usedBytes ?? Number.POSITIVE_INFINITY);
  expect(typeof (await page.evaluate(() => window.storage.requestPersistence()))).toBe('boolean');
});

test.describe('over plain http', () => {
  test.use({ host: INSECURE_HOST });

  test('projects are stored all the same, and locks are always granted', async ({ page }) => {
    await startProject(page);
    await paint(page, 2);
    await page.evaluate(() => window.kept.autosave.flush());
    expect(await isStoredAfter(page, 2)).toBe(true);
    const granted = await page.evaluate(async () => {
      const first = await window.storage.acquireProjectLock('p');
      const second = await window.storage.waitForProjectLock('p', new AbortController().signal);
      return [first !== null, typeof second.release];
    });
    expect(granted).toEqual([true, 'function']);
    expect(await page.evaluate(() => window.storage.requestPersistence())).toBe(false);
    expect(await page.evaluate(() => window.storage.storageEstimate())).toBeNull();
  });
});
