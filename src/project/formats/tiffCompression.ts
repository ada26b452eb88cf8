import { PictureFileError } from '../pictures/pictureHeader.ts';
import { inflateBounded } from './boundedInflate.ts';
import { damagedTiff } from './tiffDirectory.ts';

const CLEAR_CODE = 256;
const END_CODE = 257;
const FIRST_CODE = 258;
const MIN_CODE_BITS = 9;
const MAX_CODE_BITS = 12;

type Expand = (packed: Uint8Array, length: number) => Uint8Array;

const EXPANSIONS: ReadonlyMap<number, Expand> = new Map<number, Expand>([
  [1, (packed) => packed],
  [5, expandLzw],
  [8, expandDeflate],
  [32_773, expandPackBits],
  [32_946, expandDeflate],
]);

const NAMES: ReadonlyMap<number, string> = new Map([
  [2, 'fax codes'],
  [3, 'fax codes'],
  [4, 'fax codes'],
  [6, 'JPEG'],
  [7, 'JPEG'],
  [34_712, 'JPEG 2000'],
  [50_000, 'Zstandard'],
  [50_001, 'WebP'],
]);

/** Throws a {@link PictureFileError} for a compression that {@link expandTiffBlock} does not know. */
export function checkTiffCompression(compression: number): void {
  if (EXPANSIONS.has(compression)) return;
  const method = NAMES.get(compression) ?? `method ${compression}`;
  throw new PictureFileError(
    `This TIFF file is compressed with ${method}, which cannot be read here; save it uncompressed, with LZW or Deflate.`,
  );
}

/**
 * Decompresses one strip or tile to exactly `length` bytes: uncompressed, LZW, Deflate or PackBits (TIFF 6.0,
 * sections 9 and 13; Deflate from supplement 2). No more than `length` bytes are ever made, and the time is bounded by
 * them: of `packed`, no more is read than the poorest compression would take.
 *
 * Throws a {@link PictureFileError} when there are fewer bytes or the codes make no sense.
 */
export function expandTiffBlock(packed: Uint8Array, compression: number, length: number): Uint8Array {
  const expand = EXPANSIONS.get(compression);
  const plausible = packed.subarray(0, 2 * length + 1024);
  const expanded = expand?.(plausible, length).subarray(0, length);
  if (expanded?.length !== length) throw damagedTiff();
  return expanded;
}

function expandDeflate(packed: Uint8Array, length: number): Uint8Array {
  const expanded = new Uint8Array(length);
  try {
    const total = inflateBounded('zlib', [packed], length, (chunk, offset) => expanded.set(chunk, offset));
    // Some writers fill up the last strip.
    return expanded.subarray(0, total);
  } catch (cause) {
    throw damagedTiff(cause);
  }
}

function expandPackBits(packed: Uint8Array, length: number): Uint8Array {
  const expanded = new Uint8Array(length);
  let written = 0;
  for (let read = 0; read < packed.length && written < length; ) {
    const code = packed[read++] ?? 0;
    if (code < 128) {
      const literal = packed.subarray(read, Math.min(read + code + 1, read + length - written));
      expanded.set(literal, written);
      written += literal.length;
      read += code + 1;
    } else if (code > 128) {
      const value = packed[read++];
      if (value === undefined) break;
      const end = Math.min(length, written + 257 - code);
      expanded.fill(value, written, end);
      written = end;
    }
  }
  return expanded.subarray(0, written);
}

/** Every string of the table has been written before, so that the table holds where and how long instead of bytes. */
function expandLzw(packed: Uint8Array, length: number): Uint8Array {
  const expanded = new Uint8Array(length);
  const starts = new Uint32Array(1 << MAX_CODE_BITS);
  const lengths = new Uint32Array(1 << MAX_CODE_BITS);
  let nextCode = FIRST_CODE;
  let codeBits = MIN_CODE_BITS;
  let written = 0;
  let previousLength = 0;
  let position = 0;
  while (written < length && position + codeBits <= 8 * packed.length) {
    const code = readBits(packed, position, codeBits);
    position += codeBits;
    if (code === END_CODE) break;
    if (code === CLEAR_CODE) {
      nextCode = FIRST_CODE;
      codeBits = MIN_CODE_BITS;
      previousLength = 0;
      continue;
    }
    // The string before and the byte after it, which this code is about to write.
    if (previousLength > 0 && nextCode < starts.length) {
      starts[nextCode] = written - previousLength;
      lengths[nextCode] = previousLength + 1;
      nextCode++;
    }
    if (code < CLEAR_CODE) {
      expanded[written] = code;
      previousLength = 1;
    } else {
      if (code >= nextCode) throw damagedTiff();
      const start = starts[code] ?? 0;
      previousLength = lengths[code] ?? 0;
      // Byte by byte: the string may reach into what it writes.
      const end = Math.min(previousLength, length - written);
      for (let i = 0; i < end; i++) expanded[written + i] = expanded[start + i] ?? 0;
    }
    written += previousLength;
    // One code early, as TIFF has it.
    if (nextCode === (1 << codeBits) - 1 && codeBits < MAX_CODE_BITS) codeBits++;
  }
  return expanded.subarray(0, Math.min(written, length));
}

/** Up to 16 bits, highest first. */
function readBits(bytes: Uint8Array, position: number, count: number): number {
  const at = position >> 3;
  const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (three >> (24 - (position & 7) - count)) & ((1 << count) - 1);
}
