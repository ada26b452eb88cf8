import { encodePatch } from '../../src/labels/patchCodec.ts';
import { clonePlanes, countByClass, type LabelPlanes } from '../../src/labels/planes.ts';
import { StrokeTransaction } from '../../src/labels/strokeTransaction.ts';
import type { ProjectState } from '../../src/project/projectState.ts';
import type { NewPicture } from '../../src/project/storage/projectStorage.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../src/settings/learner.ts';

/** A project's state with one picture a name, each `sizePx` wide and high. */
export function stateOf(id: string, pictureIds: readonly string[], sizePx = 64): ProjectState {
  return {
    version: 1,
    id,
    name: `Project ${id}`,
    sampleId: null,
    modifiedMs: 1000,
    classes: [0, 1, 2].map((classId) => ({ id: classId, name: `Class ${classId}`, color: '#aa5500' })),
    hiddenClassIds: [],
    lockedClassIds: [],
    settings: DEFAULT_LEARNER_SETTINGS,
    workingSizePx: sizePx,
    activePictureId: null,
    pictures: pictureIds.map((pictureId) => ({
      id: pictureId,
      name: `${pictureId}.png`,
      width: sizePx,
      height: sizePx,
      originalWidth: sizePx,
      originalHeight: sizePx,
      use: 'train',
      done: false,
      strokeOrigins: [],
    })),
    corrections: { shares: [], starts: [] },
    divergedStep: null,
  };
}

/** A picture as it is stored first, with files that are none. */
export function newPicture(id: string, planes: LabelPlanes): NewPicture {
  return {
    id,
    file: new Blob([`the file of ${id}`], { type: 'image/png' }),
    thumbnail: new Blob([`the thumbnail of ${id}`], { type: 'image/webp' }),
    planes: clonePlanes(planes),
    labelRevision: 0,
  };
}

/** A picture that is painted at random, in the same way for the same seed, as a document is painted by a person. */
export class Painting {
  readonly planes: LabelPlanes;
  labelRevision = 0;
  readonly #counts: Uint32Array;
  #state: number;

  constructor(planes: LabelPlanes, seed: number) {
    this.planes = planes;
    this.#counts = countByClass(planes);
    this.#state = seed;
  }

  /** Paints a stroke and returns its patch's bytes. */
  paint(): Uint8Array<ArrayBuffer> {
    const { width } = this.planes;
    for (;;) {
      const transaction = new StrokeTransaction(this.planes, this.#counts);
      const classId = [0, 1, 2, 255][Math.floor(this.#random() * 4)] ?? 0;
      const [fromX = 0, fromY = 0, toX = 0, toY = 0] = [0, 0, 0, 0].map(() => this.#random() * width);
      const radiusPx = 1 + (this.#random() * width) / 20;
      transaction.paintCapsule(fromX, fromY, toX, toY, radiusPx, classId, (this.labelRevision % 65535) + 1);
      const patch = transaction.commit();
      if (patch === null) continue;
      this.labelRevision++;
      return encodePatch(patch);
    }
  }

  /** Numerical Recipes' linear congruential generator. */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }
}
