import { UNLABELED } from '../../labels/planes.ts';
import type { StandardizedPicture } from '../picture.ts';
import type { Augmentation } from './augmentation.ts';

/** What is sampled, and how its class ids become channel indices. */
export interface SampleSource {
  readonly picture: StandardizedPicture;
  /** Class id per pixel, as in the label planes. */
  readonly classIds: Uint8Array;
  /** 256 entries: channel index of a class id, {@link UNLABELED} for every byte that is no channel's. */
  readonly channelOfId: Uint8Array;
}

/**
 * What `sampleBatch` has to do, pixel by pixel: writes the augmented picture (`[H, W, 3]`) and its labels (`[H, W]`, channel indices or 255) into buffers of the
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
