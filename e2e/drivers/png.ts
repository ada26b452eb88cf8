import { crc32, deflateSync } from 'node:zlib';

const GREY_8 = [8, 0] as const;
const GREY_16 = [16, 0] as const;
const RGB_8 = [8, 2] as const;

/** An RGB picture as a PNG. `colorAt` gives red, green and blue, 0–255. */
export function encodePng(width: number, height: number, colorAt: (x: number, y: number) => readonly number[]): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    // Every row starts with its filter: 0, none.
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => [...colorAt(x, y)]).flat()]),
  );
  return withHeader(width, height, RGB_8, deflateSync(Buffer.concat(rows)));
}

/** A grey picture with 16 bits a pixel as a PNG. `valueAt` gives 0–65535. */
export function encodeGreyPng16(width: number, height: number, valueAt: (x: number, y: number) => number): Buffer {
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + 2 * width);
    for (let x = 0; x < width; x++) row.writeUInt16BE(valueAt(x, y), 1 + 2 * x);
    return row;
  });
  return withHeader(width, height, GREY_16, deflateSync(Buffer.concat(rows)));
}

/** A mask as a grey PNG: `valueAt` gives the class number, 0–255, of each pixel. */
export function encodeMaskPng(width: number, height: number, valueAt: (x: number, y: number) => number): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => valueAt(x, y))]),
  );
  return withHeader(width, height, GREY_8, deflateSync(Buffer.concat(rows)));
}

/** A small file that claims to hold a picture of this size. */
export function pngThatClaims(width: number, height: number): Buffer {
  return withHeader(width, height, RGB_8, deflateSync(Buffer.alloc(1000)));
}

/** Bits a channel and PNG's colour type. */
type Form = readonly [depth: number, colorType: number];

function withHeader(width: number, height: number, form: Form, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([...form, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
