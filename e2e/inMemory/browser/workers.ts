import type { Answer } from '../../../src/base/answerMessages.ts';
import { answerSuperpixelRequest } from '../../../src/editor/superpixels/superpixelAnswers.ts';
import { archiveAnswers } from '../../../src/project/archive/archiveAnswers.ts';
import { exportAnswers } from '../../../src/project/export/exportAnswers.ts';
import { answerPictureRequest } from '../../../src/project/pictures/pictureAnswers.ts';
import { answerSceneRequest } from '../../../src/samples/scenes/sceneAnswers.ts';
import { isBitmap } from './canvas.ts';

type Answering = (request: never) => Answer<unknown> | Promise<Answer<unknown>>;

/** What each worker's script answers with, by the script's name. */
const ANSWERS: Readonly<Record<string, () => Answering>> = {
  archiveWorker: archiveAnswers,
  exportWorker: exportAnswers,
  pictureWorker: () => answerPictureRequest,
  sceneWorker: () => answerSceneRequest,
  superpixelWorker: () => answerSuperpixelRequest,
};

/** A worker of the page whose script runs in this process; messages are copied as between threads. */
class InProcessWorker extends EventTarget {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onmessageerror: ((event: MessageEvent) => void) | null = null;
  readonly #answer: Answering;
  #isEnded = false;

  constructor(url: string) {
    super();
    const name = /(\w+Worker)\b/.exec(url)?.[1] ?? '';
    const answers = ANSWERS[name];
    if (answers === undefined) throw new Error(`No worker in memory is called ${url}.`);
    this.#answer = answers();
  }

  postMessage(message: unknown): void {
    const request = copied(message);
    setImmediate(async () => {
      const { reply } = await this.#answer(request as never);
      const data = copied(reply);
      if (!this.#isEnded) this.onmessage?.(new MessageEvent('message', { data }));
    });
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
