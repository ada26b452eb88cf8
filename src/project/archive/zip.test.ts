import fc from 'fast-check';
import { deflateSync, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../base/crc32.ts';
import { bytesOfBlob, findRecords } from './archiveTestTools.ts';
import { ProjectFileError } from './projectFileError.ts';
import { CENTRAL_HEADER, END_RECORD, LOCAL_HEADER } from './zipFormat.ts';
import { ZipReader } from './zipReader.ts';
import { ArchiveFullError, ZipWriter } from './zipWriter.ts';

const DAMAGED = 'This project file is damaged or cut short; nothing that is open was changed.';
const OVERSIZED = 'This project file holds more data than this page can open; nothing that is open was changed.';

interface TestEntry {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly packing: 'store' | 'deflate';
}

const names = fc
  .array(fc.stringMatching(/^[a-zé漢0-9_-]{1,8}$/u), { minLength: 1, maxLength: 3 })
  .map((segments) => segments.join('/'));

const entryLists: fc.Arbitrary<TestEntry[]> = fc.uniqueArray(
  fc.record({
    name: names,
    bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
    packing: fc.constantFrom('store' as const, 'deflate' as const),
  }),
  { maxLength: 6, selector: ({ name }) => name.toLowerCase() },
);

async function archiveOf(entries: readonly TestEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter();
  for (const { name, bytes, packing } of entries) writer.add(name, bytes, packing);
  return bytesOfBlob(writer.finish());
}

async function readAll(archive: Uint8Array<ArrayBuffer>, list: readonly string[]): Promise<Uint8Array[]> {
  const reader = await ZipReader.open(new Blob([archive]));
  const contents: Uint8Array[] = [];
  for (const name of list) contents.push(await reader.read(name, 1 << 20));
  return contents;
}

const TEXT = new TextEncoder().encode('The quick brown fox jumps over the lazy dog. '.repeat(20));
const TWO: readonly TestEntry[] = [
  { name: 'a.txt', bytes: TEXT, packing: 'deflate' },
  { name: 'b/c.bin', bytes: Uint8Array.of(1, 2, 3, 4, 5), packing: 'store' },
];

/** The archive of {@link TWO} after a change to the record of a kind that belongs to its `index`-th entry. */
async function changed(
  signature: number,
  index: number,
  change: (view: DataView, offset: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const archive = await archiveOf(TWO);
  const offset = findRecords(archive, signature)[index];
  if (offset === undefined) throw new Error('There is no such record.');
  change(new DataView(archive.buffer), offset);
  return archive;
}

/** Renames both headers of the first entry of {@link TWO}, whose name has five letters. */
async function renamed(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const archive = await archiveOf(TWO);
  const bytes = new TextEncoder().encode(name);
  expect(bytes).toHaveLength(5);
  for (const [signature, headerBytes] of [
    [LOCAL_HEADER.signature, LOCAL_HEADER.bytes],
    [CENTRAL_HEADER.signature, CENTRAL_HEADER.bytes],
  ] as const) {
    archive.set(bytes, (findRecords(archive, signature)[0] ?? 0) + headerBytes);
  }
  return archive;
}

describe('ZipWriter', () => {
  test("writes what fflate's reader, another implementation, reads", async () => {
    await fc.assert(
      fc.asyncProperty(entryLists, async (entries) => {
        const read = unzipSync(await archiveOf(entries));
        expect(Object.keys(read).sort()).toEqual(entries.map(({ name }) => name).sort());
        for (const { name, bytes } of entries) expect(read[name]).toEqual(bytes);
      }),
    );
  });

  test('refuses a name twice, and what no longer fits', async () => {
    const writer = new ZipWriter();
    writer.add('a', TEXT, 'store');
    expect(() => writer.add('a', TEXT, 'store')).toThrow('The archive already holds a file called a.');

    const { length } = await archiveOf(TWO);
    const [first, second] = TWO;
    for (const limitBytes of [length - 1, length]) {
      const limited = new ZipWriter(limitBytes);
      limited.add('a.txt', first?.bytes ?? TEXT, 'deflate');
      const add = () => limited.add('b/c.bin', second?.bytes ?? TEXT, 'store');
      if (limitBytes < length) expect(add).toThrow(ArchiveFullError);
      else expect(add).not.toThrow();
    }
  });

  test('refuses more entries than the end record can count', () => {
    const writer = new ZipWriter();
    for (let i = 0; i < 0xffff; i++) writer.add(`${i}`, new Uint8Array(), 'store');
    expect(() => writer.add('last', new Uint8Array(), 'store')).toThrow(ArchiveFullError);
  });
});

describe('ZipReader', () => {
  test('reads what the writer wrote', async () => {
    await fc.assert(
      fc.asyncProperty(entryLists, async (entries) => {
        const list = entries.map(({ name }) => name);
        expect(await readAll(await archiveOf(entries), list)).toEqual(entries.map(({ bytes }) => bytes));
      }),
    );
  });

  test("reads another writer's archive, folders, comments and extra fields too", async () => {
    const archive = zipSync(
      { 'a.txt': [TEXT, { level: 9, extra: { 4660: Uint8Array.of(1, 2) } }], b: { 'c.bin': Uint8Array.of(7) }, d: {} },
      { comment: 'by hand' },
    );
    expect(await readAll(new Uint8Array(archive), ['a.txt', 'b/c.bin'])).toEqual([TEXT, Uint8Array.of(7)]);
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, ...new Array<number>(100).fill(7))],
    ['text', TEXT],
  ])('says of %s that it is no project', async (_, bytes) => {
    await expect(ZipReader.open(new Blob([bytes]))).rejects.toThrow(
      new ProjectFileError('This file is not a project of this page; nothing that is open was changed.'),
    );
  });

  test('refuses an archive that is cut short anywhere or has something after its end', async () => {
    const archive = await archiveOf(TWO);
    for (let length = 4; length < archive.length; length++) {
      await expect(ZipReader.open(new Blob([archive.slice(0, length)])), `${length}`).rejects.toThrow(DAMAGED);
    }
    await expect(ZipReader.open(new Blob([archive, '!']))).rejects.toThrow(DAMAGED);
  });

  test('a flipped bit gives an error or the same contents', async () => {
    const archive = await archiveOf(TWO);
    let refused = 0;
    for (let bit = 0; bit < 8 * archive.length; bit++) {
      const mutated = archive.slice();
      mutated[bit >> 3] = (mutated[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        expect(await readAll(mutated, ['a.txt', 'b/c.bin'])).toEqual([TEXT, Uint8Array.of(1, 2, 3, 4, 5)]);
      } catch (error) {
        expect(error).toBeInstanceOf(ProjectFileError);
        refused++;
      }
    }
    // All but times, versions, attributes and the local header's sizes, which nothing reads.
    expect(refused).toBeGreaterThan(4 * archive.length);
  });

  test.each(['../ab', '/etc/', 'a\\b.c', 'a//bc', './abc', 'a/../', 'C:abc', 'ab\u0000cd', 'ab\ncd', 'a/./b'])(
    'refuses the name %j',
    async (name) => {
      await expect(ZipReader.open(new Blob([await renamed(name)]))).rejects.toThrow(DAMAGED);
    },
  );

  test('refuses names that are not UTF-8', async () => {
    const archive = await changed(CENTRAL_HEADER.signature, 0, (view, at) => view.setUint8(at + 46, 0xff));
    await expect(ZipReader.open(new Blob([archive]))).rejects.toThrow(DAMAGED);
  });

  test('refuses two entries of one name, also where only the case differs', async () => {
    const twice = await archiveOf([
      { name: 'a.txt', bytes: TEXT, packing: 'store' },
      { name: 'A.txt', bytes: TEXT, packing: 'store' },
    ]);
    await expect(ZipReader.open(new Blob([twice]))).rejects.toThrow(DAMAGED);
  });

  test('refuses encrypted entries and says what to do', async () => {
    const archive = await changed(CENTRAL_HEADER.signature, 1, (view, at) => view.setUint16(at + 8, 0x0801, true));
    await expect(ZipReader.open(new Blob([archive]))).rejects.toThrow(
      'This project file is encrypted; unpack it and zip it again without a password',
    );
  });

  test.each([
    ['another method', 10, 14],
    ['a central method that its own header does not name', 10, 0],
    ['the 64-bit format', 24, 0xffff_ffff],
    ['a declared size of 2 GiB and more', 24, 0x8000_0001],
  ])('refuses an entry of %s', async (_, field, value) => {
    const archive = await changed(CENTRAL_HEADER.signature, 0, (view, at) => {
      if (field === 10) view.setUint16(at + field, value, true);
      else view.setUint32(at + field, value, true);
    });
    await expect(readAll(archive, ['a.txt'])).rejects.toBeInstanceOf(ProjectFileError);
  });

  test('refuses declared sizes that are too large together', async () => {
    const archive = await archiveOf([...TWO, { name: 'd', bytes: TEXT, packing: 'deflate' }]);
    const view = new DataView(archive.buffer);
    const records = findRecords(archive, CENTRAL_HEADER.signature);
    for (const index of [0, 2]) view.setUint32((records[index] ?? 0) + 24, 0x4100_0000, true);
    await expect(ZipReader.open(new Blob([archive]))).rejects.toThrow(OVERSIZED);
  });

  test('refuses an entry above the limit of its reader', async () => {
    const reader = await ZipReader.open(new Blob([await archiveOf(TWO)]));
    await expect(reader.read('a.txt', TEXT.length - 1)).rejects.toThrow(OVERSIZED);
    expect(await reader.read('a.txt', TEXT.length)).toEqual(TEXT);
  });

  test('refuses an entry that unpacks to more than it declares', async () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(1_000_000)));
    const archive = await archiveOf([{ name: 'bomb', bytes: bomb, packing: 'store' }]);
    const view = new DataView(archive.buffer);
    const central = findRecords(archive, CENTRAL_HEADER.signature)[0] ?? -1;
    view.setUint16((findRecords(archive, LOCAL_HEADER.signature)[0] ?? -1) + 8, 8, true);
    view.setUint16(central + 10, 8, true);
    view.setUint32(central + 16, crc32(new Uint8Array(1000)), true);
    view.setUint32(central + 24, 1000, true);
    await expect(readAll(archive, ['bomb'])).rejects.toThrow(DAMAGED);
  });

  test('refuses entries that share bytes', async () => {
    const archive = await changed(CENTRAL_HEADER.signature, 1, (view, at) => view.setUint32(at + 42, 0, true));
    await expect(ZipReader.open(new Blob([archive]))).rejects.toThrow(DAMAGED);
  });

  test.each([
    ['a number of entries that is not theirs', 10, 1],
    ['a directory elsewhere', 16, 3],
    ['several disks', 4, 1],
  ])('refuses %s in the end record', async (_, field, value) => {
    const archive = await changed(END_RECORD.signature, 0, (view, at) => view.setUint16(at + field, value, true));
    await expect(ZipReader.open(new Blob([archive]))).rejects.toBeInstanceOf(ProjectFileError);
  });

  test('says of a missing entry that the file is damaged', async () => {
    const reader = await ZipReader.open(new Blob([await archiveOf(TWO)]));
    expect(reader.has('a.txt')).toBe(true);
    expect(reader.has('toString')).toBe(false);
    await expect(reader.read('toString', 1)).rejects.toThrow(DAMAGED);
  });
});
