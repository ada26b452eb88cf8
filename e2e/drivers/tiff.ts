const SHORT = 3;
const LONG = 4;
const FIELD_BYTES = 12;

/**
 * A grey picture with 16 bits a pixel as an uncompressed TIFF in one strip. `valueAt` gives 0–65535; `orientation` is
 * the tag of that name.
 */
export function encodeGreyTiff16(
  width: number,
  height: number,
  valueAt: (x: number, y: number) => number,
  orientation = 1,
): Buffer {
  const pixels = Buffer.alloc(2 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels.writeUInt16LE(valueAt(x, y), 2 * (y * width + x));
  }
  return tiffOf(width, height, orientation, pixels);
}

/** A small file that claims to hold a picture of this size. */
export function tiffThatClaims(width: number, height: number): Buffer {
  return tiffOf(width, height, 1, Buffer.alloc(1000));
}

function tiffOf(width: number, height: number, orientation: number, pixels: Buffer): Buffer {
  const fieldCount = 9;
  const pixelsOffset = 8 + 2 + fieldCount * FIELD_BYTES + 4;
  // Width, height, bits, no compression, black is zero, strip, orientation, rows in the strip, bytes in it.
  const fields = [
    field(256, LONG, width),
    field(257, LONG, height),
    field(258, SHORT, 16),
    field(259, SHORT, 1),
    field(262, SHORT, 1),
    field(273, LONG, pixelsOffset),
    field(274, SHORT, orientation),
    field(278, LONG, height),
    field(279, LONG, pixels.length),
  ];
  const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, fieldCount, 0]);
  return Buffer.concat([header, ...fields, Buffer.alloc(4), pixels]);
}

function field(tag: number, type: number, value: number): Buffer {
  const bytes = Buffer.alloc(FIELD_BYTES);
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt32LE(1, 4);
  bytes.writeUInt32LE(value, 8);
  return bytes;
}
