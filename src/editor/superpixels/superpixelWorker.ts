import { slic } from './slic.ts';
import type { SuperpixelReply, SuperpixelRequest } from './superpixelMessages.ts';

self.addEventListener('message', ({ data }: MessageEvent<SuperpixelRequest>) => {
  const map: SuperpixelReply = slic(data.pixels, data.width, data.height, data.options);
  self.postMessage(map, { transfer: [map.segmentIds.buffer] });
});
