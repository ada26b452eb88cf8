import { DEFAULT_SCENE_SETTINGS, type SceneSettings } from '../../src/settings/scene.ts';

/** A generated picture of three classes that a small network soon tells apart. */
export const EASY_SCENE: SceneSettings = {
  ...DEFAULT_SCENE_SETTINGS,
  layout: 'mosaic',
  classCount: 3,
  objects: 5,
  contrast: 80,
  texture: 20,
  noise: 10,
  sizePx: 128,
  seed: 5,
};
