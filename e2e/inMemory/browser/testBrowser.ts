import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { inject } from 'vitest';
import { installCanvas } from './canvas.ts';
import { InMemoryLocks } from './locks.ts';
import { installWorkers } from './workers.ts';

installCanvas();
installWorkers();
installPageFiles();

/** What a browser keeps of a site, and what its tabs have in common: a page of it can be left and opened again. */
export class TestBrowser {
  readonly indexedDB = new IDBFactory();
  readonly locks = new InMemoryLocks();
  readonly localStorage: Storage = new InMemoryStorage();
}

class InMemoryStorage implements Storage {
  readonly #texts = new Map<string, string>();
  [name: string]: unknown;

  get length(): number {
    return this.#texts.size;
  }

  key(index: number): string | null {
    return [...this.#texts.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    this.#texts.set(key, String(text));
  }

  removeItem(key: string): void {
    this.#texts.delete(key);
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** The page lies in `public/`, and its files are fetched from there. */
function installPageFiles(): void {
  const { fetch: fetchElsewhere } = globalThis;
  const baseURI = pathToFileURL(`${inject('repository')}/public/`).href;
  const fetchHere = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input, baseURI);
    if (url.protocol !== 'file:') return fetchElsewhere(input, init);
    const bytes = await readFile(url).catch(() => null);
    return bytes === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes));
  };
  Object.assign(globalThis, { document: { baseURI }, fetch: fetchHere });
}
