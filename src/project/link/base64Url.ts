/** Bytes as letters that an address may hold as they are (RFC 4648, section 5), without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The inverse of {@link toBase64Url}; `null` for any other text. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const letters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    // The platform forgives spaces, padding and bits that no byte takes; a link has one spelling.
    return toBase64Url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
