/** Bytes that are no link; caught where the link is read. */
export class LinkFormatError extends Error {
  override name = 'LinkFormatError';
}
