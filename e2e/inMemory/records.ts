type Key = string | string[];

const DATABASE = 'unlabeled';

/** The database beside the page: of a newer `version`, where one is given. */
export function openBeside(version?: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, version);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => resolve(opening.result);
  });
}

/** As a person clears a site's data, or a browser whose disk is full. */
export function clearDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(DATABASE);
    deleting.onerror = () => reject(deleting.error);
    deleting.onsuccess = () => resolve();
  });
}

/** A record as it is stored; `undefined` where there is none. */
export function recordOf(store: string, key: Key): Promise<unknown> {
  return within(store, 'readonly', (records) => records.get(key));
}

/** Changes a record past the page: merges facts into it, or, with `null`, deletes it. */
export async function tamper(store: string, key: Key, facts: object | null): Promise<void> {
  if (facts === null) await within(store, 'readwrite', (records) => records.delete(key));
  else await putRecord(store, { ...((await recordOf(store, key)) as object), ...facts }, key);
}

/** Puts any value into a store, past the page; `key` where the value does not tell it. */
export async function putRecord(store: string, value: unknown, key?: Key): Promise<void> {
  await within(store, 'readwrite', (records) => records.put(value, records.keyPath === null ? key : undefined));
}

/** Steps of the stored learners, which stand in the header of a learner's bytes. */
export async function storedSteps(): Promise<number[]> {
  const learners = (await within('learners', 'readonly', (records) => records.getAll())) as {
    readonly state: ArrayBuffer;
  }[];
  return learners.map(({ state }) => stepOf(state));
}

export function stepOf(state: ArrayBuffer): number {
  return new DataView(state).getUint32(16, true);
}

async function within(
  name: string,
  mode: IDBTransactionMode,
  ask: (records: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await openBeside();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = ask(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
