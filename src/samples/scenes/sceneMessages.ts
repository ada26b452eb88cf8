import type { SceneSettings } from '../../settings/scene.ts';
import type { Scene } from './generateScene.ts';

/** What the page sends to the scene worker. */
export type SceneRequest = SceneSettings;

/** A generated scene with its picture as a file. */
export interface SceneFile extends Pick<Scene, 'mask' | 'strokes'> {
  /** A colour PNG, `sizePx × sizePx`. */
  readonly file: Blob;
}
