import { decode } from 'fast-png';
import { MAX_PIXELS, MAX_SIDE_PX } from './pictureHeader.ts';

/** Why a file is not a mask; `message` is one sentence for the person who chose it. */
export class MaskFormatError extends Error {
  override readonly name = 'MaskFormatError';
}

/** A class id (255: unlabeled or unknown) for every pixel, row-major. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array<ArrayBuffer>;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const CHUNK_OVERHEAD_BYTES = 12;
const GREY = 0;
const PALETTE = 3;
const DAMAGED = 'This mask is damaged or cut short.';

interface Chunk {
  readonly type: string;
  /** Length, type, data and checksum. */
  readonly bytes: Uint8Array;
}

/**
 * Reads the pixel values of a grey or palette PNG (1, 2, 4 or 8 bits, not interlaced): the palette *index* or the
 * stored grey value, not a colour. A canvas would give colours.
 *
 * Throws a {@link MaskFormatError} for anything else and for damaged bytes.
 */
export function decodeMaskPng(bytes: Uint8Array): Mask {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw new MaskFormatError('This mask is not a PNG file.');
  const chunks = readChunks(bytes);
  const header = readHeader(chunks);
  const rowBytes = Math.ceil((header.width * header.depth) / 8);
  checkCompressedSize(chunks, header.height * (rowBytes + 1));

  const decoded = decodeChunks(chunks);
  if (!(decoded instanceof Uint8Array) || decoded.length !== header.height * rowBytes) {
    throw new MaskFormatError(DAMAGED);
  }
  return { width: header.width, height: header.height, values: unpack(decoded, header) };
}

/** The mask at another size: every pixel takes the value of the nearest one. */
export function resizeMask(mask: Mask, width: number, height: number): Mask {
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++) {
      values[y * width + x] = mask.values[row + Math.floor(((x + 0.5) * mask.width) / width)] ?? 0;
    }
  }
  return { width, height, values };
}

/** All chunks up to and including `IEND`. Throws when one reaches past the end or `IEND` is missing. */
function readChunks(bytes: Uint8Array): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let offset = SIGNATURE.length;
  while (offset + CHUNK_OVERHEAD_BYTES <= bytes.length) {
    const end = offset + CHUNK_OVERHEAD_BYTES + view.getUint32(offset);
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    chunks.push({ type, bytes: bytes.subarray(offset, end) });
    if (type === 'IEND') return chunks;
    offset = end;
  }
  throw new MaskFormatError(DAMAGED);
}

interface MaskHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

function readHeader(chunks: readonly Chunk[]): MaskHeader {
  const first = chunks[0];
  if (first?.type !== 'IHDR' || first.bytes.length !== CHUNK_OVERHEAD_BYTES + 13) throw new MaskFormatError(DAMAGED);
  const view = new DataView(first.bytes.buffer, first.bytes.byteOffset);
  const width = view.getUint32(8);
  const height = view.getUint32(12);
  const depth = view.getUint8(16);
  const colorType = view.getUint8(17);
  if (width === 0 || height === 0) throw new MaskFormatError(DAMAGED);
  if (width > MAX_SIDE_PX || height > MAX_SIDE_PX || width * height > MAX_PIXELS) {
    throw new MaskFormatError(`This mask is too large (${width} × ${height} pixels).`);
  }
  if (colorType !== GREY && colorType !== PALETTE) {
    throw new MaskFormatError('This mask stores colours instead of class ids; save it as a grey or palette PNG.');
  }
  if (depth > 8) throw new MaskFormatError('This mask stores 16-bit values; save it as an 8-bit PNG.');
  if (view.getUint8(20) !== 0) {
    throw new MaskFormatError('This mask is an interlaced PNG; save it without interlacing.');
  }
  return { width, height, depth };
}

/** Stored blocks are the worst that deflate does; more bytes than that would only swell the memory. */
function checkCompressedSize(chunks: readonly Chunk[], rawBytes: number): void {
  const limit = rawBytes + Math.ceil(rawBytes / 1000) + 1024;
  let total = 0;
  for (const { type, bytes } of chunks) if (type === 'IDAT') total += bytes.length - CHUNK_OVERHEAD_BYTES;
  if (total > limit) throw new MaskFormatError('This mask holds more data than its pixels need.');
}

/** Only the chunks that the indices need: a broken comment or colour profile is no reason to refuse a mask. */
function decodeChunks(chunks: readonly Chunk[]): unknown {
  const needed = chunks.filter(({ type }) => type === 'IHDR' || type === 'IDAT' || type === 'IEND');
  const length = needed.reduce((sum, chunk) => sum + chunk.bytes.length, SIGNATURE.length);
  const png = new Uint8Array(length);
  png.set(SIGNATURE);
  let offset = SIGNATURE.length;
  for (const chunk of needed) {
    png.set(chunk.bytes, offset);
    offset += chunk.bytes.length;
  }
  try {
    return decode(png, { checkCrc: true }).data;
  } catch (cause) {
    throw new MaskFormatError(DAMAGED, { cause });
  }
}

/** One byte a pixel from rows that are packed, highest bits first, and padded to whole bytes. */
function unpack(packed: Uint8Array, { width, height, depth }: MaskHeader): Uint8Array<ArrayBuffer> {
  const rowBytes = Math.ceil((width * depth) / 8);
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
