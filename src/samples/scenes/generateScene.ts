import type { SegmentationClass } from '../../settings/classes.ts';
import type { SceneSettings } from '../../settings/scene.ts';
import type { StarterStroke } from '../sample.ts';
import { sceneMask } from './sceneMask.ts';
import { scenePicture } from './scenePicture.ts';
import { sceneStrokes } from './sceneStrokes.ts';

/** A picture of which all is known. */
export interface Scene {
  /** RGB bytes, row-major, `[sizePx, sizePx, 3]`. */
  readonly rgb: Uint8Array<ArrayBuffer>;
  /** Class ids of every pixel, row-major, `[sizePx, sizePx]`. */
  readonly mask: Uint8Array<ArrayBuffer>;
  readonly strokes: readonly StarterStroke[];
}

/** Colours of the page's palette. */
const COLORS = ['#2458b4', '#f03c14', '#f5e72a', '#0c9373', '#b578d8', '#69d1ee'];
const NAMES = {
  shapes: ['Ground', 'Thing A', 'Thing B', 'Thing C', 'Thing D', 'Thing E'],
  mosaic: ['Field A', 'Field B', 'Field C', 'Field D', 'Field E', 'Field F'],
} as const;

/** Makes a scene: the same settings give the same bytes on every machine. Takes up to a tenth of a second. */
export function generateScene(settings: SceneSettings): Scene {
  const mask = sceneMask(settings);
  return { mask, rgb: scenePicture(settings, mask), strokes: sceneStrokes(settings, mask) };
}

/** A scene's classes; their ids count from 0. */
export function sceneClasses({ layout, classCount }: SceneSettings): SegmentationClass[] {
  return NAMES[layout].slice(0, classCount).map((name, id) => ({ id, name, color: COLORS[id] as string }));
}
