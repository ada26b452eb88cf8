import { applyPatch } from '../../labels/patch.ts';
import { decodePatch } from '../../labels/patchCodec.ts';
import type { LabelPlanes } from '../../labels/planes.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import type { PictureInput, PredictionScores } from '../protocol.ts';
import { assertPicture } from './commandChecks.ts';
import { scorePrediction } from './scores.ts';

/** What was last predicted of a picture. */
export interface KeptPrediction {
  /** Steps that the learner had taken. */
  readonly step: number;
  /** Kept so that new labels can be scored without a new prediction; `null` where it would take too much room. */
  readonly classMap: Uint8Array | null;
}

/** A picture of the open project: its pixels, its replica of the label planes, and what was last predicted of it. */
export class ProjectPicture {
  readonly id: string;
  readonly planes: LabelPlanes;
  /** RGBA. */
  readonly pixels: Uint8Array;
  use: PictureUse;
  prediction: KeptPrediction | null = null;
  readonly #truth: Uint8Array | null;
  #labelRevision: number;

  /** Throws one sentence when the planes do not fit the picture. */
  constructor(input: PictureInput) {
    assertPicture(input);
    this.id = input.pictureId;
    this.planes = {
      width: input.width,
      height: input.height,
      classIds: new Uint8Array(input.classIds),
      strokeIds: new Uint16Array(input.strokeIds),
    };
    this.pixels = new Uint8Array(input.pixels);
    this.use = input.use;
    this.#truth = input.truth === null ? null : new Uint8Array(input.truth);
    this.#labelRevision = input.labelRevision;
  }

  get labelRevision(): number {
    return this.#labelRevision;
  }

  /** Applies an encoded label patch to the replica. Throws on malformed bytes and leaves the replica as it was. */
  applyPatch(bytes: ArrayBuffer, labelRevision: number): void {
    applyPatch(this.planes, decodePatch(new Uint8Array(bytes)));
    this.#labelRevision = labelRevision;
  }

  /** A class map against today's labels. */
  score(classMap: Uint8Array): PredictionScores {
    return scorePrediction(this.planes.classIds, classMap, this.#truth);
  }
}
