import { loadMobileNetWeights } from '../pretrained/mobileNetWeights.ts';
import type { EngineRequest } from './engineConnection.bench.ts';
import { EngineServer } from './engineServer.bench.ts';

// A worker of an engine: it answers the requests of the page's bench.

/** The first message, before any request: where the files are that it fetches. */
export interface EngineFiles {
  readonly pretrainedUrl: string;
}

let pretrainedUrl = '';
const server = new EngineServer(() => loadMobileNetWeights(pretrainedUrl));
addEventListener(
  'message',
  ({ data: files }: MessageEvent<EngineFiles>) => {
    ({ pretrainedUrl } = files);
    addEventListener('message', ({ data }: MessageEvent<EngineRequest>) => {
      void server.reply(data).then((reply) => postMessage(reply));
    });
  },
  { once: true },
);
