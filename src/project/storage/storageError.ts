/**
 * `full`: no room left. `blocked`: a newer version of the page has the database, or wrote what is asked for. `damaged`:
 * what is stored cannot be read back. `failed`: anything else, as where a browser lets no page store anything.
 */
export type StorageErrorKind = 'full' | 'blocked' | 'damaged' | 'failed';

/** What went wrong with stored projects; `message` is one sentence for a person: what happened, what was kept. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly kind: StorageErrorKind;

  constructor(kind: StorageErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const SENTENCES = {
  open: 'This browser does not let the page store projects; they last until the tab is closed.',
  read: 'The browser could not read what is stored; nothing was changed.',
  write: 'The newest changes could not be stored; what was stored before is kept.',
} as const;

/** Any error as a {@link StorageError}; one that is one already stays as it is. `during` chooses the sentence. */
export function toStorageError(cause: unknown, during: keyof typeof SENTENCES): StorageError {
  if (cause instanceof StorageError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'QuotaExceededError') {
    const message = 'There is no room left for the newest changes; what was stored before is kept.';
    return new StorageError('full', message, { cause });
  }
  if (name === 'VersionError') {
    const message =
      'A newer version of this page has taken over what is stored, and all of it was kept: reload to go on there, for what is done here is not stored.';
    return new StorageError('blocked', message, { cause });
  }
  if (during === 'read' && (name === 'NotReadableError' || name === 'DataError' || name === 'NotFoundError')) {
    const message = 'A part of what is stored is damaged and cannot be read; all else is kept.';
    return new StorageError('damaged', message, { cause });
  }
  return new StorageError('failed', SENTENCES[during], { cause });
}
