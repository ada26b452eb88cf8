import type { PageFileError } from '../project/page/pageFileError.ts';
import { isSampleId } from '../samples/loadSample.ts';
import type { LaunchOptions } from '../settings/launchOptions.ts';
import {
  changesForNetwork,
  DEFAULT_LEARNER_SETTINGS,
  defaultReduction,
  type NetworkSettings,
} from '../settings/learner.ts';
import { createAppStore } from '../state/store.ts';
import type { BackendInfo } from '../training/backendMessages.ts';
import { command } from './commands/commands.ts';
import type { PageHost } from './pageHost.ts';
import { tellFailure } from './tellFailure.ts';
import { rememberTheme } from './themePreference.ts';
import { wayBackToGpu } from './training/backendChoice.ts';
import type { TrainingWorkers } from './training/trainingWorkers.ts';
import { slowBackendNotice, webgpuAdvice } from './training/webgpuAdvice.ts';
import { Workbench } from './workbench.ts';

/** What a page gives its workbench to begin with. */
export interface Launch {
  /** What the address asks for, and what of it is not possible, one sentence each. */
  readonly options: LaunchOptions;
  readonly problems: readonly string[];
  /** The address's fragment, a link perhaps. */
  readonly fragment: string;
  readonly page: PageHost;
  /** The page is in another page's frame: nothing that is stored is shown there. */
  readonly isFramed: boolean;
  /** Where training workers come from; `tell`: a file that they need did not arrive. */
  workers(tell: (error: PageFileError) => void): TrainingWorkers;
}

/** Makes a page's store and workbench, and opens what the page starts with; `isOpen` resolves when that is done. */
export function launchWorkbench(launch: Launch): { readonly workbench: Workbench; readonly isOpen: Promise<void> } {
  const { options, page, isFramed } = launch;
  const firstNetwork = networkFor(options, false);
  const store = createAppStore({
    training: {
      settings: { ...DEFAULT_LEARNER_SETTINGS, ...changesForNetwork(DEFAULT_LEARNER_SETTINGS, firstNetwork) },
    },
    view: { isFramed },
  });
  rememberTheme(store, page);
  const workbench: Workbench = new Workbench({
    store,
    page,
    workers: launch.workers((error) => tellFailure(workbench, error)),
    backend: options.backend,
    alwaysTestsGpu: options.alwaysTestsGpu,
    workingSizePx: options.workingSizePx,
    perform: (id, of) => command(id).perform(of),
    onBackend: (backend) => greetBackend(workbench, backend, options),
  });
  for (const problem of launch.problems) workbench.messages.info(problem);
  const { picture } = options;
  if (picture !== null && !isSampleId(picture)) {
    workbench.messages.info(`There is no built-in picture called “${picture}”; here is another.`);
  }
  return { workbench, isOpen: workbench.start(picture, launch.fragment) };
}

/** Suits the network of new projects to what the learner runs on, and says what a person can do about it. */
function greetBackend(workbench: Workbench, backend: BackendInfo, options: LaunchOptions): void {
  const { page, messages } = workbench;
  workbench.setDefaultNetwork(networkFor(options, backend.software));
  const { avoidsGpu } = workbench.store.getState().training;
  if (avoidsGpu !== null) {
    const run = () => workbench.training.tryGpuAgain();
    messages.info(avoidsGpu.because, { label: wayBackToGpu(avoidsGpu), run });
    return;
  }
  const notice = slowBackendNotice(backend, options.backend !== 'auto');
  if (notice === null) return;
  const advice = webgpuAdvice({ userAgent: page.browser, ...page.webgpu });
  messages.info(notice, { label: 'What to do', run: () => messages.info(advice) });
}

/** What the address asks for, or the usual network at a reduction that suits the device. */
function networkFor({ network, workingSizePx }: LaunchOptions, software: boolean): NetworkSettings {
  return network ?? { ...DEFAULT_LEARNER_SETTINGS.network, stride: defaultReduction(workingSizePx, software) };
}
