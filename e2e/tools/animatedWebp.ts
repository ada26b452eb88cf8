/** A still WebP file, and for how long it is shown. */
export interface WebpFrame {
  readonly webp: Uint8Array;
  readonly durationMs: number;
}

const CHUNK_HEADER_BYTES = 8;
const FILE_HEADER_BYTES = 12;
const LOSSY_PICTURE = 'VP8 ';
/** Of VP8X: the file moves. */
const ANIMATION_FLAG = 2;
/** Of a frame: it takes the place of the one before, with nothing blended. */
const REPLACE_FLAG = 2;

/**
 * Opaque WebP files of one size as one file that shows them in turn, for ever: the container's three chunks around the
 * bytes that the browser encoded. By Google's "WebP Container Specification". It is ours because the packages that
 * write it bring a compiled encoder for every system, of which a fresh clone has no other use. Throws a `RangeError`
 * without frames and an `Error` for bytes that are no lossy WebP.
 */
export function animateWebp(frames: readonly WebpFrame[], width: number, height: number): Buffer {
  if (frames.length === 0) throw new RangeError('An animation has at least one frame.');
  const header = Buffer.alloc(10);
  header.writeUInt8(ANIMATION_FLAG, 0);
  writeSize(header, 4, width, height);
  // Background and number of rounds: both 0, where 0 rounds are endless ones.
  const chunks = [chunk('VP8X', header), chunk('ANIM', Buffer.alloc(6))];
  for (const { webp, durationMs } of frames) {
    const frame = Buffer.alloc(16);
    writeSize(frame, 6, width, height);
    frame.writeUIntLE(durationMs, 12, 3);
    frame.writeUInt8(REPLACE_FLAG, 15);
    chunks.push(chunk('ANMF', Buffer.concat([frame, pictureChunk(webp)])));
  }
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

/** The chunk of a still WebP file that holds its picture, header included; a colour profile beside it is left out. */
function pictureChunk(webp: Uint8Array): Buffer {
  const file = Buffer.from(webp);
  for (let start = FILE_HEADER_BYTES; start < file.length; ) {
    const name = file.toString('latin1', start, start + 4);
    const length = file.readUInt32LE(start + 4);
    const end = start + CHUNK_HEADER_BYTES + length + (length % 2);
    if (name === LOSSY_PICTURE) return file.subarray(start, end);
    start = end;
  }
  throw new Error('A frame is to be a lossy WebP.');
}

/** Both less one, in three bytes each. */
function writeSize(target: Buffer, offset: number, width: number, height: number): void {
  target.writeUIntLE(width - 1, offset, 3);
  target.writeUIntLE(height - 1, offset + 3, 3);
}

/** RIFF's: name, length, bytes, and one more where their number is odd. */
function chunk(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(CHUNK_HEADER_BYTES);
  header.write(name, 'latin1');
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes, Buffer.alloc(bytes.length % 2)]);
}
