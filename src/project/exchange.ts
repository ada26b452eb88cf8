/**
 * Sends a worker one message and gives its next one. Only one exchange may be under way with a worker.
 *
 * Rejects with what `failed` makes when the worker does not start or stops, and with `signal`'s reason when that is
 * aborted; ending the worker is the caller's part.
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
      const fail = () => reject(failed());
      worker.onmessage = (event: MessageEvent<Reply>) => resolve(event.data);
      worker.onerror = fail;
      worker.onmessageerror = fail;
      // A signal may outlive many exchanges: each takes its listener away.
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal });
      worker.postMessage(message);
    });
  } finally {
    settled.abort();
  }
}
