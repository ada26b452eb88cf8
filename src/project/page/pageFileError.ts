/** Why a file of the page did not arrive. */
type Reason = 'offline' | 'newerVersion' | 'unknown';

const REASONS: Readonly<Record<Reason, string>> = {
  offline: 'the network is off',
  newerVersion: 'a newer version of this page is out',
  unknown: 'it did not arrive',
};

/** A file of the page itself did not arrive: a script, or a built-in picture. The message is a sentence for a person. */
export class PageFileError extends Error {
  override readonly name = 'PageFileError';
}

/**
 * Finds out why a file of the page did not arrive, and says so in one sentence for a person.
 *
 * `subject` begins the sentence, such as "The built-in picture “coffee.jpg”".
 */
export async function missingPageFile(subject: string, cause?: unknown): Promise<PageFileError> {
  return new PageFileError(`${subject} could not be loaded: ${REASONS[await findReason()]}.`, { cause });
}

async function findReason(): Promise<Reason> {
  if (!navigator.onLine) return 'offline';
  // Every version of the page names a main script of its own.
  const script = document.querySelector('script[type="module"][src]')?.getAttribute('src') ?? '';
  try {
    const response = await fetch(location.pathname, { cache: 'no-store' });
    if (!response.ok) return 'unknown';
    return (await response.text()).includes(script) ? 'unknown' : 'newerVersion';
  } catch {
    return 'offline';
  }
}
