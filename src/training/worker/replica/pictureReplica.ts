import { applyPatch } from '../../../labels/patch.ts';
import { decodePatch } from '../../../labels/patchCodec.ts';
import { type LabelPlanes, NO_STROKE } from '../../../labels/planes.ts';
import { classIdsWithout } from '../../../metrics/holdOut.ts';
import type { PictureUse } from '../../../settings/pictureUse.ts';
import type { PredictionScores } from '../../learnerMessages.ts';
import type { PictureInput } from '../../protocol.ts';
import { assertPicture } from '../commands/commandChecks.ts';
import { type HeldOutTally, tallyHeldOut } from '../heldOut/heldOutScores.ts';
import { scorePrediction } from '../reports/scores.ts';

/** What was last predicted of a picture. */
export interface KeptPrediction {
  /** Steps that the learner had taken. */
  readonly step: number;
  /** Kept so that new labels can be scored without a new prediction; `null` where it would take too much room. */
  readonly classMap: Uint8Array | null;
  /** How the held-out strokes were predicted; `null` where there are none. */
  readonly heldOut: HeldOutTally | null;
}

/** A picture of the open project: its pixels, its replica of the label planes, and what was last predicted of it. */
export class PictureReplica {
  readonly id: string;
  readonly planes: LabelPlanes;
  /** RGBA. */
  readonly pixels: Uint8Array;
  use: PictureUse;
  prediction: KeptPrediction | null = null;
  #heldOut: ReadonlySet<number>;
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
    this.#heldOut = new Set(input.heldOutStrokeIds);
    this.#truth = input.truth === null ? null : new Uint8Array(input.truth);
    this.#labelRevision = input.labelRevision;
  }

  get labelRevision(): number {
    return this.#labelRevision;
  }

  /** Strokes that are not learned from, but scored with. */
  get heldOut(): ReadonlySet<number> {
    return this.#heldOut;
  }

  /** Other strokes are held out from now on. */
  setHeldOut(strokeIds: ReadonlySet<number>): void {
    this.#heldOut = strokeIds;
    this.#labelsChanged();
  }

  /**
   * Applies an encoded label patch to the replica; tells of which strokes pixels came or went. Throws on malformed bytes
   * and leaves the replica as it was.
   */
  applyPatch(bytes: ArrayBuffer, labelRevision: number): { readonly heldOut: boolean; readonly learned: boolean } {
    const patch = decodePatch(new Uint8Array(bytes));
    applyPatch(this.planes, patch);
    this.#labelRevision = labelRevision;
    this.#labelsChanged();
    const strokeIds = new Set([...patch.strokeBefore, ...patch.strokeAfter]);
    strokeIds.delete(NO_STROKE);
    const heldOut = [...strokeIds].filter((strokeId) => this.#heldOut.has(strokeId)).length;
    return { heldOut: heldOut > 0, learned: heldOut < strokeIds.size };
  }

  /** A class map against today's labels, held-out strokes left out. */
  score(classMap: Uint8Array): PredictionScores {
    return scorePrediction(classIdsWithout(this.planes, this.#heldOut), classMap, this.#truth);
  }

  /** Notes a prediction; without its class map where `isMapKept` is false. */
  predicted(step: number, classMap: Uint8Array, isMapKept: boolean): void {
    const heldOut = tallyHeldOut(this.planes, this.#heldOut, classMap);
    this.prediction = { step, classMap: isMapKept ? classMap : null, heldOut };
  }

  #labelsChanged(): void {
    const { step, classMap } = this.prediction ?? { step: 0, classMap: null };
    // Without its class map the picture cannot be scored again: it has to be predicted.
    if (classMap === null) this.prediction = null;
    else this.predicted(step, classMap, true);
  }
}
