import { Inflate, Unzlib } from 'fflate';
import { joinBytes } from '../joinBytes.ts';

/** A zlib stream (RFC 1950) or deflate data without a frame (RFC 1951). */
export type DeflateFormat = 'zlib' | 'raw';

// Deflate makes at most 1032 bytes of one: no step produces more than 4.3 MB.
const STEP_BYTES = 4 * 1024;

/**
 * Inflates data that come in `pieces`, stopping as soon as more than `maxBytes` have come out, so that a small file
 * cannot fill the memory: fflate inflates, and this feeds it, for it knows no limit of its own. `write` receives each
 * chunk, cut off at `maxBytes`, and the offset it belongs at.
 *
 * Returns the number of bytes that came out: more than `maxBytes` when there were too many. Throws what the library
 * throws for damaged data; raw data must also end where their last piece does, while a zlib stream may be cut short,
 * and its own checksum is not compared.
 */
export function inflateBounded(
  format: DeflateFormat,
  pieces: readonly Uint8Array[],
  maxBytes: number,
  write: (chunk: Uint8Array, offset: number) => void,
): number {
  let total = 0;
  const receive = (chunk: Uint8Array) => {
    const offset = total;
    total += chunk.length;
    if (offset < maxBytes) write(chunk.subarray(0, maxBytes - offset), offset);
  };
  const stream = format === 'zlib' ? new Unzlib(receive) : new Inflate(receive);
  const filled = pieces.filter(({ length }) => length > 0);
  for (const [index, piece] of filled.entries()) {
    for (let start = 0; start < piece.length && total <= maxBytes; start += STEP_BYTES) {
      const isLast = index === filled.length - 1 && start + STEP_BYTES >= piece.length;
      stream.push(piece.subarray(start, start + STEP_BYTES), isLast && format === 'raw');
    }
  }
  return total;
}

/**
 * Unpacks raw deflate data of a known size. It stops as soon as there is more, whatever the data says about itself, and
 * takes no memory before the data fill it. Returns `null` for damaged data and for data of another size.
 */
export function inflateExactly(packed: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> | null {
  const pieces: Uint8Array[] = [];
  try {
    const total = inflateBounded('raw', [packed], bytes, (piece) => pieces.push(piece));
    return total === bytes ? joinBytes(pieces) : null;
  } catch {
    return null;
  }
}
