/**
 * Sends a worker one message and gives its next one. Only one exchange may be under way with a worker.
 *
 * Rejects with what `failed` makes when the worker does not start, stops, or `signal` is aborted.
 */
export function exchange<Reply>(
  worker: Worker,
  message: unknown,
  failed: () => Error,
  signal: AbortSignal | null = null,
): Promise<Reply> {
  return new Promise<Reply>((resolve, reject) => {
    const fail = () => reject(failed());
    worker.onmessage = (event: MessageEvent<Reply>) => resolve(event.data);
    worker.onerror = fail;
    worker.onmessageerror = fail;
    signal?.addEventListener('abort', fail, { once: true });
    if (signal?.aborted === true) fail();
    else worker.postMessage(message);
  });
}
