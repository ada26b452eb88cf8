import { imageSize } from 'image-size';

/** Longest side of a picture that is opened, in pixels. */
export const MAX_SIDE_PX = 16_384;
/** Most pixels of a picture that is opened. */
export const MAX_PIXELS = 100_000_000;
/** Shortest side of a picture that is opened or worked on, in pixels. */
export const MIN_SIDE_PX = 8;

/** Why a picture cannot be opened; `message` is one sentence for the person who chose it. */
export class PictureFileError extends Error {
  override readonly name = 'PictureFileError';
}

/** What the first bytes of a file tell. */
export interface PictureHeader {
  /** File format in words: `JPEG`, `PNG`, … */
  readonly format: string;
  /** Stored size; an orientation tag may still swap the sides. */
  readonly width: number;
  readonly height: number;
}

interface KnownFormat {
  readonly format: string;
  /** The name that `image-size` gives it. */
  readonly type: string;
  /** What its files begin with. */
  readonly start: RegExp;
  /** Whether every good file has a size that `image-size` finds, so that one without is damaged. */
  readonly alwaysReadable: boolean;
}

const FORMATS: readonly KnownFormat[] = [
  { format: 'JPEG', type: 'jpg', start: /^\xff\xd8\xff/, alwaysReadable: true },
  { format: 'PNG', type: 'png', start: /^\x89PNG\r\n/, alwaysReadable: true },
  { format: 'WebP', type: 'webp', start: /^RIFF[\s\S]{4}WEBP/, alwaysReadable: true },
  { format: 'GIF', type: 'gif', start: /^GIF8[79]a/, alwaysReadable: true },
  { format: 'BMP', type: 'bmp', start: /^BM/, alwaysReadable: true },
  { format: 'AVIF', type: 'avif', start: /^[\s\S]{4}ftypavif/, alwaysReadable: false },
];

/** In fewer bytes no format has its size, and `image-size` may read zeros past the end. */
const MIN_HEADER_BYTES = 30;

/**
 * Reads format and size from the first bytes of a file without decoding it.
 *
 * Returns `null` for a format that is not known here: the browser may still know it. Throws a {@link PictureFileError}
 * when a known format's header is cut short or damaged.
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | null {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  const known = FORMATS.find((candidate) => candidate.start.test(start));
  if (known === undefined) return null;
  const size = bytes.length < MIN_HEADER_BYTES ? null : measure(bytes, known.type);
  if (size !== null) return { format: known.format, ...size };
  if (known.alwaysReadable) throw new PictureFileError(damagedMessage(known.format));
  return null;
}

function measure(bytes: Uint8Array, expectedType: string): { readonly width: number; readonly height: number } | null {
  try {
    const { type, width, height } = imageSize(bytes);
    return type === expectedType && Number.isInteger(width) && Number.isInteger(height) ? { width, height } : null;
  } catch {
    // It throws for damaged headers and reads past the end alike.
    return null;
  }
}

/** The sentence for a picture whose format is known but whose content is not readable. */
export function damagedMessage(format: string): string {
  return `This ${format} picture is damaged or cut short.`;
}

/** Throws a {@link PictureFileError} for a picture that is too large to decode or too small to learn from. */
export function checkPictureSize(width: number, height: number): void {
  const size = `${count(width)} × ${count(height)} pixels`;
  if (width < MIN_SIDE_PX || height < MIN_SIDE_PX) {
    throw new PictureFileError(`This picture has only ${size}; each side needs at least ${MIN_SIDE_PX}.`);
  }
  if (width > MAX_SIDE_PX || height > MAX_SIDE_PX) {
    throw new PictureFileError(`This picture has ${size}; no side may be longer than ${count(MAX_SIDE_PX)}.`);
  }
  if (width * height > MAX_PIXELS) {
    throw new PictureFileError(`This picture has ${size}; ${count(MAX_PIXELS / 1e6)} megapixels are the most.`);
  }
}

/** A size that pictures are reduced to; `scale ≤ 1` is working pixels per original pixel. */
export interface WorkingSize {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/**
 * The size that a `width × height` picture is worked on: its longest side becomes `workingSizePx`, and it is never
 * enlarged. Throws a {@link PictureFileError} when the shorter side would vanish.
 */
export function workingSize(width: number, height: number, workingSizePx: number): WorkingSize {
  const scale = Math.min(1, workingSizePx / Math.max(width, height));
  const reduced = { width: Math.round(width * scale), height: Math.round(height * scale), scale };
  if (Math.min(reduced.width, reduced.height) < MIN_SIDE_PX) {
    throw new PictureFileError(
      `Reduced to ${count(workingSizePx)} pixels on its longest side, this picture would be only ` +
        `${Math.min(reduced.width, reduced.height)} across; crop it first.`,
    );
  }
  return reduced;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
