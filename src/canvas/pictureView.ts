import type { Tool } from '../editor/tools/tool.ts';
import type { LabelPlanes } from '../labels/planes.ts';
import type { PixelRect } from '../labels/rect.ts';
import { createColorTable } from './classColors.ts';
import { type BrushCursor, CursorLayer } from './cursorLayer.ts';
import { ImageLayer, type PictureSource } from './imageLayer.ts';
import { LabelLayer } from './labelLayer.ts';
import { PointerInput } from './pointerInput.ts';
import { PredictionLayer } from './predictionLayer.ts';
import type { PredictionMap } from './predictionPixels.ts';
import {
  fitView,
  panBy,
  pinch,
  recentre,
  type ScreenPoint,
  type Stage,
  screenToImage,
  type ViewTransform,
  zoomAt,
} from './viewTransform.ts';

/** Room left around the fitted picture, in CSS pixels; on a narrow host, a phone's, every pixel goes to the picture. */
const FIT_PADDING_PX = 24;
const NARROW_HOST_PX = 600;

/**
 * The picture on the screen: image, prediction and labels as a stack of canvases under one transform, and the brush's
 * footprint above them.
 *
 * Setters only note what changed; one frame later it is drawn, and nothing runs while nothing changes. `host` should be
 * an otherwise empty element with a size of its own. `dispose` gives it back empty.
 */
export class PictureView {
  readonly #host: HTMLElement;
  readonly #container = document.createElement('div');
  readonly #image = new ImageLayer();
  readonly #prediction = new PredictionLayer();
  readonly #labels = new LabelLayer();
  readonly #cursor = new CursorLayer();
  readonly #input: PointerInput;
  readonly #resizes: ResizeObserver;

  #stage: Stage;
  #view: ViewTransform = { scale: 1, translateX: 0, translateY: 0 };
  /** Whether the view follows the host's size until somebody moves it. */
  #isFitted = true;
  #isMoved = true;
  #tool: Tool | null = null;
  #brush: BrushCursor = { radiusPx: 8, color: null };
  #pointer: ScreenPoint | null = null;
  #frameRequest = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#stage = {
      picture: { width: 1, height: 1 },
      ...this.#room(),
    };
    Object.assign(host.style, { touchAction: 'none', userSelect: 'none', overflow: 'hidden' });
    if (getComputedStyle(host).position === 'static') host.style.position = 'relative';
    Object.assign(this.#container.style, {
      position: 'absolute',
      left: '0',
      top: '0',
      transformOrigin: '0 0',
      willChange: 'transform',
      pointerEvents: 'none',
    });
    this.#container.append(this.#image.element, this.#prediction.element, this.#labels.element);
    host.append(this.#container, this.#cursor.element);

    this.#input = new PointerInput(host, {
      currentTool: () => this.#tool,
      toImage: (point) => screenToImage(this.#view, point),
      zoomAt: (point, factor) => this.#move(zoomAt(this.#view, point, factor, this.#stage)),
      panBy: (deltaX, deltaY) => this.panBy(deltaX, deltaY),
      pinch: (before, after) => this.#move(pinch(this.#view, before, after, this.#stage)),
      pointAt: (point) => {
        this.#pointer = point;
        this.#requestFrame();
      },
      showHand: (hand) => {
        host.style.cursor = { open: 'grab', closed: 'grabbing', none: 'none' }[hand];
      },
    });
    this.#resizes = new ResizeObserver(() => this.#resized());
    this.#resizes.observe(host);
  }

  /**
   * Shows another picture, fitted, without labels or prediction. `source` is drawn at `width × height` at once and not
   * kept: an `ImageBitmap` may be closed afterwards.
   */
  setPicture(source: PictureSource, width: number, height: number): void {
    this.#input.cancel();
    Object.assign(this.#container.style, { width: `${width}px`, height: `${height}px` });
    this.#image.setPicture(source, width, height);
    this.#prediction.setSize(width, height);
    this.#labels.setSize(width, height);
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
    this.#labels.setPlanes(planes);
    this.#requestFrame();
  }

  /** Draws a part of the labels anew in the next frame; `null`: all of them. */
  invalidateLabels(rect: PixelRect | null): void {
    this.#labels.invalidate(rect);
    this.#requestFrame();
  }

  /** Fades a prediction in, or the last one out. It is kept until the next. A `RangeError` unless of the picture's size. */
  setPrediction(prediction: PredictionMap | null): void {
    this.#prediction.setPrediction(prediction);
    this.#requestFrame();
  }

  /** Colours (`#rrggbb`) by class id. Pixels of other ids are not shown. */
  setClassColors(colors: ReadonlyMap<number, string>): void {
    const table = createColorTable(colors);
    this.#labels.setColors(table);
    this.#prediction.setColors(table);
    this.#requestFrame();
  }

  /** Opacities of whole layers, 0 to 1. */
  setOpacity({ labels, prediction }: { readonly labels: number; readonly prediction: number }): void {
    this.#labels.element.style.opacity = String(labels);
    this.#prediction.element.style.opacity = String(prediction);
  }

  setBrush(brush: BrushCursor): void {
    this.#brush = brush;
    this.#requestFrame();
  }

  /** What the primary button does; `null`: it moves the picture. A gesture under way is cancelled. */
  setTool(tool: Tool | null): void {
    this.#tool = tool;
    this.#input.toolChanged();
    this.#requestFrame();
  }

  /** Shows the whole picture, and keeps doing so when the host's size changes, until somebody moves it. */
  fit(): void {
    this.#move(fitView(this.#stage));
    this.#isFitted = true;
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

  /** Ends a stroke or a move under way, a stroke as if it had not begun (for Escape). False when there was none. */
  cancelGesture(): boolean {
    return this.#input.cancel();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frameRequest);
    this.#resizes.disconnect();
    this.#input.dispose();
    this.#container.remove();
    this.#cursor.element.remove();
    this.#host.style.cursor = '';
  }

  #move(view: ViewTransform): void {
    this.#view = view;
    this.#isFitted = false;
    this.#isMoved = true;
    this.#requestFrame();
  }

  #room(): Pick<Stage, 'viewport' | 'paddingPx'> {
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
    if (this.#isMoved) {
      this.#isMoved = false;
      this.#place(view);
    }
    this.#labels.draw();
    this.#prediction.draw(nowMs);
    this.#cursor.setSize(this.#stage.viewport, devicePixelRatio);
    const point = this.#pointer && screenToImage(view, this.#pointer);
    const brush = this.#tool?.isUnlabeling ? { ...this.#brush, color: null } : this.#brush;
    this.#cursor.draw(this.#tool === null ? null : brush, point, view);
  }

  #place({ scale, translateX, translateY }: ViewTransform): void {
    const ratio = devicePixelRatio;
    // Whole device pixels, or every pixel of the picture would be a blend of two.
    const left = Math.round(translateX * ratio) / ratio;
    const top = Math.round(translateY * ratio) / ratio;
    this.#container.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    this.#image.setScale(scale * ratio);
    // Reduced, nearest-neighbour sampling would drop thin strokes.
    const isEnlarged = scale * ratio >= 1;
    this.#labels.element.style.imageRendering = isEnlarged ? 'pixelated' : 'auto';
    this.#prediction.setPixelated(isEnlarged);
  }
}
