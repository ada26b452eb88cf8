import type { SuperpixelReply, SuperpixelRequest } from './computeSuperpixels.ts';
import { slic } from './slic.ts';

self.addEventListener('message', ({ data }: MessageEvent<SuperpixelRequest>) => {
  const map: SuperpixelReply = slic(data.pixels, data.width, data.height, data.options);
  self.postMessage(map, { transfer: [map.segmentIds.buffer] });
});
