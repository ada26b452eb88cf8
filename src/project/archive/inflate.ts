import { Inflate } from 'fflate';

/** Bytes unpacked at a time: deflate's best is 1032 to 1, so a step can pass the limit by 17 MB at most. */
const STEP_BYTES = 16 * 1024;

/**
 * Unpacks raw deflate data (RFC 1951) of a known size. It stops as soon as there is more, whatever the data says about
 * itself. Returns `null` for damaged data and for data of another size.
 */
export function inflateExactly(packed: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> | null {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const inflator = new Inflate((piece) => {
    pieces.push(piece);
    length += piece.length;
  });
  try {
    for (let offset = 0; length <= bytes; offset += STEP_BYTES) {
      const isLast = offset + STEP_BYTES >= packed.length;
      inflator.push(packed.subarray(offset, offset + STEP_BYTES), isLast);
      if (isLast) break;
    }
  } catch {
    return null;
  }
  return length === bytes ? joinBytes(pieces) : null;
}

function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
