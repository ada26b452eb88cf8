import pretrainedUrl from 'virtual:mobile-net-weights.bin?url';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { messageOf } from './base/messageOf.ts';
import { wasmPaths } from './base/wasmBinaries.ts';
import { ENGINE_NAMES, type EngineName } from './segmentation/bench/benchReport.ts';
import { askOnce, contestText, measureRows, tuningText } from './segmentation/bench/contest.bench.ts';
import {
  EngineConnection,
  type EngineReply,
  type MeasuredAdapter,
  type TestedAdapter,
} from './segmentation/bench/engineConnection.bench.ts';
import type { EngineFiles } from './segmentation/bench/engineWorker.bench.ts';
import engineWorkerUrl from './segmentation/bench/engineWorker.bench.ts?worker&url';
import './benchPage.css';

/** Shorter than the command's: a person waits. */
const ROUND_MS = 500;

/** What is to be measured, as the page's address says: `?bench`, `?bench=ours` and `?bench&size=128`. */
interface BenchRequest {
  readonly engines: readonly EngineName[];
  /** `null`: those that the adapter has time for. */
  readonly sizes: readonly number[] | null;
}

function requestOf(parameters: URLSearchParams): BenchRequest {
  const size = /^\d{2,3}$/.exec(parameters.get('size') ?? '')?.[0];
  return {
    engines: parameters.get('bench') === 'ours' ? ['ours'] : ENGINE_NAMES,
    // The bench's network halves its maps twice.
    sizes: size === undefined ? null : [4 * Math.round(Number(size) / 4)],
  };
}

function absolute(url: string): string {
  return new URL(url, document.baseURI).href;
}

/** An engine in a worker of its own. */
function engineWorker(): EngineConnection {
  const worker = new Worker(absolute(engineWorkerUrl), { type: 'module' });
  worker.postMessage({ pretrainedUrl: absolute(pretrainedUrl) } satisfies EngineFiles);
  return new EngineConnection(
    (request) =>
      new Promise<EngineReply>((resolve) => {
        worker.onmessage = ({ data }: MessageEvent<EngineReply>) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          resolve({ error: event.message || 'its worker could not be loaded' });
        };
        worker.postMessage(request);
      }),
    () => worker.terminate(),
  );
}

/** The page's elements. */
class BenchView {
  readonly #progress = element('ol', { className: 'progress' });
  readonly #text = element('pre', { tabIndex: 0, ariaLabel: 'The figures as text' });
  readonly #copy = element('button', { type: 'button', textContent: 'Copy the text', hidden: true });
  readonly #status = element('p', { role: 'status', className: 'status' });

  constructor(root: HTMLElement) {
    document.title = 'Unlabeled: bench';
    const main = element('main', { className: 'bench' });
    const steps = [
      element('h1', { textContent: 'What this device makes of a training step' }),
      element('p', {
        textContent:
          'This page tries the graphics processor and times the training step of Unlabeled, of TensorFlow.js as it comes, ' +
          'and of jax-js, one after another. It takes a minute or two on a graphics processor, much longer without one; ' +
          'leave the tab in front meanwhile. Nothing is sent anywhere: copy the text, and give it to whoever asked you for it.',
      }),
    ];
    main.append(...steps, this.#progress, this.#status, this.#text, this.#copy);
    root.replaceChildren(main);
    this.#text.hidden = true;
    this.#copy.addEventListener('click', () => void this.#copyText());
  }

  /** What is done now; what was before is done. */
  begin(sentence: string): void {
    this.#progress.lastElementChild?.removeAttribute('aria-current');
    this.#progress.append(element('li', { textContent: sentence, ariaCurrent: 'step' }));
  }

  /** All is done, or `text` says why not. */
  finish(text: string): void {
    this.#progress.lastElementChild?.removeAttribute('aria-current');
    this.#text.textContent = text;
    this.#text.hidden = false;
    this.#copy.hidden = false;
    this.#status.textContent = 'Done.';
  }

  async #copyText(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#text.textContent ?? '');
      this.#status.textContent = 'Copied.';
    } catch {
      getSelection()?.selectAllChildren(this.#text);
      this.#status.textContent =
        'This browser lets nothing be copied by a page: the text is selected, copy it yourself.';
    }
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}

function testSentence({ disagreement, ms, compileMs }: TestedAdapter): string {
  const times = `${(compileMs / 1000).toFixed(1)} s to compile the default network, ${(ms / 1000).toFixed(1)} s to test it`;
  return `Self-test: ${disagreement ?? 'every kernel agrees with the processor'} (${times})`;
}

async function measured(parameters: URLSearchParams, view: BenchView): Promise<string> {
  const head = [`Unlabeled bench, ${new Date().toISOString().slice(0, 10)}`, navigator.userAgent];
  view.begin('Measuring what the adapter can do …');
  const adapter: MeasuredAdapter = await askOnce(engineWorker, (engine) => engine.measureAdapter());
  view.begin(`Trying the kernels of the default network on ${adapter.name} …`);
  const test = await askOnce(engineWorker, (engine) => engine.testAdapter()).then(testSentence, (error: Error) => {
    return `Self-test: ${error.message}`;
  });
  const binaries = wasmPaths(absolute(wasmUrl), absolute(wasmSimdUrl), absolute(wasmThreadedSimdUrl));
  view.begin('Finding out how its kernels are best cut …');
  const tuning = await askOnce(engineWorker, (engine) => engine.tuneAdapter(binaries)).then(
    tuningText,
    (error: Error) => `Tuning: ${error.message}`,
  );
  const result = await measureRows(
    {
      ...requestOf(parameters),
      wasmPaths: binaries,
      roundMs: ROUND_MS,
      connect: engineWorker,
      onProgress: (sentence) => view.begin(sentence),
    },
    adapter,
  );
  return [head.join('\n'), test, tuning, contestText(result, adapter)].join('\n\n');
}

/** Runs the bench in place of the page and shows its figures as text to copy. */
export async function showBench(root: HTMLElement): Promise<void> {
  const view = new BenchView(root);
  try {
    view.finish(await measured(new URLSearchParams(location.search), view));
  } catch (error) {
    const reason = messageOf(error);
    view.finish(`The bench ended early. ${reason}\n\n${navigator.userAgent}`);
  }
}
