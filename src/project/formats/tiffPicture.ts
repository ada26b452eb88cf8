import { turnUpright } from '../pictures/orientation.ts';
import { type DecodedPicture, type Raster, rasterToRgba } from './raster.ts';
import { expandTiffBlock } from './tiffCompression.ts';
import { damagedTiff, readTiffDirectory } from './tiffDirectory.ts';
import { readTiffLayout, type TiffLayout } from './tiffLayout.ts';

/** A decoded TIFF page. */
export interface TiffPicture extends DecodedPicture {
  /** One sentence for a person about what of the file was left out, or `null`. */
  readonly notice: string | null;
}

/**
 * Decodes the first page of a TIFF file (TIFF 6.0), upright: grey, RGB and palette pictures with 1 to 32 bits a
 * sample or floating point, in strips or tiles, interleaved or in planes, uncompressed or compressed with LZW, Deflate
 * or PackBits. Samples of up to 8 bits keep their values; deeper ones are stretched as `rasterToRgba` says.
 *
 * Throws a {@link PictureFileError} with one sentence for every other file. Size and layout are checked before
 * anything is decoded; time and memory are bounded by the size that is then known. Written here because neither geotiff
 * nor UTIF promises such bounds.
 */
export function decodeTiff(bytes: Uint8Array): TiffPicture {
  const directory = readTiffDirectory(bytes);
  const layout = readTiffLayout(directory);
  const samples = readSamples(bytes, layout, directory.littleEndian);
  const hasNoNumbers = layout.sampleKind === 'float' && samples.some(Number.isNaN);
  const raster = colored(samples, layout);
  const picture = { width: layout.width, height: layout.height, rgba: rasterToRgba(raster) };
  return {
    ...turnUpright(picture, layout.orientation),
    notice: noticeFor(layout, directory.hasMorePages, hasNoNumbers),
  };
}

function noticeFor(
  { samplesPerPixel, keptSamples, colors }: TiffLayout,
  hasMorePages: boolean,
  hasNoNumbers: boolean,
): string | null {
  if (hasMorePages) return 'This TIFF file holds several pages; only the first was opened.';
  const hasMoreChannels = colors === 'grey' && samplesPerPixel > keptSamples.length;
  if (hasMoreChannels) return 'This TIFF file holds several channels; only the first was opened.';
  return hasNoNumbers ? 'Some of this picture’s values are no numbers; they are shown black.' : null;
}

type Samples = Uint8Array | Uint16Array | Float32Array;

/** The kept samples, interleaved, with the values that the file has. */
function readSamples(bytes: Uint8Array, layout: TiffLayout, littleEndian: boolean): Samples {
  const { width, height, bitsPerSample, blocks, keptSamples } = layout;
  const samples = allocate(layout, width * height * keptSamples.length);
  const readRow = rowReader(layout, littleEndian);
  const rowBytes = Math.ceil((blocks.width * blocks.samples * bitsPerSample) / 8);
  const row = new Float64Array(blocks.width * blocks.samples);
  const blocksInPlane = blocks.across * blocks.down;
  const planes = blocks.samples === layout.samplesPerPixel ? 1 : keptSamples.length;
  for (let block = 0; block < planes * blocksInPlane; block++) {
    const plane = Math.floor(block / blocksInPlane);
    const left = (block % blocks.across) * blocks.width;
    const top = Math.floor((block % blocksInPlane) / blocks.across) * blocks.height;
    const rows = Math.min(blocks.height, height - top);
    const raw = expandBlock(bytes, layout, block, rowBytes * (blocks.padded ? blocks.height : rows));
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    const columns = Math.min(blocks.width, width - left);
    const from = planes === 1 ? keptSamples : [0];
    for (let y = 0; y < rows; y++) {
      readRow(view, y * rowBytes, row);
      const to = ((top + y) * width + left) * keptSamples.length + plane;
      for (let x = 0; x < columns; x++) {
        for (let s = 0; s < from.length; s++) {
          samples[to + x * keptSamples.length + s] = row[x * blocks.samples + s] ?? 0;
        }
      }
    }
  }
  return samples;
}

function allocate({ bitsPerSample, sampleKind }: TiffLayout, length: number): Samples {
  if (sampleKind === 'unsigned' && bitsPerSample <= 8) return new Uint8Array(length);
  return sampleKind === 'unsigned' && bitsPerSample === 16 ? new Uint16Array(length) : new Float32Array(length);
}

function expandBlock(bytes: Uint8Array, layout: TiffLayout, block: number, length: number): Uint8Array {
  const offset = layout.blocks.offsets[block];
  if (offset === undefined || offset > bytes.length) throw damagedTiff();
  // Writers of uncompressed files leave the counts out, or write ones that are too small.
  const byteCount = layout.compression === 1 ? length : layout.blocks.byteCounts[block];
  const end = byteCount === undefined ? bytes.length : offset + byteCount;
  return expandTiffBlock(bytes.subarray(offset, end), layout.compression, length);
}

type RowReader = (view: DataView, offset: number, row: Float64Array) => void;

/** Reads the samples of one row that begins at a byte, undoing differences (TIFF 6.0, section 14). */
function rowReader({ bitsPerSample, sampleKind, differences, blocks }: TiffLayout, littleEndian: boolean): RowReader {
  const read = sampleReader(bitsPerSample, sampleKind === 'float', littleEndian);
  if (sampleKind === 'float') {
    return (view, offset, row) => {
      for (let i = 0; i < row.length; i++) row[i] = read(view, offset, i);
    };
  }
  const modulus = 2 ** bitsPerSample;
  const sign = sampleKind === 'signed' ? modulus / 2 : modulus;
  return (view, offset, row) => {
    for (let i = 0; i < row.length; i++) {
      const left = differences && i >= blocks.samples ? (row[i - blocks.samples] ?? 0) : 0;
      const value = (read(view, offset, i) + left + modulus) % modulus;
      row[i] = value >= sign ? value - modulus : value;
    }
  };
}

function sampleReader(
  bitsPerSample: number,
  isFloat: boolean,
  littleEndian: boolean,
): (view: DataView, rowOffset: number, i: number) => number {
  if (isFloat) {
    return bitsPerSample === 32
      ? (view, rowOffset, i) => view.getFloat32(rowOffset + 4 * i, littleEndian)
      : (view, rowOffset, i) => view.getFloat64(rowOffset + 8 * i, littleEndian);
  }
  if (bitsPerSample === 32) return (view, rowOffset, i) => view.getUint32(rowOffset + 4 * i, littleEndian);
  if (bitsPerSample === 16) return (view, rowOffset, i) => view.getUint16(rowOffset + 2 * i, littleEndian);
  if (bitsPerSample === 8) return (view, rowOffset, i) => view.getUint8(rowOffset + i);
  const highest = 2 ** bitsPerSample - 1;
  return (view, rowOffset, i) => {
    const bit = i * bitsPerSample;
    return (view.getUint8(rowOffset + (bit >> 3)) >> (8 - bitsPerSample - (bit & 7))) & highest;
  };
}

/** Brings samples to straight grey or RGB in which more is brighter, and those below 8 bits to the range of a byte. */
function colored(samples: Samples, layout: TiffLayout): Raster {
  const { width, height, colors, alpha, bitsPerSample, keptSamples } = layout;
  if (colors === 'palette') return lookUp(samples, layout);
  const colorSamples = colors === 'rgb' ? 3 : 1;
  const channels = (alpha === 'none' ? colorSamples : colorSamples + 1) as Raster['channels'];
  if (bitsPerSample < 8) {
    const scale = 255 / (2 ** bitsPerSample - 1);
    for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) * scale;
  }
  if (colors === 'whiteIsZero') {
    const white = samples instanceof Uint8Array ? 255 : samples instanceof Uint16Array ? 65_535 : 0;
    for (let i = 0; i < samples.length; i += keptSamples.length) samples[i] = white - (samples[i] ?? 0);
  }
  if (alpha === 'multiplied') divideByAlpha(samples, channels);
  return { width, height, channels, data: samples };
}

function lookUp(samples: Samples, { width, height, colorMap, bitsPerSample, keptSamples }: TiffLayout): Raster {
  const entries = 2 ** bitsPerSample;
  // The specification says 16 bits; some writers store bytes.
  const scale = colorMap.every((value) => value < 256) ? 1 : 1 / 256;
  const data = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const index = samples[pixel * keptSamples.length] ?? 0;
    for (let c = 0; c < 3; c++) data[3 * pixel + c] = Math.floor((colorMap[c * entries + index] ?? 0) * scale);
  }
  return { width, height, channels: 3, data };
}

function divideByAlpha(samples: Samples, channels: number): void {
  const full = samples instanceof Uint8Array ? 255 : samples instanceof Uint16Array ? 65_535 : 1;
  for (let i = 0; i < samples.length; i += channels) {
    const alpha = samples[i + channels - 1] ?? 0;
    for (let c = i; c < i + channels - 1; c++) {
      const straight = alpha > 0 ? ((samples[c] ?? 0) * full) / alpha : 0;
      samples[c] = samples instanceof Float32Array ? straight : Math.min(full, Math.round(straight));
    }
  }
}
