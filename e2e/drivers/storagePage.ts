import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page, TestFixture, WorkerFixture } from '@playwright/test';
import { build } from 'vite';
import { serveFolder } from '../../.config/run/serve.mjs';
import { REPOSITORY } from '../../.config/run/stages.mjs';
import type { LabelPlanes } from '../../src/labels/planes.ts';
import type { ProjectState } from '../../src/project/projectState.ts';
import type { NewPicture } from '../../src/project/storage/projectStorage.ts';
import type { newPicture, Painting, stateOf } from './storedPainting.ts';

interface PatchEntry {
  readonly pictureId: string;
  readonly labelRevision: number;
  readonly patch: Uint8Array<ArrayBuffer>;
}

interface StorageError extends Error {
  readonly kind: 'full' | 'blocked' | 'damaged' | 'failed';
}

interface Summary {
  readonly id: string;
  readonly name: string;
  readonly modifiedMs: number;
  readonly pictureCount: number;
  readonly sampleId: string | null;
  readonly thumbnail: Blob | null;
}

interface ProjectStorage {
  list(): Promise<Summary[]>;
  load(id: string): Promise<{
    readonly state: ProjectState;
    readonly planes: ReadonlyMap<string, { readonly planes: LabelPlanes; readonly labelRevision: number }>;
    readonly damage: readonly StorageError[];
  } | null>;
  createProject(state: ProjectState, pictures: readonly NewPicture[]): Promise<void>;
  addPicture(state: ProjectState, picture: NewPicture): Promise<void>;
  saveChanges(projectId: string, patches: readonly PatchEntry[], state: ProjectState | null): Promise<void>;
  compact(projectId: string, pictureId: string, planes: LabelPlanes, labelRevision: number): Promise<void>;
  close(): void;
}

interface Autosave {
  readonly hasUnsaved: boolean;
  patch(
    projectId: string,
    pictureId: string,
    labelRevision: number,
    planes: () => LabelPlanes | null,
    bytes: Uint8Array<ArrayBuffer>,
  ): void;
  state(projectId: string, state: () => ProjectState): void;
  flush(): Promise<void>;
  idle(): Promise<void>;
  dispose(): void;
}

interface LockingPage {
  locks(): LockManager | undefined;
}

interface ProjectLock {
  release(): void;
}

declare global {
  interface Window {
    /** The modules under test, as the site's own bundle would hold them. */
    storage: {
      openProjectStorage(): Promise<ProjectStorage>;
      readonly Autosave: new (
        storage: ProjectStorage,
        page: object,
        onTrouble: (error: StorageError) => void,
        onSaved?: () => void,
      ) => Autosave;
      readonly BROWSER_PAGE_LIFE: object;
      acquireProjectLock(page: LockingPage, projectId: string): Promise<ProjectLock | null>;
      waitForProjectLock(page: LockingPage, projectId: string, signal: AbortSignal): Promise<ProjectLock>;
      requestPersistence(): Promise<boolean>;
      storageEstimate(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number } | null>;
      createPlanes(width: number, height: number): LabelPlanes;
      clonePlanes(planes: LabelPlanes): LabelPlanes;
      encodePatch(patch: object): Uint8Array<ArrayBuffer>;
      readonly stateOf: typeof stateOf;
      readonly newPicture: typeof newPicture;
      readonly Painting: typeof Painting;
    };
    /** Of this page, from the browser's own locks. */
    acquireLock(projectId: string): Promise<ProjectLock | null>;
    waitForLock(projectId: string, signal: AbortSignal): Promise<ProjectLock>;
    samePlanes(a: LabelPlanes | undefined, b: LabelPlanes): boolean;
    /** Writes any value into a store, past the modules under test. */
    writeRaw(store: string, value: unknown, key?: IDBValidKey): Promise<void>;
    /** Begins to autosave project `p`, and keeps all that is needed for {@link kept}. */
    keep(storage: ProjectStorage, painting: Painting): void;
    /** What one test keeps from one step to the next. */
    kept: { storage: ProjectStorage; autosave: Autosave; painting: Painting; lock: ProjectLock | null; told: string[] };
  }
}

const MODULES: Readonly<Record<string, string>> = {
  projectStorage: 'src/project/storage/projectStorage.ts',
  autosave: 'src/project/storage/autosave.ts',
  pageLife: 'src/project/page/pageLife.ts',
  projectLock: 'src/project/storage/projectLock.ts',
  browserStorage: 'src/project/storage/browserStorage.ts',
  planes: 'src/labels/planes.ts',
  patchCodec: 'src/labels/patchCodec.ts',
  storedPainting: 'e2e/drivers/storedPainting.ts',
};

const names = Object.keys(MODULES);
const PAGE = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>Storage</title>
<script type="module">
${names.map((name) => `import * as ${name} from './${name}.js';`).join('\n')}
window.storage = { ${names.map((name) => `...${name}`).join(', ')} };
</script>`;

/** Opens one more page of the same browser session. */
export type OpenPage = () => Promise<Page>;

/** Fixtures that serve a page with nothing but the storage's modules instead of the built site. */
export const storagePages: {
  serverUrl: [WorkerFixture<string, object>, { scope: 'worker' }];
  openPage: TestFixture<OpenPage, { readonly context: BrowserContext; readonly siteUrl: string }>;
} = {
  serverUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'storage-'));
      await build({
        root: REPOSITORY,
        configFile: false,
        logLevel: 'warn',
        build: {
          lib: {
            entry: Object.fromEntries(names.map((name) => [name, path.join(REPOSITORY, MODULES[name] ?? '')])),
            formats: ['es'],
          },
          outDir: folder,
          emptyOutDir: false,
          target: 'es2023',
          copyPublicDir: false,
        },
      });
      await writeFile(path.join(folder, 'index.html'), PAGE);
      const server = await serveFolder(folder, 'storage');
      await use(server.url);
      await server.close();
      await rm(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  openPage: async ({ context, siteUrl }, use) => {
    await use(async () => {
      const page = await context.newPage();
      await openStoragePage(page, siteUrl);
      return page;
    });
  },
};

/** Opens the page and puts the test's own tools into it. */
export async function openStoragePage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => 'storage' in window);
  await page.evaluate(installTools);
}

/** Creates project `p` with one picture, `cat`, and starts to paint and autosave it. */
export async function startProject(page: Page, sizePx = 64): Promise<void> {
  await page.evaluate(async (size) => {
    const storage = await window.storage.openProjectStorage();
    const cat = window.storage.newPicture('cat', window.storage.createPlanes(size, size));
    await storage.createProject(window.storage.stateOf('p', ['cat'], size), [cat]);
    storage.close();
  }, sizePx);
  await resumeProject(page, sizePx);
}

/** Goes on with the project in another page, after the strokes that are stored. */
export async function resumeProject(page: Page, sizePx = 64): Promise<void> {
  await page.evaluate(async (size) => {
    const storage = await window.storage.openProjectStorage();
    const strokeCount = (await storage.load('p'))?.planes.get('cat')?.labelRevision ?? 0;
    const painting = new window.storage.Painting(window.storage.createPlanes(size, size), 1);
    while (painting.labelRevision < strokeCount) painting.paint();
    window.keep(storage, painting);
  }, sizePx);
}

/** Paints strokes and hands them to the autosave, without waiting for it. */
export function paint(page: Page, strokeCount: number): Promise<void> {
  return page.evaluate((count) => {
    const { autosave, painting } = window.kept;
    for (let i = 0; i < count; i++) {
      const bytes = painting.paint();
      autosave.patch('p', 'cat', painting.labelRevision, () => painting.planes, bytes);
    }
  }, strokeCount);
}

/** Whether what is stored is the same as the first strokes that every test's painting begins with. */
export function isStoredAfter(page: Page, strokeCount: number, sizePx = 64): Promise<boolean> {
  return page.evaluate(
    async ([count, size]) => {
      const painting = new window.storage.Painting(window.storage.createPlanes(size, size), 1);
      while (painting.labelRevision < count) painting.paint();
      const storage = await window.storage.openProjectStorage();
      const cat = (await storage.load('p'))?.planes.get('cat');
      return cat?.labelRevision === count && window.samePlanes(cat.planes, painting.planes);
    },
    [strokeCount, sizePx] as const,
  );
}

function installTools(): void {
  const page = { locks: () => navigator.locks };
  window.acquireLock = (projectId) => window.storage.acquireProjectLock(page, projectId);
  window.waitForLock = (projectId, signal) => window.storage.waitForProjectLock(page, projectId, signal);
  window.keep = (storage, painting) => {
    const told: string[] = [];
    const autosave = new window.storage.Autosave(
      storage,
      window.storage.BROWSER_PAGE_LIFE,
      ({ kind }) => told.push(kind),
      () => told.push('saved'),
    );
    window.kept = { storage, autosave, painting, lock: null, told };
  };
  window.samePlanes = (a, b) =>
    a !== undefined &&
    a.width === b.width &&
    a.height === b.height &&
    a.classIds.length === b.classIds.length &&
    a.strokeIds.length === b.strokeIds.length &&
    a.classIds.every((id, i) => id === b.classIds[i]) &&
    a.strokeIds.every((id, i) => id === b.strokeIds[i]);
  window.writeRaw = (store, value, key) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open('unlabeled');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        const transaction = database.transaction(store, 'readwrite');
        transaction.objectStore(store).put(value, key);
        transaction.oncomplete = () => {
          database.close();
          resolve();
        };
        transaction.onabort = () => {
          database.close();
          reject(transaction.error);
        };
      };
    });
}
