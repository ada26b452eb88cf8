import { countByClass, createPlanes, type LabelPlanes } from '../../labels/planes.ts';
import { StrokeTransaction } from '../../labels/strokeTransaction.ts';
import { wavesPicture } from '../../segmentation/wavesTestTools.ts';
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

/** Waves of colour, a little of them labeled. */
export function waves(sizePx: number): PictureRequest {
  return { pictureId: 'waves', ...wavesPicture(sizePx, [3, 7]), labelRevision: 1, truth: null, use: 'train' };
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
