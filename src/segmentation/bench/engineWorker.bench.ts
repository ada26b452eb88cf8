import type { EngineRequest } from './engineConnection.bench.ts';
import { EngineServer } from './engineServer.bench.ts';

// A worker of an engine: it answers the requests of the page's bench.

const server = new EngineServer();
addEventListener('message', ({ data }: MessageEvent<EngineRequest>) => {
  void server.reply(data).then((reply) => postMessage(reply));
});
