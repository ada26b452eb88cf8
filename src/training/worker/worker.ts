import { startBackend } from '../../segmentation/backend.ts';
import { loadMobileNetWeights } from '../../segmentation/pretrained/mobileNetWeights.ts';
import type { Command } from '../protocol.ts';
import type { WorkerFiles } from '../workerFiles.ts';
import { TrainingSession } from './session.ts';

declare const self: DedicatedWorkerGlobalScope;

// A message to oneself waits behind the messages that already came in: giving way costs microseconds, where a timer
// would cost milliseconds.
const turn = new MessageChannel();
const waiting: (() => void)[] = [];
turn.port1.onmessage = () => waiting.shift()?.();

let files: WorkerFiles = { wasmUrls: {}, pretrainedUrl: '' };

const session = new TrainingSession(
  { send: (event, transfer) => self.postMessage(event, transfer) },
  {
    async startBackend(wanted, onFailed, reasonToAvoid) {
      const { wasmUrls, pretrainedUrl } = files;
      const [backend] = await Promise.all([
        startBackend(wanted, wasmUrls, onFailed, reasonToAvoid),
        loadMobileNetWeights(pretrainedUrl),
      ]);
      return backend;
    },
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    yieldToEventLoop: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        turn.port2.postMessage(null);
      }),
  },
);
self.onmessage = ({ data }: MessageEvent<WorkerFiles>) => {
  files = data;
  self.onmessage = (message: MessageEvent<Command>) => session.receive(message.data);
};
// Of a promise the page would not learn.
session.run().catch((error: unknown) => reportError(error));
