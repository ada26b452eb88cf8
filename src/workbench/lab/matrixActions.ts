import { PREDICTED_UNLABELED } from '../../labels/planes.ts';
import { type ConfidenceHistograms, confidenceHistograms } from '../../metrics/confidenceHistogram.ts';
import { type ConfusionCell, isSameCell, regionOfCell } from '../../metrics/confusionCell.ts';
import { confusionMatrix } from '../../metrics/confusionMatrix.ts';
import { type ConfusionRow, confusionRows } from '../../metrics/confusionRows.ts';
import { classIdsWithout } from '../../metrics/holdOut.ts';
import { iouByClass } from '../../metrics/scores.ts';
import type { MatrixReference, MatrixSlice } from '../../state/matrix.ts';
import { isOtherPicture, openScores } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Bars of a histogram of confidence, each of 5 %. */
const HISTOGRAM_BINS = 20;

/** A prediction counted pixel by pixel. */
export interface PredictionFigures {
  readonly step: number;
  readonly reference: MatrixReference;
  /** In the order of the classes. */
  readonly rows: readonly ConfusionRow[];
  /** By class id; `null` where the class is neither in the reference nor predicted. */
  readonly iouByClass: readonly (number | null)[];
  readonly confidence: ConfidenceHistograms;
}

/** The confusion matrix of the open picture's newest prediction, and the pixels of its cells on the picture. */
export class MatrixActions {
  readonly #context: WorkbenchContext;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: WorkbenchContext) {
    this.#context = context;
    context.store.subscribe((state, former) => this.#follow(state, former));
  }

  /**
   * Counts the newest prediction against the labels, held-out strokes left out, or against the exact mask where that is
   * asked for and known; `null` before there is a prediction. Takes a few milliseconds.
   */
  figures(): PredictionFigures | null {
    const { picture, store } = this.#context;
    const prediction = picture?.prediction ?? null;
    if (picture === null || prediction === null) return null;
    const { document, matrix: chosen } = store.getState();
    const reference = picture.truth === null ? 'labels' : chosen.reference;
    const matrix = confusionMatrix(referenceOf(picture, reference), prediction.classMap);
    return {
      step: prediction.step,
      reference,
      rows: confusionRows(
        matrix,
        document.classes.map(({ id }) => id),
      ),
      iouByClass: iouByClass(matrix),
      confidence: confidenceHistograms(picture.labels.planes.classIds, prediction.confidence, HISTOGRAM_BINS),
    };
  }

  countAgainst(reference: MatrixReference): void {
    this.#context.store.setFacts({ matrix: { reference } });
  }

  /** Lights a cell's pixels up for as long as somebody points at it; `null`: nobody does. */
  point(pointedCell: ConfusionCell | null): void {
    this.#context.store.setFacts({ matrix: { pointedCell } });
  }

  /** Keeps a cell's pixels lit, or lets the one go that was. */
  togglePin(cell: ConfusionCell): void {
    const { pinnedCell } = this.#context.store.getState().matrix;
    this.#context.store.setFacts({ matrix: { pinnedCell: isSameCell(cell, pinnedCell) ? null : cell } });
  }

  /** Lights nothing. */
  leave(): void {
    this.#context.store.setFacts({ matrix: { pointedCell: null, pinnedCell: null } });
  }

  #follow(state: AppState, former: AppState): void {
    const lit = litCell(state.matrix);
    if (isOtherPicture(state, former) && lit !== null) {
      this.leave();
      return;
    }
    const wasLit = litCell(former.matrix);
    if (lit === null && wasLit === null) return;
    if (!isSameCell(lit, wasLit)) this.#light();
    else if (
      openScores(state) !== openScores(former) ||
      state.matrix.reference !== former.matrix.reference ||
      state.document.classes !== former.document.classes ||
      state.training.predictionAtMs !== former.training.predictionAtMs
    ) {
      // The facts of one prediction come one after another.
      this.#timer ??= setTimeout(() => this.#light());
    }
  }

  #light(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { picture, store } = this.#context;
    const { matrix, document } = store.getState();
    const cell = litCell(matrix);
    const prediction = picture?.prediction ?? null;
    if (cell === null || picture === null || prediction === null) {
      this.#context.stage?.light(null);
      return;
    }
    const reference = referenceOf(picture, picture.truth === null ? 'labels' : matrix.reference);
    const { predictedId } = cell;
    const shown = document.classes.find(({ id }) => id === predictedId);
    this.#context.stage?.light({
      region: regionOfCell(reference, prediction.classMap, prediction, cell),
      color: predictedId === PREDICTED_UNLABELED ? null : (shown?.color ?? null),
    });
  }
}

/** The cell that somebody points at, or else the pinned one. */
function litCell({ pointedCell, pinnedCell }: MatrixSlice): ConfusionCell | null {
  return pointedCell ?? pinnedCell;
}

function referenceOf({ truth, labels, heldOut }: ProjectPicture, reference: MatrixReference): Uint8Array {
  return reference === 'truth' && truth !== null ? truth : classIdsWithout(labels.planes, heldOut);
}
