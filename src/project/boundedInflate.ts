import { Unzlib } from 'fflate';

// Deflate makes at most 1032 bytes of one: no step produces more than 4.3 MB.
const STEP_BYTES = 4 * 1024;

/**
 * Inflates a zlib stream (RFC 1950) that comes in `pieces`, stopping as soon as more than `maxBytes` have come out, so
 * that a small file cannot fill the memory. `write` receives each chunk, cut off at `maxBytes`, and the offset it belongs
 * at.
 *
 * Returns the number of bytes that came out: more than `maxBytes` when there were too many. The stream's own checksum
 * is not compared. Throws what the library throws for a damaged stream.
 */
export function inflateBounded(
  pieces: readonly Uint8Array[],
  maxBytes: number,
  write: (chunk: Uint8Array, offset: number) => void,
): number {
  let total = 0;
  const stream = new Unzlib((chunk) => {
    const offset = total;
    total += chunk.length;
    if (offset < maxBytes) write(chunk.subarray(0, maxBytes - offset), offset);
  });
  for (const piece of pieces) {
    for (let start = 0; start < piece.length && total <= maxBytes; start += STEP_BYTES) {
      stream.push(piece.subarray(start, start + STEP_BYTES), false);
    }
  }
  return total;
}
