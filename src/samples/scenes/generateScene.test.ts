import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../base/crc32.ts';
import { rasteriseCapsule } from '../../labels/capsule.ts';
import { classListSchema } from '../../settings/classes.ts';
import { DEFAULT_SCENE_SETTINGS, SCENE_LAYOUTS, SCENE_LIMITS, type SceneSettings } from '../../settings/scene.ts';
import { borderDistances } from './borderDistances.ts';
import { generateScene, type Scene, sceneClasses } from './generateScene.ts';

const SMALL: SceneSettings = { ...DEFAULT_SCENE_SETTINGS, sizePx: 96 };

const anySmallScene: fc.Arbitrary<SceneSettings> = fc.record({
  layout: fc.constantFrom(...SCENE_LAYOUTS),
  classCount: between('classCount'),
  objects: between('objects'),
  contrast: between('contrast'),
  texture: between('texture'),
  textureScalePx: between('textureScalePx'),
  noise: between('noise'),
  illumination: between('illumination'),
  sizePx: fc.integer({ min: 64, max: 112 }),
  seed: between('seed'),
});

function between(name: keyof typeof SCENE_LIMITS): fc.Arbitrary<number> {
  const [min, max] = SCENE_LIMITS[name];
  return fc.integer({ min, max });
}

/** The pixels of each stroke. */
function strokePixels(scene: Scene, sizePx: number): { readonly classId: number; readonly pixels: number[] }[] {
  return scene.strokes.map(({ classId, radiusPx, points }) => {
    const pixels = new Set<number>();
    points.forEach(([toX, toY], i) => {
      const [fromX, fromY] = points[i - 1] ?? [toX, toY];
      rasteriseCapsule(fromX, fromY, toX, toY, radiusPx, sizePx, sizePx, (y, xStart, xEnd) => {
        for (let x = xStart; x < xEnd; x++) pixels.add(y * sizePx + x);
      });
    });
    return { classId, pixels: [...pixels] };
  });
}

/** Of mask, picture and strokes. */
function checksums(settings: SceneSettings): number[] {
  const { mask, rgb, strokes } = generateScene(settings);
  return [mask, rgb, new TextEncoder().encode(JSON.stringify(strokes))].map(crc32);
}

function meanSquare(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, level, i) => sum + (level - (b[i] ?? 0)) ** 2, 0) / a.length;
}

describe('a scene is its settings', () => {
  test('the same settings give the same bytes, here and elsewhere', () => {
    // Noted once, on x86-64 in Node 20: whatever another machine or a later version makes must be these bytes.
    for (const _ of [1, 2]) {
      expect(checksums(DEFAULT_SCENE_SETTINGS)).toEqual([10721729, 1192286087, 2518612196]);
      expect(checksums({ ...DEFAULT_SCENE_SETTINGS, layout: 'mosaic' })).toEqual([3732422961, 2874052294, 546594095]);
    }
  });

  test('another seed gives another mask and another picture', () => {
    fc.assert(
      fc.property(anySmallScene, (settings) => {
        const other = generateScene({ ...settings, seed: settings.seed ^ 1 });
        const scene = generateScene(settings);
        expect(other.mask).not.toEqual(scene.mask);
        expect(other.rgb).not.toEqual(scene.rgb);
      }),
      { numRuns: 20 },
    );
  });
});

test('every class is there, every pixel has a class, and the strokes tell the truth', () => {
  fc.assert(
    fc.property(anySmallScene, (settings) => {
      const scene = generateScene(settings);
      const { sizePx } = settings;
      const ids = Array.from({ length: settings.classCount }, (_, id) => id);
      expect(scene.mask).toHaveLength(sizePx ** 2);
      expect(scene.rgb).toHaveLength(3 * sizePx ** 2);
      expect([...new Set(scene.mask)].sort()).toEqual(ids);
      const classes = sceneClasses(settings);
      expect(v.parse(classListSchema, classes)).toEqual(classes);
      expect(classes.map(({ id }) => id)).toEqual(ids);

      const strokes = strokePixels(scene, sizePx);
      expect([...new Set(strokes.map(({ classId }) => classId))]).toEqual(ids);
      for (const { classId, pixels } of strokes) {
        expect(pixels.length).toBeGreaterThan(0);
        expect(pixels.every((i) => scene.mask[i] === classId)).toBe(true);
      }
      expect(new Set(strokes.flatMap(({ pixels }) => pixels)).size / sizePx ** 2).toBeLessThanOrEqual(0.02);
    }),
    { numRuns: 60 },
  );
});

test('of every class one stroke runs along a border, and one through the inside', () => {
  const settings = DEFAULT_SCENE_SETTINGS;
  for (const layout of SCENE_LAYOUTS) {
    const scene = generateScene({ ...settings, layout });
    const distances = borderDistances(scene.mask, settings.sizePx);
    for (let classId = 0; classId < settings.classCount; classId++) {
      const own = strokePixels(scene, settings.sizePx).filter((stroke) => stroke.classId === classId);
      const means = own.map(({ pixels }) => pixels.reduce((sum, i) => sum + (distances[i] ?? 0), 0) / pixels.length);
      expect(Math.min(...means)).toBeLessThan(4.5);
      expect(Math.max(...means)).toBeGreaterThan(5);
    }
  }
});

describe('the knobs', () => {
  const FLAT: SceneSettings = { ...SMALL, contrast: 0, texture: 0, noise: 0, illumination: 0 };
  const grey = generateScene(FLAT);

  test('nothing turned up is one grey, whatever the mask', () => {
    expect(new Set(grey.rgb)).toEqual(new Set([120]));
    expect(grey.mask).toEqual(generateScene(SMALL).mask);
  });

  test.each(['contrast', 'texture', 'noise', 'illumination'] as const)('more %s is farther from it', (knob) => {
    const [some, much] = [30, 90].map((percent) => generateScene({ ...FLAT, [knob]: percent }));
    if (some === undefined || much === undefined) throw new Error('Two scenes were made.');
    expect(meanSquare(some.rgb, grey.rgb)).toBeGreaterThan(10);
    expect(meanSquare(much.rgb, grey.rgb)).toBeGreaterThan(3 * meanSquare(some.rgb, grey.rgb));
    expect(much.mask).toEqual(grey.mask);
  });

  test('contrast alone gives one colour a class', () => {
    const { rgb, mask } = generateScene({ ...FLAT, contrast: 50 });
    const colors = new Map<number, Set<string>>();
    mask.forEach((id, i) => {
      const color = `${rgb[3 * i]} ${rgb[3 * i + 1]} ${rgb[3 * i + 2]}`;
      colors.set(id, (colors.get(id) ?? new Set()).add(color));
    });
    for (const seen of colors.values()) expect(seen.size).toBe(1);
    expect(new Set([...colors.values()].flatMap((seen) => [...seen])).size).toBe(FLAT.classCount);
  });

  test('noise has the deviation it says and no colour', () => {
    const { rgb } = generateScene({ ...FLAT, noise: 40 });
    expect(Math.sqrt(meanSquare(rgb, grey.rgb))).toBeCloseTo(20, 0);
    expect(rgb.reduce((sum, level) => sum + level, 0) / rgb.length).toBeCloseTo(120, 0);
  });

  test('illumination alone makes one side dark and the other bright', () => {
    const { rgb } = generateScene({ ...FLAT, illumination: 100 });
    expect(Math.min(...rgb)).toBeLessThan(80);
    expect(Math.max(...rgb)).toBeGreaterThan(160);
  });

  test('a larger texture changes more slowly from pixel to pixel', () => {
    const step = (textureScalePx: number) => {
      const { rgb } = generateScene({ ...FLAT, texture: 60, textureScalePx });
      return meanSquare(rgb.subarray(0, -3), rgb.subarray(3));
    };
    expect(step(24)).toBeLessThan(step(6) / 2);
  });
});

describe('borderDistances', () => {
  test('is the number of steps to the nearest other class, by hand', () => {
    // A column of another class at the right edge of five.
    const mask = Uint8Array.from(Array.from({ length: 25 }, (_, i) => (i % 5 === 4 ? 1 : 0)));
    expect([...borderDistances(mask, 5).subarray(0, 5)]).toEqual([4, 3, 2, 1, 1]);
  });

  test('of one class alone is as far as can be', () => {
    expect(new Set(borderDistances(new Uint8Array(16), 4))).toEqual(new Set([0xffff]));
  });
});
