import { encodeRgbPng } from '../../project/formats/pngWriter.ts';
import { generateScene } from './generateScene.ts';
import type { SceneFile, SceneRequest } from './sceneMessages.ts';

self.addEventListener('message', ({ data }: MessageEvent<SceneRequest>) => {
  const { rgb, mask, strokes } = generateScene(data);
  const file = new Blob([encodeRgbPng(rgb, data.sizePx, data.sizePx)], { type: 'image/png' });
  const reply: SceneFile = { file, mask, strokes };
  self.postMessage(reply, { transfer: [mask.buffer] });
});
