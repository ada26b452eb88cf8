import pretrainedUrl from 'virtual:mobile-net-weights.bin?url';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { wasmPaths } from './base/wasmBinaries.ts';
import { PageFile } from './project/page/pageFile.ts';
import { parseLaunchOptions } from './settings/launchOptions.ts';
import trainingWorkerUrl from './training/worker/worker.ts?worker&url';
import type { WorkerFiles } from './training/workerFiles.ts';
import { browserPage } from './workbench/browserPage.ts';
import { keepPageFiles } from './workbench/keepPageFiles.ts';
import { launchWorkbench } from './workbench/launchWorkbench.ts';
import { isInForeignFrame } from './workbench/scripting/foreignFrame.ts';
import { answerFrame } from './workbench/scripting/frame.ts';
import { exposeScripting } from './workbench/scripting/scripting.ts';
import { followAddress } from './workbench/sharing/linkAddress.ts';
import { watchForMissingFiles } from './workbench/training/trainingFiles.ts';
import type { Workbench } from './workbench/workbench.ts';

const TRAINING_SCRIPT = new PageFile(trainingWorkerUrl);
// The others are for browsers of long ago, and for threads, which are not used.
const WASM_WITH_SIMD = new PageFile(wasmSimdUrl);
const PRETRAINED_WEIGHTS = new PageFile(pretrainedUrl);

/** Wires the rooms together: store, training worker and workbench. Call it once. */
export function bootstrap(): Workbench {
  const { options, problems } = parseLaunchOptions(new URLSearchParams(location.search));
  // Outside of a frame there is nobody to answer, and no reason to be compact or to store nothing.
  const embed = window.parent === window ? null : options.embed;
  // A page of another origin may show this one, and have a person press what they do not see: never what they made.
  const isFramed = embed !== null || isInForeignFrame(window);
  const storage = () => {
    if (isFramed) throw new Error('A page in a frame stores nothing.');
    return localStorage;
  };
  const { workbench } = launchWorkbench({
    options,
    problems,
    fragment: location.hash,
    page: browserPage(storage),
    isFramed,
    workers: (tell) => ({
      connect() {
        const worker = startTrainingWorker();
        watchForMissingFiles(worker, [WASM_WITH_SIMD, PRETRAINED_WEIGHTS], tell);
        return worker;
      },
      another: startTrainingWorker,
    }),
  });
  // In development scripts import each other, so that none could be kept.
  if (import.meta.env.PROD) keepPageFiles(workbench.store);
  followAddress(workbench);
  const scripting = exposeScripting(workbench);
  if (embed !== null) answerFrame(workbench, scripting, embed);
  return workbench;
}

function startTrainingWorker(): Worker {
  const worker = TRAINING_SCRIPT.startWorker();
  const absolute = (url: string) => new URL(url, document.baseURI).href;
  const wasmUrls = wasmPaths(absolute(wasmUrl), WASM_WITH_SIMD.url, absolute(wasmThreadedSimdUrl));
  worker.postMessage({ wasmUrls, pretrainedUrl: PRETRAINED_WEIGHTS.url } satisfies WorkerFiles);
  return worker;
}
