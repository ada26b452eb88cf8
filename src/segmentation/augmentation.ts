import { UNLABELED } from '../labels/planes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { StandardizedPicture } from './picture.ts';
import type { Random } from './random.ts';

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
 * Draws an augmentation for a frame of `width × height`. A picture turned onto its side is placed at a random whole
 * offset, within the frame where it is shorter and sticking out where it is longer. The jitter of strength `s` draws
 * contrast and every channel's gain from `1 ± s`, brightness and every channel's shift from `± s` deviations.
 */
export function drawAugmentation(
  settings: LearnerSettings['augmentation'],
  width: number,
  height: number,
  random: Random,
): Augmentation {
  const flipX = settings.flip && random.coin();
  const flipY = settings.flip && random.coin();
  const quarterTurns = settings.quarterTurns ? random.integer(0, 3) : 0;
  const sideways = quarterTurns % 2 === 1;
  const place = (frame: number, side: number) => random.integer(Math.min(0, frame - side), Math.max(0, frame - side));
  const offsetX = sideways ? place(width, height) : 0;
  const offsetY = sideways ? place(height, width) : 0;
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

/** What is sampled, and how its class ids become channel indices. */
export interface SampleSource {
  readonly picture: StandardizedPicture;
  /** Class id per pixel, as in the label planes. */
  readonly classIds: Uint8Array;
  /** 256 entries: channel index of a class id, {@link UNLABELED} for every byte that is no channel's. */
  readonly channelOfId: Uint8Array;
}

/**
 * Writes the augmented picture (`[H, W, 3]`) and its labels (`[H, W]`, channel indices or 255) into buffers of the
 * picture's own size. What the turned picture leaves free is of the mean colour (0) and unlabeled.
 */
export function sampleAugmented(
  source: SampleSource,
  augmentation: Augmentation,
  outPicture: Float32Array,
  outLabels: Int32Array,
): void {
  const { picture, classIds, channelOfId } = source;
  const { width, height, values } = picture;
  const { gain, shift } = augmentation;
  const { stepX, stepY, origin, turnedWidth, turnedHeight } = indexWalk(augmentation, width, height);
  for (let y = 0; y < height; y++) {
    const turnedY = y - augmentation.offsetY;
    for (let x = 0; x < width; x++) {
      const turnedX = x - augmentation.offsetX;
      const to = y * width + x;
      if (turnedX < 0 || turnedY < 0 || turnedX >= turnedWidth || turnedY >= turnedHeight) {
        outPicture.fill(0, 3 * to, 3 * to + 3);
        outLabels[to] = UNLABELED;
        continue;
      }
      const from = origin + turnedX * stepX + turnedY * stepY;
      outPicture[3 * to] = gain[0] * (values[3 * from] as number) + shift[0];
      outPicture[3 * to + 1] = gain[1] * (values[3 * from + 1] as number) + shift[1];
      outPicture[3 * to + 2] = gain[2] * (values[3 * from + 2] as number) + shift[2];
      outLabels[to] = channelOfId[classIds[from] as number] as number;
    }
  }
}

/** Where a step to the right and a step down in the turned picture lead in the source's flat pixel index. */
function indexWalk({ flipX, flipY, quarterTurns }: Augmentation, width: number, height: number) {
  const right = flipX ? -1 : 1;
  const down = flipY ? -width : width;
  const first = (flipX ? width - 1 : 0) + (flipY ? (height - 1) * width : 0);
  const last = width - 1;
  const bottom = height - 1;
  switch (quarterTurns) {
    case 0:
      return { origin: first, stepX: right, stepY: down, turnedWidth: width, turnedHeight: height };
    case 1:
      return { origin: first + bottom * down, stepX: -down, stepY: right, turnedWidth: height, turnedHeight: width };
    case 2:
      return {
        origin: first + last * right + bottom * down,
        stepX: -right,
        stepY: -down,
        turnedWidth: width,
        turnedHeight: height,
      };
    default:
      return { origin: first + last * right, stepX: down, stepY: -right, turnedWidth: height, turnedHeight: width };
  }
}
