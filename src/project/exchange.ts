import { missingPageFile } from './page/pageFileError.ts';

/**
 * Sends a worker one message and gives its next one. Only one exchange may be under way with a worker.
 *
 * Rejects with a `PageFileError` when the worker's script does not arrive, with what `failed` makes when the worker
 * stops, and with `signal`'s reason when that is aborted; ending the worker is the caller's part.
 */
export async function exchange<Reply>(
  worker: Worker,
  message: unknown,
  failed: () => Error,
  signal?: AbortSignal,
): Promise<Reply> {
  signal?.throwIfAborted();
  const settled = new AbortController();
  try {
    return await new Promise<Reply>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<Reply>) => resolve(event.data);
      worker.onerror = (event) => {
        if (event instanceof ErrorEvent) reject(failed());
        // Without a message of its own: the script, or one that it needs, did not arrive.
        else missingPageFile('A part of this page').then(reject, reject);
      };
      worker.onmessageerror = () => reject(failed());
      // A signal may outlive many exchanges: each takes its listener away.
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal });
      worker.postMessage(message);
    });
  } finally {
    settled.abort();
  }
}
