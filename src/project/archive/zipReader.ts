import { crc32 } from '../../base/crc32.ts';
import { inflateExactly } from '../formats/boundedInflate.ts';
import { damagedFile, encryptedFile, notProjectFile, oversizedFile } from './projectFileError.ts';
import {
  CENTRAL_HEADER,
  END_RECORD,
  FLAG_ENCRYPTED,
  LOCAL_HEADER,
  MAX_ARCHIVE_BYTES,
  METHOD_DEFLATED,
  METHOD_STORED,
} from './zipFormat.ts';

/** A comment after the archive has at most this many bytes. */
const MAX_COMMENT_BYTES = 0xffff;
/** Most bytes of the directory: far more than the names of all pictures of a project need. */
const MAX_DIRECTORY_BYTES = 4 * 1024 * 1024;
/** Size or offset of an archive in the 64-bit format, which is for more than this page opens. */
const IN_64_BIT_RECORD = 0xffff_ffff;

/** What the directory says about an entry; checked against its own header when it is read. */
interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localOffset: number;
  readonly nameBytes: number;
}

/**
 * The entries of a ZIP archive, read one at a time. Nothing that the archive says about itself is believed: sizes are
 * limits that unpacking stops at, checksums and both headers of an entry must agree, and names that could lead out of a
 * folder, encrypted, repeated or overlapping entries refuse the whole archive.
 *
 * Written here: fflate's reader wants the whole archive in memory, allocates what it claims and compares no checksum.
 */
export class ZipReader {
  readonly #archive: Blob;
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  private constructor(archive: Blob, entries: ReadonlyMap<string, ZipEntry>) {
    this.#archive = archive;
    this.#entries = entries;
  }

  /** Reads an archive's directory. Throws a `ProjectFileError` when it is not a sound ZIP archive. */
  static async open(archive: Blob): Promise<ZipReader> {
    if (archive.size > MAX_ARCHIVE_BYTES) throw oversizedFile();
    const tailOffset = Math.max(0, archive.size - END_RECORD.bytes - MAX_COMMENT_BYTES);
    const end = findEndRecord(await slice(archive, tailOffset, archive.size));
    if (end === null) throw await missingEnd(archive);
    const { directoryOffset, directoryBytes } = end;
    if (directoryOffset === IN_64_BIT_RECORD || directoryBytes > MAX_DIRECTORY_BYTES) throw oversizedFile();
    if (directoryOffset + directoryBytes !== tailOffset + end.offsetInTail) throw damagedFile();
    const directory = await slice(archive, directoryOffset, directoryOffset + directoryBytes);
    const entries = readDirectory(directory, end.entries);
    checkExtents(entries, directoryOffset);
    return new ZipReader(archive, new Map(entries.map((entry) => [entry.name, entry])));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * An entry's bytes, at most `limitBytes`. Throws a `ProjectFileError` when there is no such entry, it is larger or
   * damaged.
   */
  async read(name: string, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw damagedFile();
    if (entry.bytes > limitBytes) throw oversizedFile();
    const headerEnd = entry.localOffset + LOCAL_HEADER.bytes + entry.nameBytes;
    const header = await slice(this.#archive, entry.localOffset, headerEnd);
    const dataOffset = headerEnd + readLocalHeader(header, entry);
    const packed = await slice(this.#archive, dataOffset, dataOffset + entry.packedBytes);
    if (packed.length !== entry.packedBytes) throw damagedFile();
    const bytes = entry.method === METHOD_STORED ? packed : inflateExactly(packed, entry.bytes);
    if (bytes === null || crc32(bytes) !== entry.checksum) throw damagedFile();
    return bytes;
  }
}

async function slice(archive: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await archive.slice(start, end).arrayBuffer());
  } catch (cause) {
    // A file on disk may have been moved, changed or taken away since it was chosen.
    throw damagedFile(cause);
  }
}

interface EndRecord {
  readonly offsetInTail: number;
  readonly entries: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
}

/** The last record that ends exactly where the file does; only a comment may follow its fields. */
function findEndRecord(tail: Uint8Array): EndRecord | null {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let offset = tail.length - END_RECORD.bytes; offset >= 0; offset--) {
    if (view.getUint32(offset, true) !== END_RECORD.signature) continue;
    if (offset + END_RECORD.bytes + view.getUint16(offset + 20, true) !== tail.length) continue;
    const entries = view.getUint16(offset + 10, true);
    if (view.getUint32(offset + 4, true) !== 0 || view.getUint16(offset + 8, true) !== entries) throw damagedFile();
    return {
      offsetInTail: offset,
      entries,
      directoryBytes: view.getUint32(offset + 12, true),
      directoryOffset: view.getUint32(offset + 16, true),
    };
  }
  return null;
}

/** A file that begins as an archive was one. */
async function missingEnd(archive: Blob): Promise<Error> {
  const start = await slice(archive, 0, 4);
  const isArchive = start.length === 4 && new DataView(start.buffer).getUint32(0, true) === LOCAL_HEADER.signature;
  return isArchive ? damagedFile() : notProjectFile();
}

function readDirectory(directory: Uint8Array, count: number): ZipEntry[] {
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let totalBytes = 0;
  let offset = 0;
  for (let i = 0; i < count; i++) {
    if (offset + CENTRAL_HEADER.bytes > directory.length) throw damagedFile();
    if (view.getUint32(offset, true) !== CENTRAL_HEADER.signature) throw damagedFile();
    const nameBytes = view.getUint16(offset + 28, true);
    const nameOffset = offset + CENTRAL_HEADER.bytes;
    const entry: ZipEntry = {
      name: readName(directory.subarray(nameOffset, nameOffset + nameBytes)),
      flags: view.getUint16(offset + 8, true),
      method: view.getUint16(offset + 10, true),
      checksum: view.getUint32(offset + 16, true),
      packedBytes: view.getUint32(offset + 20, true),
      bytes: view.getUint32(offset + 24, true),
      localOffset: view.getUint32(offset + 42, true),
      nameBytes,
    };
    offset = nameOffset + nameBytes + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
    checkEntry(entry);
    // Systems that fold case would unpack one over the other.
    const folded = entry.name.toLowerCase();
    if (names.has(folded)) throw damagedFile();
    names.add(folded);
    totalBytes += entry.bytes;
    if (totalBytes > MAX_ARCHIVE_BYTES) throw oversizedFile();
    entries.push(entry);
  }
  if (offset !== directory.length) throw damagedFile();
  return entries;
}

function readName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw damagedFile(cause);
  }
}

function checkEntry(entry: ZipEntry): void {
  if (entry.flags & FLAG_ENCRYPTED) throw encryptedFile();
  if ([entry.packedBytes, entry.bytes, entry.localOffset].includes(IN_64_BIT_RECORD)) throw oversizedFile();
  if (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATED) throw damagedFile();
  if (entry.method === METHOD_STORED && entry.packedBytes !== entry.bytes) throw damagedFile();
  if (!isSafeName(entry.name)) throw damagedFile();
}

/** Whether a name stays in the folder that it is unpacked into, on every system. */
function isSafeName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\\:\u0000-\u001f\u007f]/.test(name)) return false;
  const segments = name.split('/');
  // The name of a folder ends in a slash.
  if (segments.length > 1 && segments.at(-1) === '') segments.pop();
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** Entries must not share bytes: a few kilobytes that a thousand entries share unpack a thousand times. */
function checkExtents(entries: readonly ZipEntry[], directoryOffset: number): void {
  let free = 0;
  for (const { localOffset, nameBytes, packedBytes } of [...entries].sort((a, b) => a.localOffset - b.localOffset)) {
    if (localOffset < free) throw damagedFile();
    free = localOffset + LOCAL_HEADER.bytes + nameBytes + packedBytes;
    if (free > directoryOffset) throw damagedFile();
  }
}

/**
 * Compares an entry's own header with what the directory says. Returns the length of the extra field, which the data
 * follows.
 */
function readLocalHeader(header: Uint8Array, entry: ZipEntry): number {
  if (header.length !== LOCAL_HEADER.bytes + entry.nameBytes) throw damagedFile();
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const agrees =
    view.getUint32(0, true) === LOCAL_HEADER.signature &&
    view.getUint16(6, true) === entry.flags &&
    view.getUint16(8, true) === entry.method &&
    view.getUint16(26, true) === entry.nameBytes &&
    readName(header.subarray(LOCAL_HEADER.bytes)) === entry.name;
  if (!agrees) throw damagedFile();
  return view.getUint16(28, true);
}
