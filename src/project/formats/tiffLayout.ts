import { checkPictureSize, MAX_SIDE_PX, PictureFileError } from '../pictures/pictureHeader.ts';
import { checkRasterBytes } from './raster.ts';
import { checkTiffCompression } from './tiffCompression.ts';
import { damagedTiff, TIFF_TAGS, type TiffDirectory } from './tiffDirectory.ts';

/** How samples are coloured (TIFF 6.0, PhotometricInterpretation). */
export type TiffColors = 'whiteIsZero' | 'grey' | 'rgb' | 'palette';

/** How one page's samples are stored; every number in it has been checked. */
export interface TiffLayout {
  readonly width: number;
  readonly height: number;
  readonly colors: TiffColors;
  readonly bitsPerSample: number;
  readonly sampleKind: SampleKind;
  readonly samplesPerPixel: number;
  /** Which of a pixel's samples are colours and, last, alpha; the others are left out. */
  readonly keptSamples: readonly number[];
  readonly alpha: 'none' | 'straight' | 'multiplied';
  /** The palette's reds, greens and blues, one after the other, 0–65535; empty without a palette. */
  readonly colorMap: readonly number[];
  readonly compression: number;
  /** Whether each sample is stored as the difference from its left neighbour's. */
  readonly differences: boolean;
  readonly orientation: number;
  readonly blocks: TiffBlocks;
}

type SampleKind = 'unsigned' | 'signed' | 'float';

/** Strips or tiles, row by row, one plane after the other. */
interface TiffBlocks {
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  /** Samples that a block interleaves: one where every sample has a plane of its own. */
  readonly samples: number;
  /** Whether the last row of blocks is stored in full: tiles are, strips are not. */
  readonly padded: boolean;
  readonly offsets: readonly number[];
  /** Empty where the file does not say. */
  readonly byteCounts: readonly number[];
}

const PHOTOMETRIC: readonly TiffColors[] = ['whiteIsZero', 'grey', 'rgb', 'palette'];
const PHOTOMETRIC_NAMES: ReadonlyMap<number, string> = new Map([
  [5, 'CMYK colours'],
  [6, 'YCbCr colours'],
  [8, 'Lab colours'],
  [32_803, 'raw camera data'],
]);
/** By sample format (1 unsigned, 2 signed, 3 floating point, 4 undefined): the depths that are read. */
const SAMPLE_KINDS: ReadonlyMap<number, { readonly kind: SampleKind; readonly depths: readonly number[] }> = new Map([
  [1, { kind: 'unsigned', depths: [1, 2, 4, 8, 16, 32] }],
  [2, { kind: 'signed', depths: [8, 16, 32] }],
  [3, { kind: 'float', depths: [32, 64] }],
  [4, { kind: 'unsigned', depths: [1, 2, 4, 8, 16, 32] }],
]);
const MAX_SAMPLES_PER_PIXEL = 64;

/**
 * Checks a page's fields against each other and against the limits of what is opened; nothing is decoded. Throws a
 * {@link PictureFileError} for a page that is damaged, too large, or stored in a way that is not read here.
 */
export function readTiffLayout(directory: TiffDirectory): TiffLayout {
  const width = first(directory, TIFF_TAGS.width);
  const height = first(directory, TIFF_TAGS.height);
  if (width === undefined || height === undefined) throw damagedTiff();
  checkPictureSize(width, height);
  const compression = first(directory, TIFF_TAGS.compression) ?? 1;
  checkTiffCompression(compression);

  const samplesPerPixel = first(directory, TIFF_TAGS.samplesPerPixel) ?? 1;
  if (samplesPerPixel < 1 || samplesPerPixel > MAX_SAMPLES_PER_PIXEL) throw damagedTiff();
  const form = readSampleForm(directory);
  const { bitsPerSample, sampleKind } = form;
  const coloring = readColoring(directory, samplesPerPixel, form);
  const predictor = first(directory, TIFF_TAGS.predictor) ?? 1;
  const isUnreadable = predictor === 2 ? sampleKind === 'float' || bitsPerSample < 8 : predictor !== 1;
  if (isUnreadable || (first(directory, TIFF_TAGS.fillOrder) ?? 1) !== 1) throw unreadableForm();

  const blocks = readBlocks(directory, width, height, samplesPerPixel);
  // A hostile file's tiles may be far larger than its picture.
  const storedPixels = blocks.across * blocks.width * blocks.down * blocks.height;
  checkRasterBytes(storedPixels * samplesPerPixel * Math.max(1, bitsPerSample / 8));
  return {
    width,
    height,
    ...coloring,
    ...form,
    samplesPerPixel,
    compression,
    differences: predictor === 2,
    orientation: first(directory, TIFF_TAGS.orientation) ?? 1,
    blocks,
  };
}

function first(directory: TiffDirectory, tag: number): number | undefined {
  return directory.numbers(tag)[0];
}

function unreadableForm(): PictureFileError {
  return new PictureFileError(
    'This TIFF file stores its numbers in a form that cannot be read here; save it with 8 or 16 bits a sample.',
  );
}

type SampleForm = Pick<TiffLayout, 'bitsPerSample' | 'sampleKind'>;

function readSampleForm(directory: TiffDirectory): SampleForm {
  const depths = directory.numbers(TIFF_TAGS.bitsPerSample);
  const formats = directory.numbers(TIFF_TAGS.sampleFormat);
  const bitsPerSample = depths[0] ?? 1;
  const format = formats[0] ?? 1;
  const known = SAMPLE_KINDS.get(format);
  const isUniform = depths.every((bits) => bits === bitsPerSample) && formats.every((other) => other === format);
  if (!isUniform || known?.depths.includes(bitsPerSample) !== true) throw unreadableForm();
  return { bitsPerSample, sampleKind: known.kind };
}

function readColoring(
  directory: TiffDirectory,
  samplesPerPixel: number,
  { bitsPerSample, sampleKind }: SampleForm,
): Pick<TiffLayout, 'colors' | 'keptSamples' | 'alpha' | 'colorMap'> {
  const photometric = first(directory, TIFF_TAGS.photometric) ?? 1;
  const colors = PHOTOMETRIC[photometric];
  if (colors === undefined) {
    const name = PHOTOMETRIC_NAMES.get(photometric) ?? 'colours of an unusual kind';
    throw new PictureFileError(`This TIFF file stores ${name}, which cannot be read here; save it as grey or RGB.`);
  }
  const colorMap = colors === 'palette' ? directory.numbers(TIFF_TAGS.colorMap) : [];
  if (colors === 'palette' && (bitsPerSample > 8 || colorMap.length !== 3 * 2 ** bitsPerSample)) throw damagedTiff();

  const colorSamples = colors === 'rgb' ? 3 : 1;
  if (samplesPerPixel < colorSamples) throw damagedTiff();
  // Full opacity is not defined for the other kinds.
  const canHaveAlpha = sampleKind === 'float' || (sampleKind === 'unsigned' && bitsPerSample <= 16);
  const hasExtra = samplesPerPixel > colorSamples && canHaveAlpha;
  const extra = hasExtra ? first(directory, TIFF_TAGS.extraSamples) : undefined;
  const alpha = extra === 1 ? 'multiplied' : extra === 2 ? 'straight' : 'none';
  const kept = alpha === 'none' ? colorSamples : colorSamples + 1;
  return { colors, colorMap, alpha, keptSamples: Array.from({ length: kept }, (_, sample) => sample) };
}

function readBlocks(directory: TiffDirectory, width: number, height: number, samplesPerPixel: number): TiffBlocks {
  const planarConfiguration = first(directory, TIFF_TAGS.planarConfiguration) ?? 1;
  const planes = planarConfiguration === 2 ? samplesPerPixel : 1;
  const padded = first(directory, TIFF_TAGS.tileWidth) !== undefined;
  const size = padded
    ? { width: first(directory, TIFF_TAGS.tileWidth) ?? 0, height: first(directory, TIFF_TAGS.tileHeight) ?? 0 }
    : { width, height: Math.min(height, first(directory, TIFF_TAGS.rowsPerStrip) ?? height) };
  if (Math.min(size.width, size.height) < 1 || Math.max(size.width, size.height) > MAX_SIDE_PX) throw damagedTiff();

  const across = Math.ceil(width / size.width);
  const down = Math.ceil(height / size.height);
  const offsets = directory.numbers(padded ? TIFF_TAGS.tileOffsets : TIFF_TAGS.stripOffsets);
  const byteCounts = directory.numbers(padded ? TIFF_TAGS.tileByteCounts : TIFF_TAGS.stripByteCounts);
  const count = across * down * planes;
  if (offsets.length < count || (byteCounts.length > 0 && byteCounts.length < count)) throw damagedTiff();
  return { ...size, across, down, samples: samplesPerPixel / planes, padded, offsets, byteCounts };
}
