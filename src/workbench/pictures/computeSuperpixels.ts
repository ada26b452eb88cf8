import { defaultSuperpixelOptions } from '../../editor/superpixels/slic.ts';
import type { SuperpixelReply, SuperpixelRequest } from '../../editor/superpixels/superpixelMessages.ts';
import superpixelWorkerUrl from '../../editor/superpixels/superpixelWorker.ts?worker&url';
import type { SuperpixelMap } from '../../editor/tools/tool.ts';
import { exchange } from '../../project/exchange.ts';
import { PageFile } from '../../project/page/pageFile.ts';

const SCRIPT = new PageFile(superpixelWorkerUrl);

/**
 * Cuts a picture into superpixels (see `slic`) in a worker of its own, which ends with the computation.
 *
 * `pixels` are RGBA bytes, row-major; they are copied. Rejects with the signal's reason when it is aborted, and with one
 * sentence for a person when the computation fails or the worker's script does not arrive.
 */
export async function computeSuperpixels(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  signal: AbortSignal,
): Promise<SuperpixelMap> {
  signal.throwIfAborted();
  const worker = SCRIPT.startWorker();
  const failed = () => new Error('The superpixels of this picture could not be computed; the other tools still work.');
  const request: SuperpixelRequest = { pixels, width, height, options: defaultSuperpixelOptions(width, height) };
  try {
    return await exchange<SuperpixelReply>(worker, request, failed, signal);
  } finally {
    worker.terminate();
  }
}
