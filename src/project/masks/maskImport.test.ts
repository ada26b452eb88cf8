import fc from 'fast-check';
import { encode } from 'fast-png';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { bytesOf } from '../formats/base64TestTools.ts';
import { fixture } from '../pictures/pictureFixture.ts';
import { applyMapping, fitMask, type ImportedMask, readMaskFile, suggestMapping } from './maskImport.ts';
import { MaskFormatError } from './maskPng.ts';

const CLASSES = [
  { id: 4, name: 'sky', color: '#c81e28' },
  { id: 0, name: 'grass', color: '#14a03c' },
  { id: 9, name: 'path', color: '#0a0a0a' },
];

const FILES = [
  ...Object.values(fixture.masks).map(({ png }) => bytesOf(png)),
  ...Object.values(fixture.importedMasks).map(bytesOf),
];

function imported(name: keyof typeof fixture.importedMasks): ImportedMask {
  return readMaskFile(bytesOf(fixture.importedMasks[name]));
}

/** What a mask shows: the number or colour at each pixel. */
function shown({ values, entries }: ImportedMask): (number | string | undefined)[] {
  return Array.from(values, (position) => entries[position]?.value ?? entries[position]?.color);
}

function maskOrRefusal(bytes: Uint8Array): ImportedMask | null {
  try {
    return readMaskFile(bytes);
  } catch (error) {
    if (error instanceof MaskFormatError) return null;
    throw error;
  }
}

function expectSound(mask: ImportedMask | null): void {
  if (mask === null) return;
  expect(mask.values).toHaveLength(mask.width * mask.height);
  const counts = mask.entries.map(() => 0);
  for (const position of mask.values) counts[position] = (counts[position] ?? 0) + 1;
  expect(counts).toEqual(mask.entries.map(({ pixelCount }) => pixelCount));
}

describe('readMaskFile', () => {
  test.each(Object.entries(fixture.masks))("reads Pillow's %s mask by number", (_, { png, values }) => {
    const mask = readMaskFile(bytesOf(png));
    expect([mask.width, mask.height, mask.kind]).toEqual([13, 5, 'index']);
    expect(shown(mask)).toEqual([...bytesOf(values)]);
    const numbers = mask.entries.map(({ value }) => value ?? -1);
    expect(numbers).toEqual([...new Set(bytesOf(values))].sort((a, b) => a - b));
    expectSound(mask);
  });

  test('names the palette colour of an index and the grey of a number', () => {
    // The fixture's palettes count in steps of three: index 1 is (9, 12, 15).
    expect(readMaskFile(bytesOf(fixture.masks['palette, 4 bit'].png)).entries[1]?.color).toBe('#090c0f');
    expect(readMaskFile(bytesOf(fixture.masks['grey, 8 bit'].png)).entries[1]).toMatchObject({
      value: 6,
      color: '#060606',
    });
    expect(readMaskFile(bytesOf(fixture.masks['grey, 1 bit'].png)).entries[1]?.color).toBe('#ffffff');
  });

  test('tells the colours of a colour mask apart', () => {
    // By hand: stripes of 7 columns and 20 rows; 30 columns end with two of the first colour.
    expect(imported('RGB')).toMatchObject({
      width: 30,
      height: 20,
      kind: 'color',
      entries: [
        { value: null, color: '#000000', isTransparent: false, pixelCount: 180 },
        { value: null, color: '#14a03c', isTransparent: false, pixelCount: 140 },
        { value: null, color: '#c81e28', isTransparent: false, pixelCount: 140 },
        { value: null, color: '#fafafa', isTransparent: false, pixelCount: 140 },
      ],
    });
    expect(shown(imported('RGB')).slice(5, 9)).toEqual(['#000000', '#000000', '#c81e28', '#c81e28']);
  });

  test('gathers the transparent pixels, below half alpha, in an entry of their own', () => {
    // Columns 8 (alpha 0) and 9 (127) are hidden, column 10 (128) is not.
    const { entries } = imported('RGB and alpha');
    expect(entries.at(-1)).toEqual({ value: null, color: '#000000', isTransparent: true, pixelCount: 40 });
    expect(entries[2]).toMatchObject({ color: '#c81e28', pixelCount: 100 });
    const grey = imported('grey and alpha');
    expect(grey.kind).toBe('index');
    expect(grey.entries.map(({ value, pixelCount }) => [value, pixelCount])).toEqual([
      [0, 140],
      [1, 100],
      [2, 140],
      [3, 140],
      [4, 40],
      [null, 40],
    ]);
  });

  test('reads 16-bit numbers up to 255 and refuses others', () => {
    expect(imported('grey, 16 bit').entries.map(({ value }) => value)).toEqual([0, 85, 170, 255]);
    expect(() => imported('grey, 16 bit, too high')).toThrow(
      new MaskFormatError('This mask stores the 16-bit value 258; class numbers go up to 255.'),
    );
  });

  test("reads ImageMagick's interlaced grey mask, 8 bits", () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAA0AAAAFCAAAAAHM1AlbAAAAM0lEQVQI12NgsGCUsWDMkZGRYeSTkWHJkZFh3MbHx8fHx8fIDqH2QqhiCBXN' +
      'jgQYBZF5AC9bBmvkckd0AAAAAElFTkSuQmCC';
    expect(shown(readMaskFile(bytesOf(png)))).toEqual(Array.from({ length: 65 }, (_, i) => (7 * i) % 256));
  });

  test.each([
    [
      'an interlaced PNG below 8 bits',
      bytesOf(
        'iVBORw0KGgoAAAANSUhEUgAAAA0AAAAFAgAAAAGGZBH6AAAAIUlEQVQI12NgAIMVQNjRwVBewHD3AojMyclxYDh27NgBAHtDCnLILvGAAAAA' +
          'AElFTkSuQmCC',
      ),
      'This mask is an interlaced PNG of 2 bits a pixel; save it without interlacing.',
    ],
    [
      'a photograph',
      bytesOf(fixture.refusedMasks.colour),
      'This picture has more than 64 colours: it is a photograph, not a mask, or its edges are blurred.',
    ],
    [
      '16-bit colours',
      encode({ width: 8, height: 8, data: new Uint16Array(192), channels: 3, depth: 16 }),
      'This mask stores 16-bit colours; save it as an 8-bit PNG.',
    ],
    ['a JPEG', bytesOf(fixture.pictures.JPEG), 'This mask is not a PNG file.'],
    ['nothing', new Uint8Array(), 'This mask is not a PNG file.'],
  ])('refuses %s with one sentence', (_, bytes, message) => {
    expect(() => readMaskFile(bytes)).toThrow(new MaskFormatError(message));
  });

  test('refuses more values than have room in a byte', () => {
    // All 256 greys and transparent.
    const data = Uint8Array.from({ length: 2 * 17 * 16 }, (_, i) => (i % 2 === 0 ? (i / 2) & 255 : i < 512 ? 255 : 0));
    const png = encode({ width: 17, height: 16, data, channels: 2, depth: 8 });
    expect(() => readMaskFile(png)).toThrow('more than 256 colours');
  });

  test('refuses a giant before it is inflated', () => {
    const png = bytesOf(fixture.importedMasks.RGB);
    const view = new DataView(png.buffer);
    view.setUint32(16, 20_000);
    view.setUint32(20, 20_000);
    expect(() => readMaskFile(png)).toThrow('This mask is too large (20000 × 20000 pixels).');
  });

  test('refuses a file that inflates to more than its pixels', () => {
    const idat = zlibSync(new Uint8Array(1_000_000));
    const small = encode({ width: 200, height: 200, data: new Uint8Array(40_000), channels: 1, depth: 8 });
    const framed = new Uint8Array(idat.length + 12);
    new DataView(framed.buffer).setUint32(0, idat.length);
    framed.set(
      [...'IDAT'].map((letter) => letter.charCodeAt(0)),
      4,
    );
    framed.set(idat, 8);
    const bomb = new Uint8Array([...small.subarray(0, 33), ...framed, ...small.subarray(-12)]);
    expect(() => readMaskFile(bomb)).toThrow('This mask holds more data than its pixels need.');
  });

  test('refuses every file that is cut short', () => {
    for (const bytes of FILES) {
      for (let length = 0; length < bytes.length; length++) expect(maskOrRefusal(bytes.slice(0, length))).toBeNull();
    }
  });

  test('flipped bits give an error or, where they carry no pixel, the same pixels', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), fc.nat(), fc.nat(7), (bytes, position, bit) => {
        const mutated = bytes.slice();
        const offset = position % bytes.length;
        mutated[offset] = (mutated[offset] ?? 0) ^ (1 << bit);
        const mask = maskOrRefusal(mutated);
        expectSound(mask);
        if (mask !== null) expect(mask.values).toEqual(readMaskFile(bytes).values);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('suggestMapping', () => {
  test('counts numbers through the list of classes, 255 and what lies beyond it apart', () => {
    const data = Uint8Array.of(0, 1, 2, 3, 255, 0, 0, 0);
    const mask = readMaskFile(encode({ width: 4, height: 2, data, channels: 1, depth: 8 }));
    expect(suggestMapping(mask, CLASSES)).toEqual([4, 0, 9, 'new', UNLABELED]);
  });

  test('takes the nearest colour within a small distance', () => {
    // #000000 lies 17 from #0a0a0a; #fafafa is far from every class.
    expect(suggestMapping(imported('RGB'), CLASSES)).toEqual([9, 0, 4, 'new']);
    expect(suggestMapping(imported('RGB'), [])).toEqual(['new', 'new', 'new', 'new']);
    const near = { id: 7, name: 'shade', color: '#020202' };
    expect(suggestMapping(imported('RGB'), [...CLASSES, near])[0]).toBe(7);
  });

  test('leaves transparent pixels unlabeled', () => {
    expect(suggestMapping(imported('RGB and alpha'), CLASSES).at(-1)).toBe(UNLABELED);
    expect(suggestMapping(imported('grey and alpha'), CLASSES).at(-1)).toBe(UNLABELED);
  });
});

test('applyMapping puts each entry’s class at its pixels', () => {
  const data = Uint8Array.of(7, 9, 255, 9, 7, 7);
  const mask = readMaskFile(encode({ width: 3, height: 2, data, channels: 1, depth: 8 }));
  expect(applyMapping(mask, [3, UNLABELED, UNLABELED])).toEqual({
    width: 3,
    height: 2,
    values: Uint8Array.of(3, 255, 255, 255, 3, 3),
  });
});

describe('fitMask', () => {
  const mask = { width: 4, height: 2, values: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) };

  test('keeps a mask of the working size', () => {
    expect(fitMask(mask, { width: 4, height: 2, originalWidth: 40, originalHeight: 20 })).toBe(mask);
  });

  test('reduces a mask of the original size to the nearest pixels', () => {
    // Centres 0.5 and 1.5 lie on source 1.0 and 3.0: the pixels that begin there.
    expect(fitMask(mask, { width: 2, height: 1, originalWidth: 4, originalHeight: 2 })).toEqual({
      width: 2,
      height: 1,
      values: Uint8Array.of(5, 7),
    });
  });

  test('refuses every other size and names it', () => {
    expect(() => fitMask(mask, { width: 512, height: 384, originalWidth: 1024, originalHeight: 768 })).toThrow(
      new MaskFormatError(
        'This mask has 4 × 2 pixels, but the picture has 1,024 × 768 (512 × 384 as worked on); no label was changed.',
      ),
    );
    expect(() => fitMask(mask, { width: 2, height: 4, originalWidth: 2, originalHeight: 4 })).toThrow(
      new MaskFormatError('This mask has 4 × 2 pixels, but the picture has 2 × 4; no label was changed.'),
    );
  });
});
