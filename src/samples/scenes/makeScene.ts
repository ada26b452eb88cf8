import { exchange } from '../../project/exchange.ts';
import { PageFile } from '../../project/page/pageFile.ts';
import type { SceneSettings } from '../../settings/scene.ts';
import type { SceneFile, SceneRequest } from './sceneMessages.ts';
import sceneWorkerUrl from './sceneWorker.ts?worker&url';

const SCRIPT = new PageFile(sceneWorkerUrl);

/**
 * Makes a scene in a worker of its own. Rejects with the signal's reason when it is aborted, and with one sentence for a
 * person when the worker fails or its script does not arrive.
 */
export async function makeScene(settings: SceneSettings, signal?: AbortSignal): Promise<SceneFile> {
  const worker = SCRIPT.startWorker();
  const failed = () => new Error('The scene could not be made; everything else is as it was.');
  const request: SceneRequest = settings;
  try {
    return await exchange<SceneFile>(worker, request, failed, signal);
  } finally {
    worker.terminate();
  }
}
