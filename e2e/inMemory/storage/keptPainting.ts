import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { crc32 } from '../../../src/base/crc32.ts';
import { createPlanes, type LabelPlanes } from '../../../src/labels/planes.ts';
import type { PageLife } from '../../../src/project/page/pageLife.ts';
import { Autosave } from '../../../src/project/storage/autosave.ts';
import { openProjectStorage, type ProjectStorage } from '../../../src/project/storage/projectStorage.ts';
import { newPicture, Painting, stateOf } from '../../drivers/storedPainting.ts';

const SIZE_PX = 64;

export const blankPlanes = (): LabelPlanes => createPlanes(SIZE_PX, SIZE_PX);

/** A browser in which nothing is stored. */
export function startEmptyBrowser(): void {
  Object.assign(globalThis, { indexedDB: new IDBFactory() });
}

/** Bytes of a learner at a step, with a single number: an 80-byte header with its checksum, then the number. */
export function learnerBytes(step: number, number = 1.5): ArrayBuffer {
  const state = new ArrayBuffer(84);
  const view = new DataView(state);
  view.setUint32(0, 0x4e4c_4e55, true);
  view.setUint32(16, step, true);
  view.setFloat32(80, number, true);
  view.setUint32(8, crc32(new Uint8Array(state, 12)), true);
  return state;
}

/** Project `p`, stored with one picture, `cat`, that is painted and saved by itself. */
export class KeptPainting {
  readonly storage: ProjectStorage;
  autosave: Autosave;
  readonly painting = new Painting(blankPlanes(), 1);
  /** What the autosave told, in its order: a trouble's kind, or `saved`. */
  readonly told: string[] = [];
  readonly #listeners = { hidden: new Set<() => void>(), left: new Set<() => void>() };

  private constructor(storage: ProjectStorage) {
    this.storage = storage;
    this.autosave = this.#autosave();
  }

  static async start(): Promise<KeptPainting> {
    const storage = await openProjectStorage();
    await storage.createProject(stateOf('p', ['cat']), [newPicture('cat', blankPlanes())]);
    return new KeptPainting(storage);
  }

  /** The same with nothing stored yet. */
  static async startUnstored(): Promise<KeptPainting> {
    return new KeptPainting(await openProjectStorage());
  }

  /** Paints strokes and hands them to the autosave, without waiting for it. */
  paint(strokeCount: number): void {
    const { autosave, painting } = this;
    for (let i = 0; i < strokeCount; i++) {
      const bytes = painting.paint();
      autosave.patch('p', 'cat', painting.labelRevision, () => painting.planes, bytes);
    }
  }

  /** How many gestures the picture's journal holds. */
  journal(): Promise<number> {
    return this.storage.journalLength('p', 'cat');
  }

  /** What another page would read of the labels. */
  async stored(): Promise<{ readonly planes: LabelPlanes; readonly labelRevision: number } | undefined> {
    const storage = await openProjectStorage();
    const loaded = await storage.load('p');
    storage.close();
    return loaded?.planes.get('cat');
  }

  /** Goes on as the next visit does, with an autosave of its own. */
  visitAgain(): void {
    this.autosave.dispose();
    this.autosave = this.#autosave();
  }

  /** The page is hidden, or left. */
  page(isNow: 'hidden' | 'left'): void {
    for (const listener of this.#listeners[isNow]) listener();
  }

  close(): void {
    this.autosave.dispose();
    this.storage.close();
  }

  /** Of a page that is idle whenever it is asked. */
  #life(): PageLife {
    const listenTo = (listeners: Set<() => void>) => (listener: () => void, signal?: AbortSignal) => {
      listeners.add(listener);
      signal?.addEventListener('abort', () => listeners.delete(listener));
    };
    const { hidden, left } = this.#listeners;
    return {
      onHidden: listenTo(hidden),
      onLeft: listenTo(left),
      whenIdle: (listener) => void setImmediate(listener),
    };
  }

  #autosave(): Autosave {
    const onTrouble = ({ kind }: { readonly kind: string }) => void this.told.push(kind);
    return new Autosave(this.storage, this.#life(), onTrouble, () => void this.told.push('saved'));
  }
}
