import { damagedMessage, PictureFileError } from '../pictures/pictureHeader.ts';

/** Numbers of the fields that are read here (TIFF 6.0, appendix A). */
export const TIFF_TAGS = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** The fields of a TIFF file's first page. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  readonly hasMorePages: boolean;
  /**
   * A field's whole numbers, empty where the file does not have it. Throws a {@link PictureFileError} when it reaches
   * past the end of the file or is of another kind.
   */
  readonly numbers: (tag: number) => readonly number[];
}

interface Field {
  readonly type: number;
  readonly count: number;
  /** Where the values are, in bytes from the beginning. */
  readonly offset: number;
}

const HEADER_BYTES = 8;
const FIELD_BYTES = 12;
const CLASSIC_VERSION = 42;
const BIG_TIFF_VERSION = 43;
/** Bytes a value by field type: BYTE, SHORT, LONG. */
const TYPE_BYTES: ReadonlyMap<number, 1 | 2 | 4> = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
]);

/** Whether a file's first bytes are those of a TIFF or a BigTIFF. */
export function isTiff(start: Uint8Array): boolean {
  return /^(?:II[*+]\0|MM\0[*+])/.test(String.fromCharCode(...start.subarray(0, 4)));
}

/**
 * Reads the first page's directory of a TIFF file (TIFF 6.0, section 2), values only when they are asked for. Linked
 * directories are not followed.
 *
 * Throws a {@link PictureFileError} when the file is a BigTIFF, or cut short before the directory ends.
 */
export function readTiffDirectory(bytes: Uint8Array): TiffDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isTiff(bytes) || bytes.length < HEADER_BYTES) throw damagedTiff();
  const littleEndian = bytes[0] === 0x49;
  const version = view.getUint16(2, littleEndian);
  if (version === BIG_TIFF_VERSION) {
    throw new PictureFileError(
      'This is a BigTIFF file, which cannot be read here; save it as an ordinary TIFF or PNG.',
    );
  }
  if (version !== CLASSIC_VERSION) throw damagedTiff();

  const start = view.getUint32(4, littleEndian);
  if (start + 2 > bytes.length) throw damagedTiff();
  const fieldCount = view.getUint16(start, littleEndian);
  const end = start + 2 + fieldCount * FIELD_BYTES;
  if (fieldCount === 0 || end > bytes.length) throw damagedTiff();
  const fields = new Map<number, Field>();
  for (let offset = start + 2; offset < end; offset += FIELD_BYTES) {
    const tag = view.getUint16(offset, littleEndian);
    if (!fields.has(tag)) fields.set(tag, readField(view, offset, littleEndian));
  }
  return {
    littleEndian,
    // Some writers leave the link out where the file ends.
    hasMorePages: end + 4 <= bytes.length && view.getUint32(end, littleEndian) !== 0,
    numbers: (tag) => readNumbers(view, fields.get(tag), littleEndian),
  };
}

/** The refusal of a TIFF file that contradicts itself or ends too early. */
export function damagedTiff(cause?: unknown): PictureFileError {
  return new PictureFileError(damagedMessage('TIFF'), { cause });
}

function readField(view: DataView, offset: number, littleEndian: boolean): Field {
  const type = view.getUint16(offset + 2, littleEndian);
  const count = view.getUint32(offset + 4, littleEndian);
  // What fits into four bytes stands in the field itself.
  const isInline = (TYPE_BYTES.get(type) ?? 8) * count <= 4;
  return { type, count, offset: isInline ? offset + 8 : view.getUint32(offset + 8, littleEndian) };
}

function readNumbers(view: DataView, field: Field | undefined, littleEndian: boolean): readonly number[] {
  if (field === undefined) return [];
  const { type, count, offset } = field;
  const bytes = TYPE_BYTES.get(type);
  // Before anything is allocated: a field may claim four billion values.
  if (bytes === undefined || offset + bytes * count > view.byteLength) throw damagedTiff();
  return Array.from({ length: count }, (_, i) => {
    if (bytes === 1) return view.getUint8(offset + i);
    return bytes === 2 ? view.getUint16(offset + 2 * i, littleEndian) : view.getUint32(offset + 4 * i, littleEndian);
  });
}
