import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { startBackend } from '../../segmentation/backend.ts';
import type { Command } from '../protocol.ts';
import { TrainingSession } from './session.ts';

declare const self: DedicatedWorkerGlobalScope;

// A message to oneself waits behind the messages that already came in: giving way costs microseconds, where a timer
// would cost milliseconds.
const turn = new MessageChannel();
const waiting: (() => void)[] = [];
turn.port1.onmessage = () => waiting.shift()?.();

const absolute = (url: string) => new URL(url, import.meta.url).href;
const WASM_URLS = {
  'tfjs-backend-wasm.wasm': absolute(wasmUrl),
  'tfjs-backend-wasm-simd.wasm': absolute(wasmSimdUrl),
  'tfjs-backend-wasm-threaded-simd.wasm': absolute(wasmThreadedSimdUrl),
};

const session = new TrainingSession(
  { send: (event, transfer) => self.postMessage(event, transfer) },
  {
    startBackend: (wanted, onFailed) => startBackend(wanted, WASM_URLS, onFailed),
    now: () => performance.now(),
    yieldTurn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        turn.port2.postMessage(null);
      }),
  },
);
self.onmessage = (message: MessageEvent<Command>) => session.receive(message.data);
void session.run();
