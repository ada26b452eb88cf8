import type { ToolId } from '../editor/tools/toolbox.ts';
import { UNLABELED } from '../labels/planes.ts';

export interface PaintSlice {
  readonly toolId: ToolId;
  /** Class id or UNLABELED. */
  readonly activeClassId: number;
  /** The brush's diameter in picture pixels. */
  readonly brushDiameterPx: number;
  /** Largest colour distance that a flood fill bridges, 0 to 100. */
  readonly fillTolerance: number;
  /** Least confidence of pixels that are accepted from the prediction, 0 to 1. */
  readonly acceptConfidence: number;
  /** Painting leaves labeled pixels as they are. */
  readonly paintsOnlyUnlabeled: boolean;
  /** Superpixels of the open picture are being computed. */
  readonly cutting: boolean;
}

export const FIRST_PAINTING: PaintSlice = {
  toolId: 'brush',
  activeClassId: UNLABELED,
  brushDiameterPx: 12,
  fillTolerance: 12,
  acceptConfidence: 0.9,
  paintsOnlyUnlabeled: false,
  cutting: false,
};
