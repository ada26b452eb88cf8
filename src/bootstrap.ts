import { isSampleId } from './samples/loadSample.ts';
import { type LaunchOptions, parseLaunchOptions } from './settings/launchOptions.ts';
import {
  changesForNetwork,
  DEFAULT_LEARNER_SETTINGS,
  defaultReduction,
  type NetworkSettings,
} from './settings/learner.ts';
import { createAppStore } from './state/store.ts';
import { followAddress } from './workbench/linkAddress.ts';
import { isInForeignFrame } from './workbench/scripting/foreignFrame.ts';
import { answerFrame } from './workbench/scripting/frame.ts';
import { exposeScripting } from './workbench/scripting/scripting.ts';
import { rememberTheme } from './workbench/themePreference.ts';
import { slowBackendNotice, webgpuAdvice } from './workbench/webgpuAdvice.ts';
import { Workbench } from './workbench/workbench.ts';

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
  rememberTheme(store, storage);
  const workbench = new Workbench({
    store,
    connect: () => new Worker(new URL('./training/worker/worker.ts', import.meta.url), { type: 'module' }),
    backend: options.backend,
    workingSizePx: options.workingSizePx,
    storage,
    prefersReducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    onBackend(backend) {
      workbench.setDefaultNetwork(networkFor(options, backend.software));
      const notice = slowBackendNotice(backend, options.backend !== 'auto');
      if (notice !== null) {
        const { userAgent } = navigator;
        const advice = webgpuAdvice({ userAgent, secureContext: isSecureContext, hasWebgpu: 'gpu' in navigator });
        workbench.messages.info(notice, { label: 'What to do', run: () => workbench.messages.info(advice) });
      }
    },
  });
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

/** What the address asks for, or the usual network at a reduction that suits the device. */
function networkFor({ network, workingSizePx }: LaunchOptions, software: boolean): NetworkSettings {
  return network ?? { ...DEFAULT_LEARNER_SETTINGS.network, stride: defaultReduction(workingSizePx, software) };
}
