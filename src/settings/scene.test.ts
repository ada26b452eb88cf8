import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SCENE_SETTINGS,
  parseSceneId,
  SCENE_LAYOUTS,
  SCENE_LIMITS,
  type SceneSettings,
  sceneId,
  sceneSettingsSchema,
} from './scene.ts';

const anyScene: fc.Arbitrary<SceneSettings> = fc.record({
  layout: fc.constantFrom(...SCENE_LAYOUTS),
  classCount: between('classCount'),
  objects: between('objects'),
  contrast: between('contrast'),
  texture: between('texture'),
  textureScalePx: between('textureScalePx'),
  noise: between('noise'),
  illumination: between('illumination'),
  sizePx: between('sizePx'),
  seed: between('seed'),
});

function between(name: keyof typeof SCENE_LIMITS): fc.Arbitrary<number> {
  const [min, max] = SCENE_LIMITS[name];
  return fc.integer({ min, max });
}

test('the defaults are valid', () => {
  expect(v.parse(sceneSettingsSchema, DEFAULT_SCENE_SETTINGS)).toEqual(DEFAULT_SCENE_SETTINGS);
});

test.each(Object.keys(SCENE_LIMITS) as (keyof typeof SCENE_LIMITS)[])('%s beyond its limits is refused', (name) => {
  const [low, high] = SCENE_LIMITS[name];
  for (const value of [low, high]) {
    expect(v.is(sceneSettingsSchema, { ...DEFAULT_SCENE_SETTINGS, [name]: value })).toBe(true);
  }
  for (const value of [
    low - 1,
    high + 1,
    low + 0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    String(low),
    null,
    undefined,
  ]) {
    expect(v.is(sceneSettingsSchema, { ...DEFAULT_SCENE_SETTINGS, [name]: value })).toBe(false);
  }
});

describe('a scene’s name', () => {
  test('is as documented', () => {
    expect(sceneId(DEFAULT_SCENE_SETTINGS)).toBe('scene-s4-c-z-1e-8-k-14-74-1');
  });

  test('gives the scene again, and fits where names of pictures go', () => {
    fc.assert(
      fc.property(anyScene, (settings) => {
        const id = sceneId(settings);
        expect(id).toMatch(/^[a-z0-9-]{1,40}$/);
        expect(parseSceneId(id)).toEqual(settings);
      }),
    );
  });

  test('is nothing when a character of it is another one, unless it is another scene’s', () => {
    fc.assert(
      fc.property(anyScene, fc.nat(39), fc.string({ minLength: 0, maxLength: 2 }), (settings, at, put) => {
        const id = sceneId(settings);
        const mutated = id.slice(0, at) + put + id.slice(at + 1);
        const parsed = parseSceneId(mutated);
        if (parsed !== null) expect(sceneId(parsed)).toBe(mutated);
      }),
    );
  });

  test.each([
    '',
    'coffee',
    'scene-',
    'scene-s4-c-z-1e-8-k-14-74',
    'scene-s4-c-z-1e-8-k-14-74-1-1',
    'scene-s04-c-z-1e-8-k-14-74-1',
    'scene-x4-c-z-1e-8-k-14-74-1',
    'scene-s4-c-z-1e-8-k-14-74-zzzzzzz',
    'scene-s4-c-z-1e-8-k-14-74-1\n',
    'scene-s9-c-z-1e-8-k-14-74-1',
  ])('%j names no scene', (id) => {
    expect(parseSceneId(id)).toBeNull();
  });
});
