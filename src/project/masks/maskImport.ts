import { UNLABELED } from '../../labels/planes.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import {
  decodePngSamples,
  PNG_GREY,
  PNG_GREY_ALPHA,
  PNG_PALETTE,
  type PngFile,
  type PngHeader,
  pngChunk,
  readPngFile,
} from '../formats/pngFile.ts';
import { checkMaskSize, type Mask, MaskFormatError, readAsMask, resizeMask } from './maskPng.ts';

/** Most colours that a colour mask may have. */
const MAX_MASK_COLORS = 64;

/** One value of a mask: a class, the unlabeled pixels, or something that the person leaves out. */
export interface MaskEntry {
  /** Grey value or palette index; `null` in a colour mask and for transparent pixels. */
  readonly value: number | null;
  /** `#rrggbb`: the palette's colour, the grey, or the colour itself. */
  readonly color: string;
  /** Whether these are the pixels that an alpha channel hides (below half); their colours count as one. */
  readonly isTransparent: boolean;
  readonly pixelCount: number;
}

/** A mask from elsewhere, whose values are not yet classes. */
export interface ImportedMask {
  readonly width: number;
  readonly height: number;
  /** Whether entries are told by number or by colour. */
  readonly kind: 'index' | 'color';
  /** For each pixel the position of its entry in `entries`, row-major. */
  readonly values: Uint8Array<ArrayBuffer>;
  /** Those that occur, by value, then by colour, transparent last. */
  readonly entries: readonly MaskEntry[];
}

/** What an entry becomes: a class id, `UNLABELED`, or a class that is yet to be made. */
export type MappingTarget = number | 'new';

/** A grey picture with alpha could have one more: transparent. */
const MAX_MASK_VALUES = 256;
/** Stands after every colour. */
const TRANSPARENT = 256 ** 3;
/** Farthest that a colour may lie from a class's to be taken for it: Euclidean, in sRGB bytes. */
const MAX_COLOR_DISTANCE = 24;

/**
 * Reads a mask that any program may have written: a palette or grey PNG (1 to 8 bits; 16 where no value is above 255),
 * whose pixels are class numbers, or a colour PNG (8-bit RGB, alpha allowed) with one colour a class. Indices never
 * pass through a canvas, which would turn them into colours.
 *
 * Throws a {@link MaskFormatError} with one sentence for anything else.
 */
export function readMaskFile(bytes: Uint8Array): ImportedMask {
  return readAsMask(() => {
    const file = readPngFile(bytes);
    checkMaskSize(file.header);
    checkForm(file.header);
    const isColor = file.header.channels >= 3;
    const keys = pixelKeys(file.header, decodePngSamples(file));
    const counts = countKeys(keys, isColor);
    const sorted = [...counts.keys()].sort((a, b) => a - b);
    return {
      width: file.header.width,
      height: file.header.height,
      kind: isColor ? 'color' : 'index',
      values: positionsOf(keys, sorted),
      entries: sorted.map((key) => entryOf(key, counts.get(key) ?? 0, isColor, file)),
    };
  });
}

/**
 * What each entry most likely is. 255 and transparent pixels are unlabeled. Other numbers count through the classes in
 * the order of their list, as our exports number them; a colour is the class whose colour lies nearest, if it is near.
 * The rest are new classes.
 */
export function suggestMapping(mask: ImportedMask, classes: readonly SegmentationClass[]): MappingTarget[] {
  return mask.entries.map(({ value, color, isTransparent }) => {
    if (isTransparent || value === UNLABELED) return UNLABELED;
    const known = value === null ? nearestClass(color, classes) : classes[value];
    return known?.id ?? 'new';
  });
}

/** The mask with every entry replaced by the class id (or `UNLABELED`) at its position in `mapping`. */
export function applyMapping(mask: ImportedMask, mapping: readonly number[]): Mask {
  const ids = new Uint8Array(256).fill(UNLABELED);
  ids.set(mapping);
  const { width, height } = mask;
  const values = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = ids[mask.values[i] ?? 0] ?? UNLABELED;
  return { width, height, values };
}

/** A picture's working size and the size of its file, both upright. */
export interface PictureSizes {
  readonly width: number;
  readonly height: number;
  readonly originalWidth: number;
  readonly originalHeight: number;
}

/**
 * Brings a mask to a picture's working size: one of that size stays as it is, one of the original size is reduced to
 * the nearest pixels. Throws a {@link MaskFormatError} that names the sizes for any other.
 */
export function fitMask(mask: Mask, picture: PictureSizes): Mask {
  const { width, height, originalWidth, originalHeight } = picture;
  if (mask.width === width && mask.height === height) return mask;
  if (mask.width === originalWidth && mask.height === originalHeight) return resizeMask(mask, width, height);
  const worked = width === originalWidth && height === originalHeight ? '' : ` (${sizeOf(width, height)} as worked on)`;
  throw new MaskFormatError(
    `This mask has ${sizeOf(mask.width, mask.height)} pixels, but the picture has ` +
      `${sizeOf(originalWidth, originalHeight)}${worked}; no label was changed.`,
  );
}

function sizeOf(width: number, height: number): string {
  return `${width.toLocaleString('en-US')} × ${height.toLocaleString('en-US')}`;
}

function checkForm({ channels, depth, colorType, interlaced }: PngHeader): void {
  if (depth === 16 && colorType !== PNG_GREY) {
    throw new MaskFormatError('This mask stores 16-bit colours; save it as an 8-bit PNG.');
  }
  if (interlaced && depth < 8) {
    throw new MaskFormatError(
      `This mask is an interlaced PNG of ${depth * channels} bits a pixel; save it without interlacing.`,
    );
  }
}

/** A number for each pixel, in the entries' order: grey value or index, or the colour as `0xrrggbb`. */
function pixelKeys(header: PngHeader, samples: Uint8Array | Uint16Array): Uint32Array {
  const { width, height, channels } = header;
  const keys = new Uint32Array(width * height);
  for (let pixel = 0; pixel < keys.length; pixel++) {
    const at = pixel * channels;
    const isHidden = channels % 2 === 0 && (samples[at + channels - 1] ?? 0) < 128;
    const first = samples[at] ?? 0;
    if (isHidden) keys[pixel] = TRANSPARENT;
    else keys[pixel] = channels < 3 ? first : (first << 16) | ((samples[at + 1] ?? 0) << 8) | (samples[at + 2] ?? 0);
  }
  return keys;
}

/** Pixels for each key. Throws when there are more keys than a mask has, or class numbers above 255. */
function countKeys(keys: Uint32Array, isColor: boolean): Map<number, number> {
  const most = isColor ? MAX_MASK_COLORS : MAX_MASK_VALUES;
  const counts = new Map<number, number>();
  forEachRun(keys, (key, start, end) => {
    if (!isColor && key > 255 && key !== TRANSPARENT) {
      throw new MaskFormatError(`This mask stores the 16-bit value ${key}; class numbers go up to 255.`);
    }
    counts.set(key, (counts.get(key) ?? 0) + end - start);
    if (counts.size > most) {
      throw new MaskFormatError(
        `This picture has more than ${most} colours: it is a photograph, not a mask, or its edges are blurred.`,
      );
    }
  });
  return counts;
}

function positionsOf(keys: Uint32Array, sorted: readonly number[]): Uint8Array<ArrayBuffer> {
  const positions = new Map(sorted.map((key, position) => [key, position]));
  const values = new Uint8Array(keys.length);
  forEachRun(keys, (key, start, end) => values.fill(positions.get(key) ?? 0, start, end));
  return values;
}

/** Masks are made of runs: one look-up for each. */
function forEachRun(keys: Uint32Array, visit: (key: number, start: number, end: number) => void): void {
  for (let start = 0, end = 0; start < keys.length; start = end) {
    const key = keys[start] ?? 0;
    while (end < keys.length && keys[end] === key) end++;
    visit(key, start, end);
  }
}

function entryOf(key: number, pixelCount: number, isColor: boolean, file: PngFile): MaskEntry {
  if (key === TRANSPARENT) return { value: null, color: '#000000', isTransparent: true, pixelCount };
  if (isColor) return { value: null, color: hex(key), isTransparent: false, pixelCount };
  return { value: key, color: hex(colorOfValue(key, file)), isTransparent: false, pixelCount };
}

function colorOfValue(value: number, file: PngFile): number {
  const { colorType, depth } = file.header;
  if (colorType === PNG_PALETTE) {
    const color = pngChunk(file, 'PLTE')?.subarray(3 * value, 3 * value + 3);
    if (color?.length === 3) return ((color[0] ?? 0) << 16) | ((color[1] ?? 0) << 8) | (color[2] ?? 0);
  }
  const isGrey = colorType === PNG_GREY || colorType === PNG_GREY_ALPHA;
  // One bit's 1 is white; in a 16-bit file only the class numbers' own range counts.
  const grey = isGrey && depth < 8 ? (value * 255) / (2 ** depth - 1) : value;
  return grey * 0x01_01_01;
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}

function nearestClass(color: string, classes: readonly SegmentationClass[]): SegmentationClass | undefined {
  let nearest: SegmentationClass | undefined;
  let least = MAX_COLOR_DISTANCE;
  for (const candidate of classes) {
    const distance = colorDistance(color, candidate.color);
    if (distance > least || (nearest !== undefined && distance === least)) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

function colorDistance(a: string, b: string): number {
  const [colorA, colorB] = [Number.parseInt(a.slice(1), 16), Number.parseInt(b.slice(1), 16)];
  return Math.hypot(...[16, 8, 0].map((shift) => ((colorA >> shift) & 255) - ((colorB >> shift) & 255)));
}
