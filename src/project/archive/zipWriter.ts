import { deflateSync } from 'fflate';
import { crc32 } from '../../base/crc32.ts';
import {
  CENTRAL_HEADER,
  END_RECORD,
  FLAG_UTF8,
  LOCAL_HEADER,
  MAX_ARCHIVE_BYTES,
  MAX_ENTRIES,
  METHOD_DEFLATED,
  METHOD_STORED,
} from './zipFormat.ts';

/** Version 2.0 of the format: deflated entries and folders. */
const VERSION_NEEDED = 20;
/** 1 January 1980, midnight: equal contents make equal archives, whenever they are written. */
const DOS_DATE = 0x0021;
const DOS_TIME = 0;

/** What the headers before an entry and in the directory have in common, in their order. */
interface EntryFields {
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly name: Uint8Array;
}

/** Raised when an archive would pass its limit or 65,535 entries, where the plain format ends. */
export class ArchiveFullError extends Error {
  override readonly name = 'ArchiveFullError';
}

/**
 * Writes a ZIP archive entry by entry. Its parts are kept apart, so that no second copy of it is ever in memory; the
 * same entries in the same order give the same bytes.
 *
 * Written here: fflate's streaming writer puts the sizes of stored entries behind them, which makes other bytes of the
 * same project and archives that readers of streams refuse (Java's `ZipInputStream`), and counts no entries.
 */
export class ZipWriter {
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly #directory: Uint8Array<ArrayBuffer>[] = [];
  readonly #names = new Set<string>();
  readonly #limitBytes: number;
  #offset = 0;
  #directoryBytes = 0;

  /** `limitBytes`: most bytes of the whole archive. */
  constructor(limitBytes: number = MAX_ARCHIVE_BYTES) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Adds a file; the writer keeps `bytes`, which must not change before the archive is used up. `deflate` is for
   * text: pictures are packed already.
   *
   * Throws an {@link ArchiveFullError} when it does not fit any more and an `Error` for a name that is taken.
   */
  add(name: string, bytes: Uint8Array<ArrayBuffer>, packing: 'store' | 'deflate'): void {
    if (this.#names.has(name)) throw new Error(`The archive already holds a file called ${name}.`);
    this.#names.add(name);
    const packed = packing === 'store' ? bytes : owned(deflateSync(bytes));
    const fields: EntryFields = {
      method: packing === 'store' ? METHOD_STORED : METHOD_DEFLATED,
      checksum: crc32(bytes),
      packedBytes: packed.length,
      bytes: bytes.length,
      name: new TextEncoder().encode(name),
    };
    const local = localHeader(fields);
    const central = centralHeader(fields, this.#offset);
    const end = this.#offset + local.length + packed.length;
    this.#directoryBytes += central.length;
    if (this.#directory.length === MAX_ENTRIES || end + this.#directoryBytes + END_RECORD.bytes > this.#limitBytes) {
      throw new ArchiveFullError('The archive is full.');
    }
    this.#parts.push(local, packed);
    this.#directory.push(central);
    this.#offset = end;
  }

  /** The archive; nothing can be added afterwards. */
  finish(): Blob {
    const end = endRecord(this.#directory.length, this.#directoryBytes, this.#offset);
    return new Blob([...this.#parts, ...this.#directory, end], { type: 'application/zip' });
  }
}

function localHeader(fields: EntryFields): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(LOCAL_HEADER.bytes + fields.name.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, LOCAL_HEADER.signature, true);
  writeFields(view, 4, fields);
  header.set(fields.name, LOCAL_HEADER.bytes);
  return header;
}

function centralHeader(fields: EntryFields, localOffset: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(CENTRAL_HEADER.bytes + fields.name.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, CENTRAL_HEADER.signature, true);
  view.setUint16(4, VERSION_NEEDED, true);
  writeFields(view, 6, fields);
  view.setUint32(42, localOffset, true);
  header.set(fields.name, CENTRAL_HEADER.bytes);
  return header;
}

function writeFields(view: DataView, offset: number, fields: EntryFields): void {
  view.setUint16(offset, VERSION_NEEDED, true);
  view.setUint16(offset + 2, FLAG_UTF8, true);
  view.setUint16(offset + 4, fields.method, true);
  view.setUint16(offset + 6, DOS_TIME, true);
  view.setUint16(offset + 8, DOS_DATE, true);
  view.setUint32(offset + 10, fields.checksum, true);
  view.setUint32(offset + 14, fields.packedBytes, true);
  view.setUint32(offset + 18, fields.bytes, true);
  view.setUint16(offset + 22, fields.name.length, true);
}

function endRecord(entries: number, directoryBytes: number, directoryOffset: number): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(END_RECORD.bytes);
  const view = new DataView(record.buffer);
  view.setUint32(0, END_RECORD.signature, true);
  view.setUint16(8, entries, true);
  view.setUint16(10, entries, true);
  view.setUint32(12, directoryBytes, true);
  view.setUint32(16, directoryOffset, true);
  return record;
}

/** The packer's buffer is larger than what it returns a view of. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
