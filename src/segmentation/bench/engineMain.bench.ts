import type { EngineRequest } from './engineConnection.bench.ts';
import { EngineServer } from './engineServer.bench.ts';
import { installWebGpu } from './webgpuInNode.bench.ts';

/** Makes this process one of an engine, which answers the bench's requests until that goes away. */
export function serveEngine(): void {
  installWebGpu();
  // A program for Node has the pretrained weights in itself.
  const server = new EngineServer(() => Promise.resolve());
  process.on('message', (request: EngineRequest) => {
    void server.reply(request).then((reply) => process.send?.(reply));
  });
  // A bench that was interrupted leaves no engines behind.
  process.on('disconnect', () => process.exit());
}
