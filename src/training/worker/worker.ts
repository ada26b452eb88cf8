import { startBackend } from '../../segmentation/backend.ts';
import type { Command } from '../protocol.ts';
import type { WorkerFiles } from '../workerFiles.ts';
import { TrainingSession } from './session.ts';

declare const self: DedicatedWorkerGlobalScope;

// A message to oneself waits behind the messages that already came in: giving way costs microseconds, where a timer
// would cost milliseconds.
const turn = new MessageChannel();
const waiting: (() => void)[] = [];
turn.port1.onmessage = () => waiting.shift()?.();

let wasmUrls: WorkerFiles['wasmUrls'] = {};

const session = new TrainingSession(
  { send: (event, transfer) => self.postMessage(event, transfer) },
  {
    startBackend: (wanted, onFailed, reasonToAvoid) => startBackend(wanted, wasmUrls, onFailed, reasonToAvoid),
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    yieldTurn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        turn.port2.postMessage(null);
      }),
  },
);
self.onmessage = ({ data }: MessageEvent<WorkerFiles>) => {
  wasmUrls = data.wasmUrls;
  self.onmessage = (message: MessageEvent<Command>) => session.receive(message.data);
};
// Of a promise the page would not learn.
session.run().catch((error: unknown) => reportError(error));
