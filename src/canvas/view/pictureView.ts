import type { Tool } from '../../editor/tools/tool.ts';
import type { LabelPlanes } from '../../labels/planes.ts';
import type { PixelRect } from '../../labels/rect.ts';
import type { PixelRegion } from '../../labels/region.ts';
import { PointerInput } from '../gestures/pointerInput.ts';
import { createColorTable } from '../layers/classColors.ts';
import { type BrushCursor, CursorLayer } from '../layers/cursorLayer.ts';
import type { HeatMap } from '../layers/heatPixels.ts';
import type { PictureSource } from '../layers/imageLayer.ts';
import { type LayerLook, PLAIN_LOOK } from '../layers/layerLook.ts';
import { LayerStack } from '../layers/layerStack.ts';
import { PinLayer, type PixelPlace } from '../layers/pinLayer.ts';
import type { PredictionMap } from '../layers/predictionPixels.ts';
import { PreviewLayer } from '../layers/previewLayer.ts';
import { type PointedPlace, SuggestionLayer } from '../layers/suggestionLayer.ts';
import { dividerAt, layOutDivider } from './divider.ts';
import { DividerHandle, type SideNames } from './dividerHandle.ts';
import {
  fitView,
  type ImagePoint,
  imageToScreen,
  type PictureInViewport,
  panBy,
  pinch,
  recentre,
  type ScreenPoint,
  screenToImage,
  type ViewTransform,
  zoomAt,
} from './viewTransform.ts';

/** Room left around the fitted picture, in CSS pixels; on a narrow host, a phone's, every pixel goes to the picture. */
const FIT_PADDING_PX = 24;
const NARROW_HOST_PX = 600;

/** What a person does to the view that is not the view's to decide. */
export interface PictureViewEvents {
  /** The divider's handle was moved to a share of the picture's width; `setLayers` moves the divider. */
  onDividerMoved?(divider: number): void;
  /** The wheel was turned with Shift: 1 away from the person, for a larger brush, −1 towards them. */
  onBrushWheel?(direction: 1 | -1): void;
  /** The picture was moved or zoomed; `isFitted`: it follows the host's size. */
  onMoved?(view: ViewTransform, isFitted: boolean): void;
  /** The pointer is over this place of the picture, or has left the view. */
  onPointed?(point: ImagePoint | null): void;
}

/** Two predictions on either side of the divider. */
export interface Sides extends SideNames {
  /** As a share of the picture's width. */
  readonly divider: number;
}

/** Pixels that stand out while everything else is dimmed. */
export interface LitPixels {
  readonly region: PixelRegion;
  /** `#rrggbb`, or `null` for unlabeled. */
  readonly color: string | null;
}

/** Where another view is pointed at with a tool that has no footprint. */
const MARK: BrushCursor = { radiusPx: 0, color: null };

/**
 * The picture on the screen: image, prediction and labels as a stack of canvases under one transform, and above them the
 * tool's preview, the brush's footprint and the divider.
 *
 * Setters only note what changed; one frame later it is drawn, and nothing runs while nothing changes. `host` should be
 * an otherwise empty element with a size of its own. `dispose` gives it back empty.
 */
export class PictureView {
  readonly #host: HTMLElement;
  readonly #events: PictureViewEvents;
  readonly #layers = new LayerStack();
  readonly #preview = new PreviewLayer('preview');
  readonly #lit = new PreviewLayer('lit');
  readonly #suggestion = new SuggestionLayer();
  readonly #pin = new PinLayer();
  readonly #cursor = new CursorLayer();
  readonly #divider: DividerHandle;
  readonly #input: PointerInput;
  readonly #resizes: ResizeObserver;

  #stage: PictureInViewport;
  #view: ViewTransform = { scale: 1, translateX: 0, translateY: 0 };
  /** Whether the view follows the host's size until somebody moves it. */
  #isFitted = true;
  #isMoved = true;
  #look: LayerLook = PLAIN_LOOK;
  #tool: Tool | null = null;
  #brush: BrushCursor = { radiusPx: 8, color: null };
  #pointer: ScreenPoint | null = null;
  #wasPointed = false;
  /** Where the pointer is in a view beside this one. */
  #pointedElsewhere: ImagePoint | null = null;
  #sides: Sides | null = null;
  #place: PointedPlace | null = null;
  #pinned: PixelPlace | null = null;
  #litPixels: LitPixels | null = null;
  #isPeeking = false;
  #frameRequest = 0;

  constructor(host: HTMLElement, events: PictureViewEvents = {}) {
    this.#host = host;
    this.#events = events;
    this.#stage = {
      picture: { width: 1, height: 1 },
      ...this.#room(),
    };
    Object.assign(host.style, { touchAction: 'none', userSelect: 'none', overflow: 'hidden' });
    if (getComputedStyle(host).position === 'static') host.style.position = 'relative';
    this.#divider = new DividerHandle(host, {
      dividerAt: (screenX) => dividerAt(screenX, this.#view, this.#stage),
      moveDivider: (divider) => events.onDividerMoved?.(divider),
    });
    for (const part of this.#parts) host.append(part.element);

    this.#input = new PointerInput(host, {
      currentTool: () => this.#tool,
      toImage: (point) => screenToImage(this.#view, point),
      imagePxPerScreenPx: () => 1 / this.#view.scale,
      zoomAt: (point, factor) => this.#move(zoomAt(this.#view, point, factor, this.#stage)),
      panBy: (deltaX, deltaY) => this.panBy(deltaX, deltaY),
      pinch: (before, after) => this.#move(pinch(this.#view, before, after, this.#stage)),
      pointAt: (point) => {
        this.#pointer = point;
        this.#requestFrame();
      },
      showPointer: (look) => {
        host.style.cursor = { open: 'grab', closed: 'grabbing', cross: 'crosshair', none: 'none' }[look];
      },
      turnBrushWheel: (direction) => events.onBrushWheel?.(direction),
    });
    this.#resizes = new ResizeObserver(() => this.#resized());
    this.#resizes.observe(host);
  }

  /**
   * Shows another picture, fitted, without labels, prediction, heat map or pin. `source` is drawn at `width × height` at once and not
   * kept: an `ImageBitmap` may be closed afterwards. A gesture under way is cancelled.
   */
  setPicture(source: PictureSource, width: number, height: number): void {
    this.#input.leaveTool();
    this.#layers.setPicture(source, width, height);
    this.#pinned = null;
    this.#stage = { ...this.#stage, picture: { width, height } };
    this.fit();
  }

  /** Shows live label planes; tell their changes by `invalidateLabels`. A `RangeError` unless of the picture's size. */
  setLabels(planes: LabelPlanes): void {
    const { picture } = this.#stage;
    if (planes.width !== picture.width || planes.height !== picture.height) {
      throw new RangeError(
        `Labels of ${planes.width} × ${planes.height} pixels do not fit a picture of ${picture.width} × ${picture.height}.`,
      );
    }
    this.#layers.labels.setPlanes(planes);
    this.#requestFrame();
  }

  /** Strokes whose labels are drawn as held out. */
  setHeldOut(strokeIds: ReadonlySet<number>): void {
    this.#layers.labels.setHeldOut(strokeIds);
    this.#requestFrame();
  }

  /** Draws a part of the labels anew in the next frame; `null`: all of them. */
  invalidateLabels(rect: PixelRect | null): void {
    this.#layers.labels.invalidate(rect);
    this.#requestFrame();
  }

  /** The exact mask by which mistakes are shown, where one is known; for this picture, after `setPicture`. */
  setTruth(truth: Uint8Array | null): void {
    this.#layers.setTruth(truth);
    this.#requestFrame();
  }

  /** Fades a prediction in, or the last one out. It is kept until the next. A `RangeError` unless of the picture's size. */
  setPrediction(prediction: PredictionMap | null): void {
    this.#layers.prediction.setPrediction(prediction);
    this.#requestFrame();
  }

  /** As {@link setPrediction}, of the prediction on the right of the divider while there are {@link setSides two sides}. */
  setOtherPrediction(prediction: PredictionMap | null): void {
    this.#layers.otherPrediction.setPrediction(prediction);
    this.#requestFrame();
  }

  /** Shows one prediction on the left of the divider and the other on its right; `null`: one, as the look says. */
  setSides(sides: Sides | null): void {
    this.#sides = sides;
    this.#layers.setSides(sides?.divider ?? null);
    this.#divider.setSides(sides);
    this.#requestFrame();
  }

  /** Shows the picture as another view of the same size does. */
  follow(view: ViewTransform, isFitted: boolean): void {
    this.#setView(view, isFitted);
  }

  /** Draws the brush at a place at which another view is pointed; `null`: none is. */
  pointElsewhere(point: ImagePoint | null): void {
    this.#pointedElsewhere = point;
    this.#requestFrame();
  }

  /** A heat map over the picture until it is `null`. It is kept until the next. A `RangeError` unless of the picture's size. */
  setHeat(map: HeatMap | null): void {
    this.#layers.setHeat(map);
    this.#requestFrame();
  }

  /** Marks one pixel; `null`: none. */
  pin(place: PixelPlace | null): void {
    this.#pinned = place;
    this.#requestFrame();
  }

  /** Colours (`#rrggbb`) by class id. Pixels of other ids are not shown. */
  setClassColors(colors: ReadonlyMap<number, string>): void {
    this.#layers.setColors(createColorTable(colors));
    this.#requestFrame();
  }

  setLayers(look: LayerLook): void {
    this.#look = look;
    this.#layers.setLook(look);
    this.#requestFrame();
  }

  /** While `isPeeking` the bare photograph is shown, whatever the look of the layers. */
  peek(isPeeking: boolean): void {
    this.#isPeeking = isPeeking;
    this.#layers.setPeeking(isPeeking);
    this.#showLit();
    this.#divider.setVisible(!isPeeking);
    this.#preview.element.style.visibility = isPeeking ? 'hidden' : '';
  }

  /** The brush's size and colour; previews are in its colour too. */
  setBrush(brush: BrushCursor): void {
    this.#brush = brush;
    this.previewChanged();
  }

  /** What the primary button does; `null`: it moves the picture. A gesture under way is cancelled. */
  setTool(tool: Tool | null): void {
    this.#input.leaveTool();
    this.#tool = tool;
    this.#input.hoverAgain();
    this.previewChanged();
  }

  /** To be called when the tool's preview or cursor has changed. */
  previewChanged(): void {
    this.#input.showPointer();
    this.#preview.invalidate();
    this.#requestFrame();
  }

  /** Draws a ring around a place, moved into sight; `null`: none. */
  point(place: PointedPlace | null): void {
    this.#place = place;
    if (place !== null) {
      const { width, height } = this.#stage.viewport;
      const { screenX, screenY } = imageToScreen(this.#view, { imageX: place.centreX, imageY: place.centreY });
      const inSight = screenX >= 0 && screenY >= 0 && screenX < width && screenY < height;
      if (!inSight) this.panBy(width / 2 - screenX, height / 2 - screenY);
    }
    this.#requestFrame();
  }

  /** Dims the picture but for these pixels of it; `null`: nothing is dimmed. */
  light(litPixels: LitPixels | null): void {
    this.#litPixels = litPixels;
    this.#showLit();
    this.#lit.invalidate();
    this.#requestFrame();
  }

  /** Shows the whole picture, and keeps doing so when the host's size changes, until somebody moves it. */
  fit(): void {
    this.#move(fitView(this.#stage), true);
  }

  /** Zooms about the middle of the host. */
  zoomBy(factor: number): void {
    const { viewport } = this.#stage;
    const middle = { screenX: viewport.width / 2, screenY: viewport.height / 2 };
    this.#move(zoomAt(this.#view, middle, factor, this.#stage));
  }

  panBy(deltaX: number, deltaY: number): void {
    this.#move(panBy(this.#view, deltaX, deltaY, this.#stage));
  }

  /** Ends the tool's press under way as if it had been released where the pointer is. False when there was none. */
  finishPress(): boolean {
    return this.#input.finishPress();
  }

  /**
   * Ends a move under way, or else the tool's gesture as if it had not begun, also one that waits for its next press (for
   * Escape). False when there was neither.
   */
  cancelGesture(): boolean {
    return this.#input.cancel();
  }

  dispose(): void {
    this.#input.dispose();
    cancelAnimationFrame(this.#frameRequest);
    this.#resizes.disconnect();
    for (const part of this.#parts) part.element.remove();
    this.#host.style.cursor = '';
  }

  /** All of it, the lowest first. */
  get #parts(): readonly { readonly element: Element }[] {
    return [this.#layers, this.#lit, this.#preview, this.#suggestion, this.#pin, this.#cursor, this.#divider];
  }

  #showLit(): void {
    this.#layers.setDimmed(this.#litPixels !== null && !this.#isPeeking);
    this.#lit.element.style.visibility = this.#isPeeking ? 'hidden' : '';
  }

  #move(view: ViewTransform, isFitted = false): void {
    this.#setView(view, isFitted);
    this.#events.onMoved?.(view, isFitted);
  }

  #setView(view: ViewTransform, isFitted: boolean): void {
    this.#view = view;
    this.#isFitted = isFitted;
    this.#isMoved = true;
    this.#preview.invalidate();
    this.#lit.invalidate();
    this.#input.hoverAgain();
    this.#requestFrame();
  }

  #room(): Pick<PictureInViewport, 'viewport' | 'paddingPx'> {
    const { clientWidth: width, clientHeight: height } = this.#host;
    return { viewport: { width, height }, paddingPx: width < NARROW_HOST_PX ? 0 : FIT_PADDING_PX };
  }

  #resized(): void {
    const before = this.#stage.viewport;
    this.#stage = { ...this.#stage, ...this.#room() };
    if (this.#isFitted || before.width === 0 || before.height === 0) this.fit();
    else this.#move(recentre(this.#view, before, this.#stage));
  }

  #requestFrame(): void {
    this.#frameRequest ||= requestAnimationFrame((nowMs) => {
      this.#frameRequest = 0;
      this.#draw(nowMs);
    });
  }

  #draw(nowMs: number): void {
    const view = this.#view;
    const { viewport } = this.#stage;
    const tool = this.#tool;
    if (this.#isMoved) this.#layers.place(view, devicePixelRatio);
    this.#isMoved = false;
    this.#layers.draw(nowMs);
    const { divider } = this.#sides ?? this.#look;
    this.#divider.place(divider, layOutDivider(divider ?? 0, view, this.#stage));
    const brush = tool?.isUnlabeling ? { ...this.#brush, color: null } : this.#brush;
    this.#preview.draw(tool?.preview ?? null, brush.color, view, viewport, devicePixelRatio);
    const lit = this.#litPixels;
    const litPreview = lit && ({ kind: 'region', region: lit.region } as const);
    this.#lit.draw(litPreview, lit?.color ?? null, view, viewport, devicePixelRatio);
    this.#suggestion.draw(this.#place, view, viewport, devicePixelRatio);
    this.#pin.draw(this.#pinned, view, viewport, devicePixelRatio);
    const point = this.#pointer && screenToImage(view, this.#pointer);
    if (point !== null || this.#wasPointed) this.#events.onPointed?.(point);
    this.#wasPointed = point !== null;
    const footprint = tool?.cursor === 'brush' ? brush : null;
    if (point === null) {
      this.#cursor.draw(footprint ?? MARK, this.#pointedElsewhere, view, viewport, devicePixelRatio);
    } else {
      this.#cursor.draw(footprint, point, view, viewport, devicePixelRatio);
    }
  }
}
