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
