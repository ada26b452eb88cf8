import { readPictureHeader } from '../pictures/pictureHeader.ts';

const MAX_NAME_LENGTH = 60;
const FALLBACK = 'picture';
/** Names that Windows keeps for devices, whatever ending they have. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
/** Endings that people's picture names carry. */
const PICTURE_ENDING = /\.(jpe?g|png|webp|gif|bmp|avif|tiff?|heic)$/i;

/**
 * A name for files that every system takes: the letters and digits of any script, points, hyphens and underscores,
 * without the ending of a picture file.
 */
export function safeFileName(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .trim()
    .replace(PICTURE_ENDING, '')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.');
  const short = [...cleaned].slice(0, MAX_NAME_LENGTH).join('');
  const trimmed = short.replace(/^[.-]+|[.-]+$/g, '');
  if (trimmed === '') return FALLBACK;
  return DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** Gives out file names that differ by more than their case: `cat`, `cat-2`, `cat-3`. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  /** A safe file name for `name` that was not given out before. */
  take(name: string): string {
    const base = safeFileName(name);
    let candidate = base;
    for (let n = 2; this.#taken.has(candidate.toLowerCase()); n++) candidate = `${base}-${n}`;
    this.#taken.add(candidate.toLowerCase());
    return candidate;
  }
}

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['image/bmp', 'bmp'],
  ['image/avif', 'avif'],
  ['image/tiff', 'tif'],
]);

/**
 * The ending of a picture's file, without the point: by its media type, or by its first bytes where the browser gave it
 * none that is known; `bin` where those tell nothing either.
 */
export function pictureEnding(mediaType: string, bytes: Uint8Array): string {
  return ENDINGS.get(mediaType) ?? ENDINGS.get(`image/${formatOf(bytes)}`) ?? 'bin';
}

function formatOf(bytes: Uint8Array): string {
  try {
    return readPictureHeader(bytes)?.format.toLowerCase() ?? '';
  } catch {
    // A damaged header: whoever opens the picture says so.
    return '';
  }
}
