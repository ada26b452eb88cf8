import { decode } from 'fast-png';
import { joinBytes } from '../joinBytes.ts';
import { inflateBounded } from './boundedInflate.ts';

/** What is wrong with a PNG file's bytes: another kind of file, damaged, or more data than its pixels need. */
export type PngFault = 'notPng' | 'damaged' | 'surplus';

/** A PNG file that cannot be read; the reader that knows what the file is for turns `fault` into a sentence. */
export class PngFileError extends Error {
  override readonly name = 'PngFileError';

  constructor(
    readonly fault: PngFault,
    options?: ErrorOptions,
  ) {
    super(`A PNG file cannot be read: ${fault}.`, options);
  }
}

/** Colour types of the PNG specification (ISO/IEC 15948, table 11.1). */
export const PNG_GREY = 0;
export const PNG_RGB = 2;
export const PNG_PALETTE = 3;
export const PNG_GREY_ALPHA = 4;
const PNG_RGB_ALPHA = 6;

/** What `IHDR` says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample. */
  readonly depth: number;
  /** One of the `PNG_…` colour types. */
  readonly colorType: number;
  /** Samples a pixel; a palette index is one. */
  readonly channels: number;
  readonly interlaced: boolean;
}

/** A PNG file whose framing and header are sound; its pixels are still compressed. */
export interface PngFile {
  readonly header: PngHeader;
  readonly chunks: readonly PngChunk[];
}

interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Length, type, data and checksum. */
  readonly framed: Uint8Array;
}

interface ColorType {
  readonly channels: number;
  readonly depths: readonly number[];
}

/** What every PNG file begins with. */
const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CHUNK_OVERHEAD_BYTES = 12;
const HEADER_BYTES = 13;
const COLOR_TYPES: ReadonlyMap<number, ColorType> = new Map([
  [PNG_GREY, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [PNG_RGB, { channels: 3, depths: [8, 16] }],
  [PNG_PALETTE, { channels: 1, depths: [1, 2, 4, 8] }],
  [PNG_GREY_ALPHA, { channels: 2, depths: [8, 16] }],
  [PNG_RGB_ALPHA, { channels: 4, depths: [8, 16] }],
]);
/** First column, first row, column step and row step of the seven passes (ISO/IEC 15948, 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Whether a file's first bytes are those of a PNG. */
export function isPng(bytes: Uint8Array): boolean {
  return PNG_SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a PNG's chunks and header without decompressing anything; chunks after `IEND` do not count. Written here, in
 * front of fast-png, which inflates whatever a file holds before anybody could ask how large it is.
 *
 * Throws a {@link PngFileError} when it is no PNG, is cut short, or its header is not one that the specification
 * allows. How large a picture may be is for the caller to say.
 */
export function readPngFile(bytes: Uint8Array): PngFile {
  if (!isPng(bytes)) throw new PngFileError('notPng');
  const chunks = readChunks(bytes);
  return { header: readHeader(chunks[0]), chunks };
}

/** The data of the first chunk of a type, or `null`. */
export function pngChunk(file: PngFile, type: string): Uint8Array | null {
  return file.chunks.find((chunk) => chunk.type === type)?.data ?? null;
}

/**
 * Decompresses the samples: row-major, one byte or one 16-bit number each. Depths below 8 come one sample a byte too;
 * interlacing is read at depths 8 and 16 alone (`damaged` below).
 *
 * Only the chunks that the samples need are looked at, and their checksums are compared: a broken comment or colour
 * profile is no reason to refuse a picture. Throws a {@link PngFileError} when the compressed data are damaged, or hold
 * less or more than the samples; memory stays within a few times that of the samples.
 */
export function decodePngSamples(file: PngFile): Uint8Array | Uint16Array {
  const { header } = file;
  checkDataSize(file);
  const rowBytes = Math.ceil((header.width * header.channels * header.depth) / 8);
  const data = decodeNeededChunks(file);
  if (header.depth === 16) {
    if (data instanceof Uint16Array) return data;
  } else if (data instanceof Uint8Array && data.length === header.height * rowBytes) {
    return header.depth === 8 ? data : unpack(data, header, rowBytes);
  }
  throw new PngFileError('damaged');
}

/** All chunks up to and including `IEND`. */
function readChunks(bytes: Uint8Array): PngChunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  let offset = PNG_SIGNATURE.length;
  while (offset + CHUNK_OVERHEAD_BYTES <= bytes.length) {
    const end = offset + CHUNK_OVERHEAD_BYTES + view.getUint32(offset);
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    chunks.push({ type, data: bytes.subarray(offset + 8, end - 4), framed: bytes.subarray(offset, end) });
    if (type === 'IEND') return chunks;
    offset = end;
  }
  throw new PngFileError('damaged');
}

function readHeader(first: PngChunk | undefined): PngHeader {
  if (first?.type !== 'IHDR' || first.data.length !== HEADER_BYTES) throw new PngFileError('damaged');
  const view = new DataView(first.data.buffer, first.data.byteOffset);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const depth = view.getUint8(8);
  const colorType = view.getUint8(9);
  const known = COLOR_TYPES.get(colorType);
  const interlace = view.getUint8(12);
  if (width === 0 || height === 0 || interlace > 1 || known?.depths.includes(depth) !== true) {
    throw new PngFileError('damaged');
  }
  return { width, height, depth, colorType, channels: known.channels, interlaced: interlace === 1 };
}

/** Compares what the compressed data hold with what the header promises, without keeping any of it. */
function checkDataSize(file: PngFile): void {
  const rawBytes = rawByteLength(file.header);
  const pieces = file.chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const compressedBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  // Stored blocks are the worst that deflate does.
  if (compressedBytes > rawBytes + Math.ceil(rawBytes / 1000) + 1024) throw new PngFileError('surplus');
  const inflatedBytes = attempt(() => inflateBounded('zlib', pieces, rawBytes, () => undefined));
  if (inflatedBytes !== rawBytes) throw new PngFileError(inflatedBytes > rawBytes ? 'surplus' : 'damaged');
}

/** Bytes before compression: every row begins with its filter. */
function rawByteLength({ width, height, depth, channels, interlaced }: PngHeader): number {
  if (interlaced && depth < 8) throw new PngFileError('damaged');
  const rowsBytes = (columns: number, rows: number) =>
    columns <= 0 || rows <= 0 ? 0 : rows * (Math.ceil((columns * channels * depth) / 8) + 1);
  if (!interlaced) return rowsBytes(width, height);
  return ADAM7.reduce(
    (sum, [x, y, stepX, stepY]) => sum + rowsBytes(Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)),
    0,
  );
}

function decodeNeededChunks({ chunks }: PngFile): unknown {
  const needed = chunks.filter(({ type }) => type === 'IHDR' || type === 'IDAT' || type === 'IEND');
  const png = joinBytes([Uint8Array.from(PNG_SIGNATURE), ...needed.map(({ framed }) => framed)]);
  return attempt(() => decode(png, { checkCrc: true }).data);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new PngFileError('damaged', { cause });
  }
}

/** One byte a sample from rows that are packed, highest bits first, and padded to whole bytes. */
function unpack(packed: Uint8Array, { width, height, depth }: PngHeader, rowBytes: number): Uint8Array {
  const values = new Uint8Array(width * height);
  const highest = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = packed[y * rowBytes + (bit >> 3)] ?? 0;
      values[y * width + x] = (byte >> (8 - depth - (bit & 7))) & highest;
    }
  }
  return values;
}
