import { decodePngSamples, PNG_GREY, PNG_PALETTE, PngFileError, readPngFile } from '../formats/pngFile.ts';
import { damagedFile } from './projectFileError.ts';

/** How the two planes are stored: class ids as palette indices, stroke ids as grey values. */
const KINDS = {
  classIds: { depth: 8, colorType: PNG_PALETTE },
  strokeIds: { depth: 16, colorType: PNG_GREY },
} as const;

type PlaneKind = keyof typeof KINDS;

/** Palette, comments and chunk headers: generous, for tools that rewrite a PNG. */
const EXTRA_BYTES = 64 * 1024;

/** Most bytes that the PNG of a `height × width` plane may have: deflate at its worst stores, and there is more around. */
export function planePngLimit(width: number, height: number, kind: PlaneKind): number {
  const raw = height * (1 + width * (KINDS[kind].depth / 8));
  return raw + Math.ceil(raw / 1000) + EXTRA_BYTES;
}

/**
 * Class ids of a `height × width` plane from its PNG; no more is ever unpacked than that size needs. Throws a
 * `ProjectFileError` for a PNG of another size or kind and for damaged bytes.
 */
export function decodeClassPlane(png: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readValues(png, width, height, 'classIds'));
}

/** Stroke ids of a `height × width` plane from its PNG; like {@link decodeClassPlane}. */
export function decodeStrokePlane(png: Uint8Array, width: number, height: number): Uint16Array<ArrayBuffer> {
  return new Uint16Array(readValues(png, width, height, 'strokeIds'));
}

function readValues(png: Uint8Array, width: number, height: number, kind: PlaneKind): Uint8Array | Uint16Array {
  try {
    const file = readPngFile(png);
    const { header } = file;
    const isExpected =
      header.width === width &&
      header.height === height &&
      header.depth === KINDS[kind].depth &&
      header.colorType === KINDS[kind].colorType &&
      !header.interlaced;
    if (isExpected) return decodePngSamples(file);
  } catch (cause) {
    if (cause instanceof PngFileError) throw damagedFile(cause);
    throw cause;
  }
  throw damagedFile();
}
