import type { CDPSession, Page } from '@playwright/test';
import { PageDriver } from '../drivers/pageDriver.ts';
import type { Figures } from './figures.ts';
import { median } from './verdict.ts';
import { WorkerInspector } from './workerInspector.ts';

/** Before the first timed step: what is compiled or recorded once. */
const WARM_UP_STEPS = 4;
/** Their median is the speed, and all of them together stay below half of the step budget, where fine-tuning begins. */
const TIMINGS = 3;
const TIMED_STEPS = 16;

/**
 * Part of the answer to `Runtime.getHeapUsage`, in bytes. The browser's own objects are left out: for the debugging
 * protocol it keeps a note of every request among them. Nodes, listeners, bitmaps and object URLs are counted instead.
 */
interface HeapUsage {
  readonly usedSize: number;
  /** Of array buffers. */
  readonly backingStorageSize: number;
}

/** Measures one page and its training worker through Chromium's debugging protocol. */
export class Meter {
  readonly #driver: PageDriver;
  readonly #session: CDPSession;
  readonly #workers: WorkerInspector;

  private constructor(driver: PageDriver, session: CDPSession, workers: WorkerInspector) {
    this.#driver = driver;
    this.#session = session;
    this.#workers = workers;
  }

  /** To be called before the page is opened, so that every object URL is counted. */
  static async prepare(page: Page, siteUrl: string): Promise<Meter> {
    await page.addInitScript(countObjectUrls);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new Meter(new PageDriver(page, siteUrl), session, await WorkerInspector.attach(session));
  }

  /** Trains, then measures. The learner must rest, below half of its budget, with nothing to be saved. */
  async measure(): Promise<Figures> {
    const stepsPerSecond = await this.#stepsPerSecond();
    await this.#driver.isSaved();
    const worker = this.#workers.training();
    // What the first collection lets go of may hold more.
    for (let i = 0; i < 2; i++) {
      await this.#session.send('HeapProfiler.collectGarbage');
      await worker.send('HeapProfiler.collectGarbage');
    }
    const heap: HeapUsage = await this.#session.send('Runtime.getHeapUsage');
    const workerHeap = (await worker.send('Runtime.getHeapUsage')) as HeapUsage;
    const { nodes, jsEventListeners } = await this.#session.send('Memory.getDOMCounters');
    return {
      pageHeap: heap.usedSize,
      pageBuffers: heap.backingStorageSize,
      workerHeap: workerHeap.usedSize,
      workerBuffers: workerHeap.backingStorageSize,
      ...(await worker.tensorMemory()),
      nodes,
      listeners: jsEventListeners,
      objectUrls: await this.#driver.page.evaluate(
        () => (window as unknown as { objectUrls: Set<string> }).objectUrls.size,
      ),
      bitmaps: await this.#openBitmaps(),
      workers: this.#workers.count,
      records: await this.#driver.page.evaluate(countRecords),
      stepsPerSecond,
    };
  }

  async #stepsPerSecond(): Promise<number> {
    const secondsOf = (steps: number) =>
      this.#driver.page.evaluate(async (count) => {
        const start = performance.now();
        await window.unlabeled?.trainSteps(count);
        return (performance.now() - start) / 1000;
      }, steps);
    await secondsOf(WARM_UP_STEPS);
    const speeds: number[] = [];
    for (let i = 0; i < TIMINGS; i++) speeds.push(TIMED_STEPS / (await secondsOf(TIMED_STEPS)));
    return median(speeds);
  }

  /** Bitmaps that hold pixels: those that were neither closed nor collected. */
  async #openBitmaps(): Promise<number> {
    const objectGroup = 'bitmaps';
    const prototype = await this.#session.send('Runtime.evaluate', {
      expression: 'ImageBitmap.prototype',
      objectGroup,
    });
    const { objectId = '' } = prototype.result;
    const { objects } = await this.#session.send('Runtime.queryObjects', { prototypeObjectId: objectId, objectGroup });
    const open = await this.#session.send('Runtime.callFunctionOn', {
      ...(objects.objectId === undefined ? {} : { objectId: objects.objectId }),
      functionDeclaration: 'function () { return this.filter(({ width }) => width > 0).length; }',
      returnByValue: true,
    });
    await this.#session.send('Runtime.releaseObjectGroup', { objectGroup });
    return Number(open.result.value);
  }
}

/** Keeps the page's object URLs that were not revoked in `window.objectUrls`. */
function countObjectUrls(): void {
  const objectUrls = new Set<string>();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (object) => {
    const url = createObjectURL.call(URL, object);
    objectUrls.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    revokeObjectURL.call(URL, url);
    objectUrls.delete(url);
  };
  Object.assign(window, { objectUrls });
}

/** All records of the page's databases but journals: these grow with every stroke, and are packed now and then. */
async function countRecords(): Promise<number> {
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  let count = 0;
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name));
    for (const store of [...database.objectStoreNames].filter((each) => each !== 'journal')) {
      count += await settled(database.transaction(store).objectStore(store).count());
    }
    database.close();
  }
  return count;
}
