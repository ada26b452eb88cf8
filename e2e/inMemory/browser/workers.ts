import { type AnsweringScope, answerMessages, answerOrRefuse } from '../../../src/base/answerMessages.ts';
import { answerSuperpixelRequest } from '../../../src/editor/superpixels/superpixelAnswers.ts';
import { archiveAnswers } from '../../../src/project/archive/archiveAnswers.ts';
import { exportAnswers } from '../../../src/project/export/exportAnswers.ts';
import { PICTURE_ANSWERS } from '../../../src/project/pictures/pictureAnswers.ts';
import { answerSceneRequest } from '../../../src/samples/scenes/sceneAnswers.ts';
import { isBitmap } from './canvas.ts';

type Scope = AnsweringScope<never>;

/** What each worker's script does in its scope, by the script's name. */
const SCRIPTS: Readonly<Record<string, (scope: Scope) => void>> = {
  archiveWorker: (scope) => answerOrRefuse(scope, archiveAnswers()),
  exportWorker: (scope) => answerOrRefuse(scope, exportAnswers()),
  pictureWorker: (scope) => answerOrRefuse(scope, PICTURE_ANSWERS),
  sceneWorker: (scope) => answerMessages(scope, answerSceneRequest),
  superpixelWorker: (scope) => answerMessages(scope, answerSuperpixelRequest),
};

/** A worker of the page whose script runs in this process; messages are copied as between threads. */
class InProcessWorker extends EventTarget {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onmessageerror: ((event: MessageEvent) => void) | null = null;
  #receive: (event: { readonly data: never }) => void = () => undefined;
  #isEnded = false;

  constructor(url: string) {
    super();
    const name = /(\w+Worker)\b/.exec(url)?.[1] ?? '';
    const script = SCRIPTS[name];
    if (script === undefined) throw new Error(`No worker in memory is called ${url}.`);
    script({
      addEventListener: (_, listener) => {
        this.#receive = listener;
      },
      postMessage: (reply) => {
        const data = copied(reply);
        if (!this.#isEnded) this.onmessage?.(new MessageEvent('message', { data }));
      },
    });
  }

  postMessage(message: unknown): void {
    const data = copied(message) as never;
    setImmediate(() => this.#receive({ data }));
  }

  terminate(): void {
    this.#isEnded = true;
  }
}

/** A copy as another thread gets it. Node clones neither its canvases nor the type of a `File`. */
function copied(value: unknown): unknown {
  if (isBitmap(value) || value instanceof Blob) return value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copied);
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)]));
  }
  return structuredClone(value);
}

/** Gives Node the page's workers. */
export function installWorkers(): void {
  Object.assign(globalThis, { Worker: InProcessWorker });
}
