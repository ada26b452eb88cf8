import type { Answer } from '../../base/answerMessages.ts';
import { slic } from './slic.ts';
import type { SuperpixelReply, SuperpixelRequest } from './superpixelMessages.ts';

/** What the superpixel worker does. */
export function answerSuperpixelRequest(request: SuperpixelRequest): Answer<SuperpixelReply> {
  const { pixels, width, height, options } = request;
  const map = slic(pixels, width, height, options);
  return { reply: map, transfer: [map.segmentIds.buffer] };
}
