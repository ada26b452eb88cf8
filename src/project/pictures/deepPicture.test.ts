import fc from 'fast-check';
import { encode } from 'fast-png';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../formats/base64TestTools.ts';
import type { DecodedPicture } from '../formats/raster.ts';
import { TIFF_TAGS } from '../formats/tiffDirectory.ts';
import { DEEP_START_BYTES, decodeDeepPicture, isDeepPicture } from './deepPicture.ts';
import { deepFixture } from './deepPictureFixture.ts';
import { fixture } from './pictureFixture.ts';
import { MAX_SIDE_PX, MIN_SIDE_PX, PictureFileError } from './pictureHeader.ts';

const PICTURES = Object.entries(deepFixture.pictures).map(([name, { file, rgba, ...size }]) => ({
  name,
  file: bytesOf(file),
  rgba: [...bytesOf(rgba)],
  ...size,
}));

function pictureFile(name: keyof typeof deepFixture.pictures): Uint8Array<ArrayBuffer> {
  return bytesOf(deepFixture.pictures[name].file);
}

/** A field of a TIFF: its tag, type (3 SHORT, 4 LONG), count and the four bytes of its value or offset. */
type RawField = readonly [tag: number, type: number, count: number, value: number];

const SHORT = 3;
const LONG = 4;

/** A TIFF of one directory; `after` follows it, at byte `10 + 12·fields + 4`. */
function tiffOf(fields: readonly RawField[], after: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const end = 10 + 12 * fields.length;
  const bytes = new Uint8Array(end + 4 + after.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, fields.length, true);
  for (const [i, [tag, type, count, value]] of fields.entries()) {
    const at = 10 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  }
  bytes.set(after, end + 4);
  return bytes;
}

/** A grey TIFF of 8 × 8 floats. */
function floatTiff(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const fields: RawField[] = [
    [TIFF_TAGS.width, LONG, 1, 8],
    [TIFF_TAGS.height, LONG, 1, 8],
    [TIFF_TAGS.bitsPerSample, SHORT, 1, 32],
    [TIFF_TAGS.photometric, SHORT, 1, 1],
    [TIFF_TAGS.stripOffsets, LONG, 1, 10 + 12 * 6 + 4],
    [TIFF_TAGS.sampleFormat, SHORT, 1, 3],
  ];
  return tiffOf(fields, [...new Uint8Array(Float32Array.from(values).buffer)]);
}

/** Fields of a grey 8-bit picture in one strip that follows the directory. */
function greyFields(width: number, height: number, ...others: readonly RawField[]): RawField[] {
  const fields: RawField[] = [
    [TIFF_TAGS.width, LONG, 1, width],
    [TIFF_TAGS.height, LONG, 1, height],
    [TIFF_TAGS.bitsPerSample, SHORT, 1, 8],
    [TIFF_TAGS.photometric, SHORT, 1, 1],
    ...others,
  ];
  const offset = 10 + 12 * (fields.length + 1) + 4;
  return [...fields, [TIFF_TAGS.stripOffsets, LONG, 1, offset]];
}

/** The sentence that a file is refused with; any other error fails the test, and so does a picture. */
function refusal(bytes: Uint8Array): string {
  try {
    decodeDeepPicture(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PictureFileError);
    if (error instanceof PictureFileError) return error.message;
  }
  return 'It was decoded.';
}

function decodeOrRefuse(bytes: Uint8Array): DecodedPicture | null {
  try {
    return decodeDeepPicture(bytes);
  } catch (error) {
    if (error instanceof PictureFileError) return null;
    throw error;
  }
}

function expectSanePicture(picture: DecodedPicture | null): void {
  if (picture === null) return;
  for (const side of [picture.width, picture.height]) {
    expect(Number.isInteger(side) && side >= MIN_SIDE_PX && side <= MAX_SIDE_PX).toBe(true);
  }
  expect(picture.rgba).toHaveLength(4 * picture.width * picture.height);
}

describe('decodeDeepPicture', () => {
  test.each(PICTURES)('gives the bytes that numpy gives: $name', ({ file, width, height, rgba }) => {
    expect(isDeepPicture(file.subarray(0, DEEP_START_BYTES))).toBe(true);
    const picture = decodeDeepPicture(file);
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect([...picture.rgba]).toEqual(rgba);
  });

  test.each(Object.entries(fixture.pictures))('leaves %s to the browser', (_, file) => {
    expect(isDeepPicture(bytesOf(file).subarray(0, DEEP_START_BYTES))).toBe(false);
  });

  test('says what it left out', () => {
    expect(decodeDeepPicture(pictureFile('TIFF, two pages')).notice).toBe(
      'This TIFF file holds several pages; only the first was opened.',
    );
    expect(decodeDeepPicture(pictureFile('TIFF, four channels')).notice).toBe(
      'This TIFF file holds several channels; only the first was opened.',
    );
    expect(decodeDeepPicture(pictureFile('TIFF, RGB 16 bit')).notice).toBeNull();
    expect(decodeDeepPicture(pictureFile('PNG, grey 16 bit')).notice).toBeNull();
  });

  test('reads an interlaced PNG as the same picture', () => {
    const data = Uint16Array.from({ length: 13 * 9 * 3 }, (_, i) => Math.imul(i, 40_503) & 0xffff);
    const [plain, interlaced] = (['null', 'Adam7'] as const).map((interlace) =>
      decodeDeepPicture(encode({ width: 13, height: 9, data, channels: 3, depth: 16 }, { interlace })),
    );
    expect(interlaced).toEqual(plain);
  });

  test('reads from the middle of a larger buffer', () => {
    for (const { file, rgba } of PICTURES) {
      const larger = new Uint8Array(file.length + 20).fill(9);
      larger.set(file, 7);
      expect([...decodeDeepPicture(larger.subarray(7, 7 + file.length)).rgba]).toEqual(rgba);
    }
  });

  test('gives the same bytes every time', () => {
    for (const { file } of PICTURES) expect(decodeDeepPicture(file)).toEqual(decodeDeepPicture(file));
  });

  test.each([
    ['BigTIFF', 'This is a BigTIFF file, which cannot be read here; save it as an ordinary TIFF or PNG.'],
    [
      'JPEG',
      'This TIFF file is compressed with JPEG, which cannot be read here; save it uncompressed, with LZW or Deflate.',
    ],
    [
      'fax',
      'This TIFF file is compressed with fax codes, which cannot be read here; save it uncompressed, with LZW or Deflate.',
    ],
    ['CMYK', 'This TIFF file stores CMYK colours, which cannot be read here; save it as grey or RGB.'],
    [
      'half floats',
      'This TIFF file stores its numbers in a form that cannot be read here; save it with 8 or 16 bits a sample.',
    ],
  ] as const)('refuses %s with one sentence', (name, message) => {
    expect(refusal(bytesOf(deepFixture.refused[name]))).toBe(message);
  });
});

/** Nine-bit codes, highest bit first, in bytes. */
function bitsOf(codes: readonly number[]): number[] {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

describe('hostile files', () => {
  test.each(PICTURES)('$name cut short anywhere is decoded or refused with a sentence', ({ file, rgba }) => {
    // The large one in steps, for the time it takes.
    const step = file.length > 5000 ? 97 : 1;
    for (let length = 0; length < file.length; length += step) {
      const picture = decodeOrRefuse(file.slice(0, length));
      expectSanePicture(picture);
      // A directory at the end may lose its last field or link, never pixels.
      if (picture !== null && length < file.length / 4) expect([...picture.rgba]).toEqual(rgba);
    }
  });

  test('flipped bits give a picture of a sane size or a sentence', () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...PICTURES), flips, ({ file }, changes) => {
        const mutated = file.slice();
        for (const [position, bit] of changes) {
          const offset = position % file.length;
          mutated[offset] = (mutated[offset] ?? 0) ^ (1 << bit);
        }
        expectSanePicture(decodeOrRefuse(mutated));
      }),
      { numRuns: 3000 },
    );
  });

  test('changed directories give a picture of a sane size or a sentence', () => {
    const field = fc.tuple(
      fc.constantFrom(...Object.values(TIFF_TAGS)),
      fc.constantFrom(1, SHORT, LONG, 5),
      fc.oneof(fc.constant(1), fc.nat(4), fc.nat(0xffff_ffff)),
      fc.oneof(fc.nat(40), fc.nat(400), fc.nat(0xffff_ffff)),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), fc.uint8Array({ maxLength: 300 }), (fields, after) => {
        expectSanePicture(decodeOrRefuse(tiffOf(fields, [...after])));
        // The first field of a tag counts: what is wild overrules some of what is sound.
        const sound = greyFields(10, 10, [TIFF_TAGS.stripByteCounts, LONG, 1, 100]);
        expectSanePicture(decodeOrRefuse(tiffOf([...fields, ...sound], [...after])));
      }),
      { numRuns: 3000 },
    );
  });

  test('refuses giants from their headers', () => {
    expect(refusal(tiffOf(greyFields(20_000, 20_000)))).toBe(
      'This picture has 20,000 × 20,000 pixels; no side may be longer than 16,384.',
    );
    expect(refusal(tiffOf(greyFields(16_000, 16_000)))).toBe(
      'This picture has 16,000 × 16,000 pixels; 100 megapixels are the most.',
    );
    expect(refusal(tiffOf(greyFields(4, 20)))).toBe('This picture has only 4 × 20 pixels; each side needs at least 8.');
    const png = pictureFile('PNG, RGB 16 bit');
    const view = new DataView(png.buffer);
    view.setUint32(16, 20_000);
    view.setUint32(20, 20_000);
    expect(refusal(png)).toBe('This picture has 20,000 × 20,000 pixels; no side may be longer than 16,384.');
    view.setUint32(16, 10_000);
    view.setUint32(20, 10_000);
    expect(refusal(png)).toBe('This picture would take 600 megabytes to decode; 400 are the most.');
  });

  test('refuses tiles that are far larger than their picture', () => {
    const fields = greyFields(10, 10, [TIFF_TAGS.tileWidth, LONG, 1, 16_384], [TIFF_TAGS.tileHeight, LONG, 1, 16_384]);
    const tiled = fields.map(
      ([tag, ...rest]): RawField => [tag === TIFF_TAGS.stripOffsets ? TIFF_TAGS.tileOffsets : tag, ...rest],
    );
    expect(refusal(tiffOf([...tiled, [TIFF_TAGS.samplesPerPixel, SHORT, 1, 2]]))).toBe(
      'This picture would take 537 megabytes to decode; 400 are the most.',
    );
  });

  test('does not allocate what a field only claims', () => {
    const claim: RawField = [TIFF_TAGS.stripByteCounts, LONG, 0xffff_ffff, 8];
    expect(refusal(tiffOf(greyFields(10, 10, claim), new Array(100).fill(1)))).toBe(
      'This TIFF picture is damaged or cut short.',
    );
  });

  test('follows no links: a directory of its own descendants ends at once', () => {
    // Each of 30 directories names the next one twice; following them all would be 2³⁰ visits.
    const links = tiffOf(greyFields(10, 10, [0x8769, LONG, 1, 8], [0x8769, LONG, 1, 8]), new Array(100).fill(3));
    new DataView(links.buffer).setUint32(10 + 12 * 7, 8, true);
    const picture = decodeDeepPicture(links);
    expect([...picture.rgba.subarray(0, 4)]).toEqual([3, 3, 3, 255]);
    expect(picture.notice).toContain('several pages');
  });

  test('takes no more of a strip than the picture needs', () => {
    // 9-bit codes: clear, 1, and then ever longer runs of it, each code's string one longer than that before.
    const lzw = bitsOf([256, 1, ...Array.from({ length: 250 }, (_, i) => 258 + i)]);
    const packBits = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 129 : 1));
    const deflate = [...zlibSync(new Uint8Array(5_000_000).fill(1))];
    for (const [compression, packed] of [
      [5, lzw],
      [8, deflate],
      [32_773, packBits],
    ] as const) {
      const method: RawField = [TIFF_TAGS.compression, SHORT, 1, compression];
      const counts: RawField = [TIFF_TAGS.stripByteCounts, LONG, 1, packed.length];
      const picture = decodeDeepPicture(tiffOf(greyFields(10, 10, method, counts), packed));
      expect([...picture.rgba]).toEqual(Array.from({ length: 100 }, () => [1, 1, 1, 255]).flat());
    }
  });

  test('refuses a strip that holds less', () => {
    for (const [compression, packed] of [
      [1, new Array(99).fill(1)],
      [5, bitsOf([256, 1, 2, 3, 257])],
      [8, [...zlibSync(new Uint8Array(99))]],
      [32_773, [200, 1]],
    ] as const) {
      const method: RawField = [TIFF_TAGS.compression, SHORT, 1, compression];
      const counts: RawField = [TIFF_TAGS.stripByteCounts, LONG, 1, packed.length];
      expect(refusal(tiffOf(greyFields(10, 10, method, counts), packed))).toBe(
        'This TIFF picture is damaged or cut short.',
      );
    }
  });
});

describe('floating-point values that are not numbers', () => {
  const values = Array.from({ length: 64 }, (_, i) => i);

  test('are told, where there are others', () => {
    expect(decodeDeepPicture(floatTiff(values)).notice).toBeNull();
    const { rgba, notice } = decodeDeepPicture(floatTiff(values.with(63, Number.NaN)));
    expect([...rgba.slice(-4)]).toEqual([0, 0, 0, 255]);
    expect(notice).toBe('Some of this picture’s values are no numbers; they are shown black.');
  });

  test('are refused, where there are no others', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusal(floatTiff(values.map(() => value)))).toBe(
        'None of this picture’s values is a finite number, so there is nothing to show.',
      );
    }
  });
});
