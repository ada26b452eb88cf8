import { classComponent } from '../../labels/connectedRegion.ts';
import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { polygonRegion } from '../../labels/polygon.ts';
import { type PixelRegion, regionWhere } from '../../labels/region.ts';
import { filterRegion } from '../../labels/regionFilter.ts';
import { beginGesture } from './beginGesture.ts';
import { distancePx, type PointTuple, pointOf } from './points.ts';
import type { Tool, ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

type Prediction = NonNullable<ReturnType<ToolContext['prediction']>>;

// A hand that clicks moves this far; further is a lasso.
const LASSO_FROM_SCREEN_PX = 4;

const NATURE = { name: 'Accept prediction', origin: 'accepted' } as const;
const NO_PREDICTION = 'This picture has no prediction yet: nothing was accepted.';
const NOTHING_TO_ACCEPT =
  'No unlabeled pixel here is predicted with enough confidence for a class that is not locked: nothing was accepted.';

/**
 * Takes labels over from the prediction, where it is confident enough and the person has not labeled: with a click the
 * connected component under the pointer, with a drag all that is inside the outline.
 *
 * Labeled pixels are never overwritten, "predicted unlabeled" is never accepted, and labels are taken away by other
 * tools: the secondary button does nothing.
 */
export class AcceptTool implements Tool {
  readonly cursor = 'cross';
  readonly isUnlabeling = false;
  readonly #context: ToolContext;
  /** The pointer's way while the button is down. */
  #outline: PointTuple[] | null = null;
  #isLasso = false;
  #hovered: { readonly key: readonly unknown[]; readonly component: PixelRegion } | null = null;
  #shown: PixelRegion | null = null;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  get isActive(): boolean {
    return this.#outline !== null;
  }

  get preview(): ToolPreview | null {
    if (this.#outline !== null && this.#isLasso) {
      return { kind: 'path', points: this.#outline, closed: true, radiusPx: 0 };
    }
    return this.#shown && { kind: 'region', region: this.#shown };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.cancel();
    if (event.button === 'primary') this.#outline = [pointOf(event)];
  }

  pointerMove(event: ToolPointerEvent): void {
    const start = this.#outline?.[0];
    if (start === undefined) return;
    this.#outline?.push(pointOf(event));
    this.#isLasso ||= distancePx(start, pointOf(event)) > LASSO_FROM_SCREEN_PX * event.imagePxPerScreenPx;
    if (this.#isLasso) this.#context.previewChanged();
  }

  pointerUp(event: ToolPointerEvent): void {
    this.pointerMove(event);
    const outline = this.#outline;
    const start = outline?.[0];
    if (outline === null || start === undefined) return;
    const isLasso = this.#isLasso;
    this.cancel();
    const { width, height } = this.#context.target;
    accept(this.#context, (prediction) =>
      isLasso ? polygonRegion(outline, width, height) : this.#componentAt(prediction, start),
    );
  }

  hover(event: ToolPointerEvent | null): void {
    const prediction = this.#context.prediction();
    const before = this.#shown;
    this.#shown = null;
    if (event !== null && prediction !== null) {
      const acceptable = acceptableIn(this.#context, prediction, this.#componentAt(prediction, pointOf(event)));
      // The same object while nothing has changed, so that the picture need not be drawn again.
      this.#shown = before !== null && isSameRegion(before, acceptable) ? before : acceptable;
    }
    if (this.#shown !== before) this.#context.previewChanged();
  }

  finish(): boolean {
    return false;
  }

  cancel(): void {
    this.#outline = null;
    this.#isLasso = false;
    this.#shown = null;
    this.#context.previewChanged();
  }

  #componentAt(prediction: Prediction, [imageX, imageY]: PointTuple): PixelRegion {
    const { width, height } = this.#context.target;
    const { classMap, confidence } = prediction;
    const { acceptConfidence } = this.#context.settings();
    const [x, y] = [Math.floor(imageX), Math.floor(imageY)];
    const key = [classMap, confidence, acceptConfidence, x, y];
    const known = this.#hovered;
    if (known?.key.every((part, i) => part === key[i])) return known.component;
    const component = classComponent(classMap, confidence, acceptConfidence, width, height, x, y);
    this.#hovered = { key, component };
    return component;
  }
}

/** Takes the whole picture's prediction over, wherever it is confident enough and the person has not labeled. */
export function acceptAll(context: ToolContext): void {
  const { width, height } = context.target;
  accept(context, () => regionWhere(width, height, () => true));
}

/** Accepts what can be accepted of a region, as one edit, or tells why nothing was. */
function accept(context: ToolContext, regionOf: (prediction: Prediction) => PixelRegion): void {
  const prediction = context.prediction();
  if (prediction === null) {
    context.refuse(NO_PREDICTION);
    return;
  }
  const region = acceptableIn(context, prediction, regionOf(prediction));
  const { runs } = region;
  const firstClassId = prediction.classMap[(runs[0] ?? 0) * context.target.width + (runs[1] ?? 0)];
  if (region.pixelCount === 0 || firstClassId === undefined) {
    context.refuse(NOTHING_TO_ACCEPT);
    return;
  }
  const gesture = beginGesture(context, firstClassId, NATURE);
  gesture?.fillFrom(region, prediction.classMap);
  gesture?.commit();
}

/** The unlabeled pixels of a region that are predicted, confidently enough, as a class that may be painted. */
function acceptableIn(context: ToolContext, { classMap, confidence }: Prediction, region: PixelRegion): PixelRegion {
  const { classIds, width } = context.target;
  const { acceptConfidence } = context.settings();
  const isPaintable = Uint8Array.from({ length: 256 }, (_, classId) =>
    classId !== PREDICTED_UNLABELED && classId !== UNLABELED && context.canPaint(classId) ? 1 : 0,
  );
  return filterRegion(
    region,
    width,
    (i) => classIds[i] === UNLABELED && (confidence[i] ?? 0) >= acceptConfidence && isPaintable[classMap[i] ?? 0] === 1,
  );
}

function isSameRegion(a: PixelRegion, b: PixelRegion): boolean {
  return a.runs.length === b.runs.length && a.runs.every((value, i) => value === b.runs[i]);
}
