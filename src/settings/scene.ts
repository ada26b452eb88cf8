import * as v from 'valibot';

const integerBetween = (low: number, high: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));

/** `shapes`: things on a ground. `mosaic`: a plane cut into cells. */
export const SCENE_LAYOUTS = ['shapes', 'mosaic'] as const;

export type SceneLayout = (typeof SCENE_LAYOUTS)[number];

/** Smallest and largest value of each number of a scene; all are integers. */
export const SCENE_LIMITS = {
  classCount: [2, 6],
  objects: [1, 32],
  contrast: [0, 100],
  texture: [0, 100],
  textureScalePx: [2, 32],
  noise: [0, 100],
  illumination: [0, 100],
  sizePx: [64, 512],
  seed: [0, 0xffff_ffff],
} as const satisfies Record<string, readonly [low: number, high: number]>;

/** Everything that determines a generated picture and its exact mask. */
export const sceneSettingsSchema = v.object({
  layout: v.picklist(SCENE_LAYOUTS),
  /** The ground included. */
  classCount: integerBetween(...SCENE_LIMITS.classCount),
  /** Things on the ground, or cells; at least as many as it takes for every class to have one. */
  objects: integerBetween(...SCENE_LIMITS.objects),
  /** How far apart the colours of the classes are, in percent; at 0 they are all one grey. */
  contrast: integerBetween(...SCENE_LIMITS.contrast),
  /** How strong each class's texture is, in percent. */
  texture: integerBetween(...SCENE_LIMITS.texture),
  /** About how large a texture's stripes, dots or spots are. */
  textureScalePx: integerBetween(...SCENE_LIMITS.textureScalePx),
  /** Independent noise of every pixel and channel, in percent. */
  noise: integerBetween(...SCENE_LIMITS.noise),
  /** How much darker one end of the picture is than the other, in percent. */
  illumination: integerBetween(...SCENE_LIMITS.illumination),
  /** Side of the square picture. */
  sizePx: integerBetween(...SCENE_LIMITS.sizePx),
  seed: integerBetween(...SCENE_LIMITS.seed),
});

export type SceneSettings = v.InferOutput<typeof sceneSettingsSchema>;

export const DEFAULT_SCENE_SETTINGS: SceneSettings = {
  layout: 'shapes',
  classCount: 4,
  objects: 12,
  contrast: 35,
  texture: 50,
  textureScalePx: 8,
  noise: 20,
  illumination: 40,
  sizePx: 256,
  seed: 1,
};

const LAYOUT_LETTERS = { shapes: 's', mosaic: 'm' } as const satisfies Record<SceneLayout, string>;

/** The numbers in the order in which {@link sceneId} writes them. */
const NUMBERS = [
  'classCount',
  'objects',
  'contrast',
  'texture',
  'textureScalePx',
  'noise',
  'illumination',
  'sizePx',
  'seed',
] as const satisfies readonly (keyof typeof SCENE_LIMITS)[];

/**
 * The name of a scene, from which it can be made again: `scene-s4-c-z-1e-8-k-14-74-1`, its layout and its numbers to
 * base 36. At most 40 characters of `[a-z0-9-]`, as a picture's name in a page address must be.
 */
export function sceneId(settings: SceneSettings): string {
  return `scene-${LAYOUT_LETTERS[settings.layout]}${NUMBERS.map((name) => settings[name].toString(36)).join('-')}`;
}

/** The scene of a name that {@link sceneId} wrote; `null` for any other text. */
export function parseSceneId(id: string): SceneSettings | null {
  const match = /^scene-([a-z])([a-z0-9]{1,7}(?:-[a-z0-9]{1,7}){8})$/.exec(id);
  if (match === null) return null;
  const [, letter, numbers = ''] = match;
  const values = numbers.split('-').map((digits) => Number.parseInt(digits, 36));
  const result = v.safeParse(sceneSettingsSchema, {
    layout: SCENE_LAYOUTS.find((layout) => LAYOUT_LETTERS[layout] === letter),
    ...Object.fromEntries(NUMBERS.map((name, i) => [name, values[i]])),
  });
  // A number with leading zeros would give one scene two names.
  return result.success && sceneId(result.output) === id ? result.output : null;
}
