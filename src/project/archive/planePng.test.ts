import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../base/crc32.ts';
import { encodeGrey16Png, encodeIndexedPng } from '../formats/pngWriter.ts';
import { decodeClassPlane, decodeStrokePlane, planePngLimit } from './planePng.ts';
import { ProjectFileError } from './projectFileError.ts';

const side = fc.integer({ min: 1, max: 12 });

function classPng(values: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  return encodeIndexedPng(values, width, height, (i) => [i, 0, 255 - i]);
}

/** A PNG of one `IDAT` chunk, whatever that holds, with right checksums. */
function pngOf(width: number, height: number, depth: number, colorType: number, data: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, colorType], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array())];
  return new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...chunks.flatMap((bytes) => [...bytes])]);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

describe('planes', () => {
  test('come back byte for byte, within the limit', () => {
    fc.assert(
      fc.property(side, side, fc.infiniteStream(fc.nat(0xffff)), (width, height, numbers) => {
        const strokeIds = new Uint16Array(width * height);
        for (let i = 0; i < strokeIds.length; i++) strokeIds[i] = numbers.next().value ?? 0;
        const classIds = Uint8Array.from(strokeIds, (id) => id & 0xff);
        const strokePng = encodeGrey16Png(strokeIds, width, height);
        expect(decodeClassPlane(classPng(classIds, width, height), width, height)).toEqual(classIds);
        expect(decodeStrokePlane(strokePng, width, height)).toEqual(strokeIds);
        expect(strokePng.length).toBeLessThanOrEqual(planePngLimit(width, height, 'strokeIds'));
      }),
    );
  });

  test('of another size or kind are refused', () => {
    const png = classPng(new Uint8Array(12), 4, 3);
    const grey = encodeGrey16Png(new Uint16Array(12), 4, 3);
    expect(() => decodeClassPlane(png, 3, 4)).toThrow(ProjectFileError);
    expect(() => decodeClassPlane(png, 4, 4)).toThrow(ProjectFileError);
    expect(() => decodeClassPlane(grey, 4, 3)).toThrow(ProjectFileError);
    expect(() => decodeStrokePlane(png, 4, 3)).toThrow(ProjectFileError);
    expect(decodeStrokePlane(grey, 4, 3)).toEqual(new Uint16Array(12));
  });

  test('cut short anywhere are refused', () => {
    const png = encodeGrey16Png(Uint16Array.of(1, 2, 3, 65_535), 2, 2);
    for (let length = 0; length < png.length; length++) {
      expect(() => decodeStrokePlane(png.slice(0, length), 2, 2)).toThrow(ProjectFileError);
    }
  });

  test('with a flipped bit are refused or the same', () => {
    const values = Uint16Array.of(1, 2, 3, 65_535, 0, 256);
    const png = encodeGrey16Png(values, 3, 2);
    for (let bit = 0; bit < 8 * png.length; bit++) {
      const mutated = png.slice();
      mutated[bit >> 3] = (mutated[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let decoded: Uint16Array | null = null;
      try {
        decoded = decodeStrokePlane(mutated, 3, 2);
      } catch (error) {
        expect(error).toBeInstanceOf(ProjectFileError);
      }
      if (decoded !== null) expect(decoded).toEqual(values);
    }
  });

  test('with rows missing or to spare are refused, however well they pack', () => {
    const rows = (count: number) => pngOf(4, 3, 8, 3, zlibSync(new Uint8Array(count * 5)));
    expect(decodeClassPlane(rows(3), 4, 3)).toEqual(new Uint8Array(12));
    for (const count of [0, 2, 4, 1_000_000]) {
      expect(() => decodeClassPlane(rows(count), 4, 3), `${count} rows`).toThrow(ProjectFileError);
    }
  });

  test('with an unknown filter or no zlib stream are refused', () => {
    expect(() => decodeClassPlane(pngOf(1, 1, 8, 3, zlibSync(Uint8Array.of(9, 1))), 1, 1)).toThrow(ProjectFileError);
    for (const data of [new Uint8Array(), Uint8Array.of(1, 2, 3), new Uint8Array(40).fill(0xaa)]) {
      expect(() => decodeClassPlane(pngOf(1, 1, 8, 3, data), 1, 1)).toThrow(ProjectFileError);
    }
  });

  test('that interlace are refused', () => {
    const png = classPng(new Uint8Array(12), 4, 3);
    png[28] = 1;
    new DataView(png.buffer).setUint32(29, crc32(png.subarray(12, 29)));
    expect(() => decodeClassPlane(png, 4, 3)).toThrow(ProjectFileError);
  });

  test('keep palettes and comments of other tools out of the way', () => {
    const png = classPng(Uint8Array.of(4, 255), 2, 1);
    const withComment = new Uint8Array([
      ...png.subarray(0, 33),
      ...chunk('iCCP', new Uint8Array(9)),
      ...png.subarray(33),
    ]);
    expect([...decodeClassPlane(withComment, 2, 1)]).toEqual([4, 255]);
  });
});
