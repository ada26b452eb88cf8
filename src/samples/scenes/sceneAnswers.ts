import type { Answer } from '../../base/answerMessages.ts';
import { encodeRgbPng } from '../../project/formats/pngWriter.ts';
import { generateScene } from './generateScene.ts';
import type { SceneFile, SceneRequest } from './sceneMessages.ts';

/** What the scene worker does. */
export function answerSceneRequest(request: SceneRequest): Answer<SceneFile> {
  const { rgb, mask, strokes } = generateScene(request);
  const file = new Blob([encodeRgbPng(rgb, request.sizePx, request.sizePx)], { type: 'image/png' });
  return { reply: { file, mask, strokes }, transfer: [mask.buffer] };
}
