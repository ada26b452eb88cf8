import type { EngineRequest } from './engineConnection.bench.ts';
import { EngineServer } from './engineServer.bench.ts';
import { installWebGpu } from './webgpuInNode.bench.ts';

/** Makes this process one of an engine, which answers the bench's requests until that goes away. */
export function serveEngine(): void {
  installWebGpu();
  const server = new EngineServer();
  process.on('message', (request: EngineRequest) => {
    void server.reply(request).then((reply) => process.send?.(reply));
  });
  // A bench that was interrupted leaves no engines behind.
  process.on('disconnect', () => process.exit());
}
