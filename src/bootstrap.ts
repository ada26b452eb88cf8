import { SAMPLES } from './samples/samples.ts';
import { type LaunchOptions, parseLaunchOptions } from './settings/launchOptions.ts';
import { DEFAULT_LEARNER_SETTINGS, defaultReduction, type NetworkSettings } from './settings/learner.ts';
import { createAppStore } from './state/store.ts';
import { exposeScripting } from './workbench/scripting.ts';
import { slowBackendNotice, webgpuAdvice } from './workbench/webgpuAdvice.ts';
import { Workbench } from './workbench/workbench.ts';

/** Wires the rooms together: store, training worker and workbench. Call it once. */
export function bootstrap(): Workbench {
  const { options, problems } = parseLaunchOptions(new URLSearchParams(location.search));
  const store = createAppStore({ settings: { ...DEFAULT_LEARNER_SETTINGS, network: networkFor(options, false) } });
  const worker = new Worker(new URL('./training/worker/worker.ts', import.meta.url), { type: 'module' });
  const workbench = new Workbench({
    store,
    port: worker,
    workingSizePx: options.workingSizePx,
    onBackend(backend) {
      workbench.updateSettings({ network: networkFor(options, backend.software) });
      const notice = slowBackendNotice(backend, options.backend !== 'auto');
      if (notice !== null) {
        const { userAgent } = navigator;
        const advice = webgpuAdvice({ userAgent, secureContext: isSecureContext, hasWebgpu: 'gpu' in navigator });
        workbench.messages.info(notice, { label: 'What to do', run: () => workbench.messages.info(advice) });
      }
    },
  });
  worker.addEventListener('error', () => {
    store.setState({ trainingNotice: 'The training worker stopped. Your labels are still here.' });
    workbench.messages.error(
      'The training worker stopped. Your labels are still here; reload the page to train again.',
    );
  });
  for (const problem of problems) workbench.messages.info(problem);
  workbench.start(options.backend);
  void workbench.openPicture(firstPicture(options));
  exposeScripting(workbench);
  return workbench;
}

function firstPicture(options: LaunchOptions): string {
  return options.picture ?? SAMPLES[0]?.id ?? '';
}

/** What the address asks for, or the usual network at a reduction that suits the device. */
function networkFor({ network, workingSizePx }: LaunchOptions, software: boolean): NetworkSettings {
  return network ?? { ...DEFAULT_LEARNER_SETTINGS.network, stride: defaultReduction(workingSizePx, software) };
}
