import type { SceneSettings } from '../../settings/scene.ts';
import { Lattice } from './lattice.ts';
import { SceneRandom, seedFor } from './sceneRandom.ts';

const GREY = 120;
/** What full contrast adds to the grey of a class, red, green and blue: no two alike, dark and light ones too. */
const TINTS: readonly (readonly [red: number, green: number, blue: number])[] = [
  [75, -25, -50],
  [-60, 10, 75],
  [-50, 60, -45],
  [70, 55, -60],
  [-65, -60, -50],
  [60, 60, 65],
  [45, -55, 60],
  [-55, 45, 50],
];
/** Deviation, in levels of 255, of a texture at full strength, of full noise. */
const TEXTURE_LEVELS = 55;
const NOISE_LEVELS = 50;
/** How much full illumination adds at the bright end and takes at the dark one. */
const ILLUMINATION = 0.65;

/** A pattern in `[−1, 1]`; `x` and `y` in units of the texture's scale. */
type Pattern = (x: number, y: number) => number;

/**
 * What a scene looks like: RGB bytes, row-major, `[sizePx, sizePx, 3]`. `mask` is the scene's own. Each class has a
 * colour and a texture; light falls from one side, and every pixel has its noise.
 */
export function scenePicture(settings: SceneSettings, mask: Uint8Array): Uint8Array<ArrayBuffer> {
  const { seed, sizePx, classCount, contrast, texture, textureScalePx, noise, illumination } = settings;
  const looks = new SceneRandom(seed, 'looks');
  const tints = looks.shuffled(TINTS).map((tint) => tint.map((channel) => GREY + (channel * contrast) / 100));
  const light = looks.direction();
  const patterns = classPatterns(seed).slice(0, classCount);
  const noises = new SceneRandom(seed, 'noise');
  const rgb = new Uint8Array(sizePx * sizePx * 3);
  for (let i = 0; i < mask.length; i++) {
    const [x, y] = [i % sizePx, Math.floor(i / sizePx)];
    const classId = mask[i] as number;
    const pattern = (patterns[classId] as Pattern)(x / textureScalePx, y / textureScalePx);
    const along = ((x + 0.5) * light[0] + (y + 0.5) * light[1]) / (sizePx / 2) - light[0] - light[1];
    // At the corners `along` can reach √2.
    const brightness = 1 + (ILLUMINATION * illumination * along) / (100 * Math.SQRT2);
    for (let channel = 0; channel < 3; channel++) {
      const tint = tints[classId]?.[channel] as number;
      const lit = (tint + (TEXTURE_LEVELS * texture * pattern) / 100) * brightness;
      const level = lit + (NOISE_LEVELS * noise * noises.normal()) / 100;
      rgb[3 * i + channel] = Math.min(255, Math.max(0, Math.floor(level + 0.5)));
    }
  }
  return rgb;
}

/** A pattern for each class, all of different kinds. */
function classPatterns(seed: number): Pattern[] {
  const random = new SceneRandom(seed, 'textures');
  const lattice = new Lattice(seedFor(seed, 'textures'));
  const [stripeX, stripeY] = random.direction();
  const [checkX, checkY] = random.direction();
  return random.shuffled<Pattern>([
    (x, y) => lattice.noise(x, y),
    (x, y) => triangleWave(x * stripeX + y * stripeY),
    (x, y) => triangleWave(x * checkX + y * checkY) * triangleWave(y * checkX - x * checkY) * 1.5,
    (x, y) => 1 - 2 * Math.min(1, 2 * nearestDot(x, y, lattice)),
    (x, y) => 1 - 4 * Math.abs(lattice.noise(x / 2 + 32, y / 2 + 32)),
    (x, y) => lattice.noise(4 * x + 96, 4 * y + 96),
  ]);
}

/** Between −1 and 1 and back, once in every unit. */
function triangleWave(t: number): number {
  return 4 * Math.abs(t - Math.floor(t) - 0.5) - 1;
}

/** Distance to the nearest dot, of which every square of side 1 has one. */
function nearestDot(x: number, y: number, lattice: Lattice): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  let nearest = Number.POSITIVE_INFINITY;
  for (let cellY = top - 1; cellY <= top + 1; cellY++) {
    for (let cellX = left - 1; cellX <= left + 1; cellX++) {
      const dx = cellX + 0.2 + 0.6 * lattice.at(cellX, cellY) - x;
      const dy = cellY + 0.2 + 0.6 * lattice.at(cellY + 128, cellX) - y;
      nearest = Math.min(nearest, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(nearest);
}
