import pretrainedUrl from 'virtual:mobile-net-weights.bin?url';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { wasmPaths } from './base/wasmBinaries.ts';
import { PageFile } from './project/page/pageFile.ts';
import { isSampleId } from './samples/loadSample.ts';
import { type LaunchOptions, parseLaunchOptions } from './settings/launchOptions.ts';
import {
  changesForNetwork,
  DEFAULT_LEARNER_SETTINGS,
  defaultReduction,
  type NetworkSettings,
} from './settings/learner.ts';
import { createAppStore } from './state/store.ts';
import trainingWorkerUrl from './training/worker/worker.ts?worker&url';
import type { WorkerFiles } from './training/workerFiles.ts';
import { browserPage } from './workbench/browserPage.ts';
import { command } from './workbench/commands/commands.ts';
import { keepPageFiles } from './workbench/keepPageFiles.ts';
import { isInForeignFrame } from './workbench/scripting/foreignFrame.ts';
import { answerFrame } from './workbench/scripting/frame.ts';
import { exposeScripting } from './workbench/scripting/scripting.ts';
import { followAddress } from './workbench/sharing/linkAddress.ts';
import { tellFailure } from './workbench/tellFailure.ts';
import { rememberTheme } from './workbench/themePreference.ts';
import { wayBackToGpu } from './workbench/training/backendChoice.ts';
import { watchForMissingFiles } from './workbench/training/trainingFiles.ts';
import { slowBackendNotice, webgpuAdvice } from './workbench/training/webgpuAdvice.ts';
import { Workbench } from './workbench/workbench.ts';

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
  const firstNetwork = networkFor(options, false);
  const store = createAppStore({
    isFramed,
    settings: { ...DEFAULT_LEARNER_SETTINGS, ...changesForNetwork(DEFAULT_LEARNER_SETTINGS, firstNetwork) },
  });
  const page = browserPage(storage);
  rememberTheme(store, page);
  const workbench = new Workbench({
    store,
    page,
    workers: {
      connect() {
        const worker = startTrainingWorker();
        watchForMissingFiles(worker, [WASM_WITH_SIMD, PRETRAINED_WEIGHTS], (error) => tellFailure(workbench, error));
        return worker;
      },
      another: startTrainingWorker,
    },
    backend: options.backend,
    alwaysTestsGpu: options.alwaysTestsGpu,
    workingSizePx: options.workingSizePx,
    perform: (id, of) => command(id).perform(of),
    onBackend(backend) {
      workbench.setDefaultNetwork(networkFor(options, backend.software));
      const { avoidsGpu } = store.getState();
      if (avoidsGpu !== null) {
        const run = () => workbench.training.tryGpuAgain();
        workbench.messages.info(avoidsGpu.because, { label: wayBackToGpu(avoidsGpu), run });
        return;
      }
      const notice = slowBackendNotice(backend, options.backend !== 'auto');
      if (notice !== null) {
        const { userAgent } = navigator;
        const advice = webgpuAdvice({ userAgent, secureContext: isSecureContext, hasWebgpu: 'gpu' in navigator });
        workbench.messages.info(notice, { label: 'What to do', run: () => workbench.messages.info(advice) });
      }
    },
  });
  // In development scripts import each other, so that none could be kept.
  if (import.meta.env.PROD) keepPageFiles(store);
  for (const problem of problems) workbench.messages.info(problem);
  const { picture } = options;
  if (picture !== null && !isSampleId(picture)) {
    workbench.messages.info(`There is no built-in picture called “${picture}”; here is another.`);
  }
  void workbench.start(picture, location.hash);
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

/** What the address asks for, or the usual network at a reduction that suits the device. */
function networkFor({ network, workingSizePx }: LaunchOptions, software: boolean): NetworkSettings {
  return network ?? { ...DEFAULT_LEARNER_SETTINGS.network, stride: defaultReduction(workingSizePx, software) };
}
