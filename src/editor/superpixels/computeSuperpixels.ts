import type { SuperpixelMap } from '../tools/tool.ts';
import type { SuperpixelOptions } from './slic.ts';

/** What the page asks the superpixel worker for. */
export interface SuperpixelRequest {
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly options: Partial<SuperpixelOptions>;
}

/** The worker's only answer; what goes wrong is its `error` event. */
export type SuperpixelReply = SuperpixelMap;

/**
 * Cuts a picture into superpixels (see `slic`) in a worker of its own, which ends with the computation.
 *
 * `pixels` are RGBA bytes, row-major; they are copied. Rejects with the signal's reason when it is aborted, and with one
 * sentence for a person when the computation fails.
 */
export async function computeSuperpixels(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  options: Partial<SuperpixelOptions>,
  signal?: AbortSignal,
): Promise<SuperpixelMap> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./superpixelWorker.ts', import.meta.url), { type: 'module' });
  const ended = new AbortController();
  try {
    return await new Promise<SuperpixelMap>((resolve, reject) => {
      worker.addEventListener('message', (event: MessageEvent<SuperpixelReply>) => resolve(event.data));
      worker.addEventListener('error', () => {
        reject(new Error('The superpixels of this picture could not be computed; the other tools still work.'));
      });
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: ended.signal });
      const request: SuperpixelRequest = { pixels, width, height, options };
      worker.postMessage(request);
    });
  } finally {
    ended.abort();
    worker.terminate();
  }
}
