import type { LearnerSettings } from '../../settings/learner.ts';
import type { Random } from '../random.ts';

/** How a picture and its labels are moved and recoloured together. */
export interface Augmentation {
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** Quarter turns clockwise, 0–3, after the flips. */
  readonly quarterTurns: number;
  /** Where the turned picture's left top corner lies in the frame; negative where it sticks out. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** Per channel, value → `gain·value + shift`. */
  readonly gain: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
}

/** The augmentation that changes nothing. */
export const IDENTITY: Augmentation = {
  flipX: false,
  flipY: false,
  quarterTurns: 0,
  offsetX: 0,
  offsetY: 0,
  gain: [1, 1, 1],
  shift: [0, 0, 0],
};

/**
 * Draws an augmentation for a frame of `width × height` and a picture as large unless another size is given. A picture
 * that does not fill the frame as it is turned is placed at a random whole offset, within the frame where it is shorter
 * and sticking out where it is longer. The jitter of strength `s` draws
 * contrast and every channel's gain from `1 ± s`, brightness and every channel's shift from `± s` deviations.
 */
export function drawAugmentation(
  settings: Omit<LearnerSettings['augmentation'], 'scale'>,
  width: number,
  height: number,
  random: Random,
  picture: { readonly width: number; readonly height: number } = { width, height },
): Augmentation {
  const flipX = settings.flip && random.coin();
  const flipY = settings.flip && random.coin();
  const quarterTurns = settings.quarterTurns ? random.integer(0, 3) : 0;
  const sideways = quarterTurns % 2 === 1;
  const place = (frame: number, side: number) => random.integer(Math.min(0, frame - side), Math.max(0, frame - side));
  const isPlaced = sideways || picture.width !== width || picture.height !== height;
  const offsetX = isPlaced ? place(width, sideways ? picture.height : picture.width) : 0;
  const offsetY = isPlaced ? place(height, sideways ? picture.width : picture.height) : 0;
  const strength = settings.color;
  if (strength === 0) return { ...IDENTITY, flipX, flipY, quarterTurns, offsetX, offsetY };
  const contrast = random.uniform(1 - strength, 1 + strength);
  const brightness = random.uniform(-strength, strength);
  const gain = () => contrast * random.uniform(1 - strength, 1 + strength);
  const shift = () => brightness + random.uniform(-strength, strength);
  return {
    flipX,
    flipY,
    quarterTurns,
    offsetX,
    offsetY,
    gain: [gain(), gain(), gain()],
    shift: [shift(), shift(), shift()],
  };
}
