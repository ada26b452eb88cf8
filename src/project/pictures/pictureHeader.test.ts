import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../formats/base64TestTools.ts';
import { fixture } from './pictureFixture.ts';
import {
  checkPictureSize,
  MAX_PIXELS,
  MAX_SIDE_PX,
  MIN_SIDE_PX,
  PictureFileError,
  type PictureHeader,
  readPictureHeader,
  workingSize,
} from './pictureHeader.ts';

const PICTURES = Object.entries(fixture.pictures).map(([name, base64]) => ({ name, bytes: bytesOf(base64) }));

function picture(name: keyof typeof fixture.pictures): Uint8Array<ArrayBuffer> {
  return bytesOf(fixture.pictures[name]);
}

/** A copy with big-endian 32-bit numbers written at byte offsets. */
function patched(bytes: Uint8Array, ...values: readonly (readonly [offset: number, value: number])[]): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const [offset, value] of values) view.setUint32(offset, value);
  return copy;
}

/** An ISO base media box (ISO/IEC 14496-12): length, four letters, content. */
function box(type: string, content: readonly number[]): number[] {
  return [...uint32(8 + content.length), ...[...type].map((letter) => letter.charCodeAt(0)), ...content];
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** The boxes of an AVIF file that say how large its picture is (ISO/IEC 23008-12: `ispe`). */
function avif(width: number, height: number): Uint8Array<ArrayBuffer> {
  const version = uint32(0);
  const extents = box('ispe', [...version, ...uint32(width), ...uint32(height)]);
  const handler = box('hdlr', [...version, ...version, ...uint32(0x70696374)]);
  const meta = box('meta', [...version, ...handler, ...box('iprp', box('ipco', extents))]);
  const brand = [...'avif'].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from([...box('ftyp', [...brand, ...uint32(0), ...brand]), ...meta]);
}

/** `null` for a refusal too; any other error fails the test. */
function headerOrRefusal(bytes: Uint8Array): PictureHeader | null {
  try {
    return readPictureHeader(bytes);
  } catch (error) {
    if (error instanceof PictureFileError) return null;
    throw error;
  }
}

function expectWholeSize(header: PictureHeader | null): void {
  if (header === null) return;
  expect(Number.isInteger(header.width) && header.width >= 0).toBe(true);
  expect(Number.isInteger(header.height) && header.height >= 0).toBe(true);
}

describe('readPictureHeader', () => {
  test.each(PICTURES)('reads the stored size of $name', ({ name, bytes }) => {
    expect(readPictureHeader(bytes)).toEqual({
      format: name.split(/[ ,]/)[0],
      width: fixture.width,
      height: fixture.height,
    });
  });

  test.each(PICTURES)('gives the right size of $name or none, however it is cut short', ({ bytes }) => {
    for (let length = 0; length < bytes.length; length++) {
      const header = headerOrRefusal(bytes.slice(0, length));
      if (header !== null) expect([header.width, header.height]).toEqual([fixture.width, fixture.height]);
    }
  });

  test('gives whole numbers or refuses when bytes are changed', () => {
    const change = fc.tuple(fc.nat(60), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom(...PICTURES),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        ({ bytes }, changes) => {
          const mutated = bytes.slice();
          for (const [offset, value] of changes) mutated[offset] = value;
          expectWholeSize(headerOrRefusal(mutated));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('gives whole numbers or refuses on arbitrary bytes', () => {
    const start = fc.constantFrom('', '\xff\xd8\xff\xe0', 'GIF89a', 'BM', 'II*\0', '\0\0\0\0', 'RIFF\0\0\0\0WEBPVP8 ');
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (signature, bytes) => {
        const signed = Uint8Array.from([...signature].map((character) => character.charCodeAt(0)).concat([...bytes]));
        expectWholeSize(headerOrRefusal(signed));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['', 'hello', '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>', '%PDF-1.7'])(
    'leaves a file that begins with “%s” to the browser',
    (text) => {
      expect(readPictureHeader(new TextEncoder().encode(text))).toBeNull();
    },
  );

  test('says in one sentence that a picture is damaged', () => {
    expect(() => readPictureHeader(picture('JPEG').slice(0, 40))).toThrow('This JPEG picture is damaged or cut short.');
    expect(() => readPictureHeader(picture('WebP, lossy').slice(0, 18))).toThrow('This WebP picture is damaged');
  });

  test('a header that promises a giant is enough to refuse it', () => {
    const header = readPictureHeader(patched(picture('PNG'), [16, 20_000], [20, 20_000]).slice(0, 33));
    expect(header).toEqual({ format: 'PNG', width: 20_000, height: 20_000 });
    expect(() => checkPictureSize(20_000, 20_000)).toThrow(PictureFileError);
  });

  test('reads the size of an AVIF picture from its boxes', () => {
    const header = readPictureHeader(avif(20_000, 300));
    expect(header).toEqual({ format: 'AVIF', width: 20_000, height: 300 });
  });

  test('leaves an AVIF picture whose boxes it cannot follow to the browser', () => {
    expect(readPictureHeader(avif(20_000, 300).slice(0, 60))).toBeNull();
  });

  test('sizes of 32 bits stay positive', () => {
    const header = readPictureHeader(patched(picture('PNG'), [16, 0xffff_ffff], [20, 0xffff_fff0]));
    expect(header).toEqual({ format: 'PNG', width: 0xffff_ffff, height: 0xffff_fff0 });
    expect(() => checkPictureSize(0xffff_ffff, 0xffff_fff0)).toThrow('no side may be longer than 16,384');
  });
});

describe('checkPictureSize', () => {
  test.each([
    [MIN_SIDE_PX, MIN_SIDE_PX],
    [MAX_SIDE_PX, MIN_SIDE_PX],
    [10_000, MAX_PIXELS / 10_000],
  ])('accepts %i × %i', (width, height) => {
    expect(() => checkPictureSize(width, height)).not.toThrow();
    expect(() => checkPictureSize(height, width)).not.toThrow();
  });

  test.each([
    [MIN_SIDE_PX - 1, 500, 'This picture has only 7 × 500 pixels; each side needs at least 8.'],
    [0, 0, 'This picture has only 0 × 0 pixels; each side needs at least 8.'],
    [MAX_SIDE_PX + 1, 8, 'This picture has 16,385 × 8 pixels; no side may be longer than 16,384.'],
    [10_001, 10_000, 'This picture has 10,001 × 10,000 pixels; 100 megapixels are the most.'],
  ])('refuses %i × %i', (width, height, message) => {
    expect(() => checkPictureSize(width, height)).toThrow(new PictureFileError(message));
  });
});

describe('workingSize', () => {
  test.each([
    // Hand calculations: 512 / 600 · 400 = 341.33 and 512 / 4032 · 3024 = 384.
    [600, 400, 512, 512, 341],
    [3024, 4032, 512, 384, 512],
    [451, 300, 512, 451, 300],
    [512, 512, 512, 512, 512],
    [1000, 1000, 256, 256, 256],
  ])('%i × %i at %i px is %i × %i', (width, height, workingSizePx, expectedWidth, expectedHeight) => {
    const reduced = workingSize(width, height, workingSizePx);
    expect([reduced.width, reduced.height]).toEqual([expectedWidth, expectedHeight]);
    expect(reduced.scale).toBe(Math.min(1, workingSizePx / Math.max(width, height)));
  });

  test('never enlarges, keeps the longest side and the shape', () => {
    const side = fc.integer({ min: 64, max: MAX_SIDE_PX });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 256, max: 1024 }), (width, height, workingSizePx) => {
        fc.pre(Math.max(width, height) / Math.min(width, height) < 16);
        const reduced = workingSize(width, height, workingSizePx);
        expect(Math.max(reduced.width, reduced.height)).toBe(Math.min(workingSizePx, Math.max(width, height)));
        expect(Math.abs(reduced.width - width * reduced.scale)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(reduced.height - height * reduced.scale)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  test('refuses a strip that would vanish', () => {
    expect(() => workingSize(16_000, 100, 512)).toThrow(
      new PictureFileError(
        'Reduced to 512 pixels on its longest side, this picture would be only 3 across; crop it first.',
      ),
    );
  });
});
