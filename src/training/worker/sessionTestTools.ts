import { countByClass, createPlanes, type LabelPlanes } from '../../labels/planes.ts';
import { StrokeTransaction } from '../../labels/strokeTransaction.ts';
import { Random } from '../../segmentation/random.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import type { OpenRequest, PictureRequest } from '../client.ts';
import type { PictureInput } from '../protocol.ts';

export const SIZE = 16;

export const SETTINGS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  stepBudget: 1000,
};

export type TestPicture = PictureRequest & {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly truth: Uint8Array<ArrayBuffer>;
};

/** A picture that is dark on the left and bright on the right, with a stroke in either half: classes 3 and 7. */
export function scene(pictureId = 'scene', width = SIZE, height = SIZE): TestPicture {
  const planes = createPlanes(width, height);
  const pixels = new Uint8Array(4 * width * height);
  const truth = new Uint8Array(width * height);
  for (let i = 0; i < width * height; i++) {
    const right = i % width >= width / 2;
    pixels.set(right ? [220, 200, 180, 255] : [30, 40, 60, 255], 4 * i);
    truth[i] = right ? 7 : 3;
  }
  paint(planes, 3, 1, 2, 3, 2, height - 4);
  paint(planes, 7, 2, width - 4, 3, width - 4, height - 4);
  return { pictureId, planes, pixels, truth, labelRevision: 5, use: 'train' };
}

/** Waves of colour under a little noise; 2 % of it labeled. */
export function waves(sizePx: number): PictureRequest {
  const random = Random.fromSeed(1);
  const planes = createPlanes(sizePx, sizePx);
  const pixels = new Uint8Array(4 * sizePx * sizePx);
  for (let i = 0; i < planes.classIds.length; i++) {
    const [x, y] = [(i % sizePx) / sizePx, Math.floor(i / sizePx) / sizePx];
    for (let c = 0; c < 3; c++) {
      pixels[4 * i + c] = 128 + 60 * Math.sin(20 * x + 3 * c) * Math.cos(15 * y + c) + random.integer(-10, 10);
    }
    if (random.uniform(0, 1) >= 0.02) continue;
    planes.classIds[i] = x < 0.5 ? 3 : 7;
    planes.strokeIds[i] = 1;
  }
  return { pictureId: 'waves', planes, pixels, labelRevision: 1, truth: null, use: 'train' };
}

/** A project of these pictures and classes 3 and 7; the first picture is the active one. */
export function projectOf(pictures: readonly PictureRequest[], settings: LearnerSettings = SETTINGS): OpenRequest {
  const activePictureId = pictures[0]?.pictureId ?? null;
  return { projectId: 'scene', pictures, activePictureId, channels: [3, 7], settings, state: null };
}

/** A picture as the worker gets it. */
export function inputOf({ planes, ...picture }: TestPicture): PictureInput {
  return {
    ...picture,
    width: planes.width,
    height: planes.height,
    pixels: picture.pixels.slice().buffer,
    classIds: planes.classIds.slice().buffer,
    strokeIds: planes.strokeIds.slice().buffer,
    truth: picture.truth.slice().buffer,
    heldOutStrokeIds: picture.heldOutStrokeIds ?? [],
  };
}

/** Paints a stroke and returns its patch. */
export function paint(
  planes: LabelPlanes,
  classId: number,
  strokeId: number,
  x0: number,
  y0: number,
  x1: number,
  y1 = y0,
) {
  const transaction = new StrokeTransaction(planes, countByClass(planes));
  transaction.paintCapsule(x0, y0, x1, y1, 1.2, classId, strokeId);
  const patch = transaction.commit();
  if (patch === null) throw new Error('The stroke painted nothing.');
  return patch;
}
