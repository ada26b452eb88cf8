import { crc32, deflateSync } from 'node:zlib';

/** An RGB picture as a PNG. `colorAt` gives red, green and blue, 0–255. */
export function encodePng(width: number, height: number, colorAt: (x: number, y: number) => readonly number[]): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    // Every row starts with its filter: 0, none.
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => [...colorAt(x, y)]).flat()]),
  );
  return withHeader(width, height, deflateSync(Buffer.concat(rows)));
}

/** A small file that claims to hold a picture of this size. */
export function pngThatClaims(width: number, height: number): Buffer {
  return withHeader(width, height, deflateSync(Buffer.alloc(1000)));
}

function withHeader(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a channel, RGB.
  header.set([8, 2, 0, 0, 0], 8);
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
