import type { ToolPreview } from '../../editor/tools/tool.ts';
import type { PixelRegion } from '../../labels/region.ts';
import { imageToScreen, type Size, snapToDevicePixels, type ViewTransform } from '../view/viewTransform.ts';
import { OPAQUE, parseColor } from './classColors.ts';
import { hatchColor } from './hatch.ts';
import { contextOf, PixelBuffer, ScreenCanvas } from './layer.ts';
import { drawRegionPixels, REGION_MARGIN_PX } from './regionPixels.ts';

const AREA_ALPHA = 0.25;
const BAND_ALPHA = 0.45;
const HATCH_PERIOD_PX = 8;

type PathPreview = Extract<ToolPreview, { readonly kind: 'path' }>;

/** What a tool shows while it works, or pixels that are lit, at the screen's resolution. Draws only when something changed. */
export class PreviewLayer {
  readonly #canvas: ScreenCanvas;
  readonly #sheet = new RegionSheet();
  #hatch: CanvasPattern | null = null;
  #isStale = true;

  /** `name`: of `data-layer`. */
  constructor(name: 'preview' | 'lit') {
    this.#canvas = new ScreenCanvas(name);
  }

  get element(): HTMLCanvasElement {
    return this.#canvas.element;
  }

  /** To be called when the preview, the colour, the view or the host's size has changed. */
  invalidate(): void {
    this.#isStale = true;
  }

  /**
   * Brings the canvas up to date. `color`: `#rrggbb`, or `null` for unlabeled; `viewport` in CSS pixels. A preview that
   * is the same object as before may hold other points.
   */
  draw(
    preview: ToolPreview | null,
    color: string | null,
    view: ViewTransform,
    viewport: Size,
    devicePixelRatio: number,
  ): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    if (preview === null || (preview.kind === 'path' ? preview.points.length : preview.region.runs.length) === 0) {
      this.#canvas.clear();
      return;
    }
    const context = this.#canvas.begin(viewport, devicePixelRatio);
    const snapped = snapToDevicePixels(view, devicePixelRatio);
    if (preview.kind === 'path') this.#drawPath(context, preview, color, snapped);
    else this.#drawRegion(context, preview.region, color, snapped, devicePixelRatio);
  }

  #drawPath(context: CanvasRenderingContext2D, preview: PathPreview, color: string | null, view: ViewTransform): void {
    const path = screenPath(preview, view);
    const paint = color ?? this.#hatchOf(context);
    context.lineJoin = 'round';
    context.lineCap = 'round';
    context.setLineDash([]);
    if (preview.closed) {
      context.globalAlpha = AREA_ALPHA;
      context.fillStyle = paint;
      context.fill(path, 'evenodd');
    }
    if (preview.radiusPx > 0) {
      context.globalAlpha = BAND_ALPHA;
      context.strokeStyle = paint;
      context.lineWidth = 2 * preview.radiusPx * view.scale;
      context.stroke(path);
    }
    context.globalAlpha = 1;
    context.strokeStyle = 'rgb(0 0 0 / 0.6)';
    context.lineWidth = 3.5;
    context.stroke(path);
    context.strokeStyle = '#ffffff';
    context.lineWidth = 1.5;
    if (color === null) context.setLineDash([4, 4]);
    context.stroke(path);
  }

  #drawRegion(
    context: CanvasRenderingContext2D,
    region: PixelRegion,
    color: string | null,
    view: ViewTransform,
    devicePixelRatio: number,
  ): void {
    const { bounds } = region;
    if (bounds === null) return;
    this.#sheet.show(region, color);
    const corner = { imageX: bounds.x - REGION_MARGIN_PX, imageY: bounds.y - REGION_MARGIN_PX };
    const { screenX, screenY } = imageToScreen(view, corner);
    const width = bounds.width + 2 * REGION_MARGIN_PX;
    const height = bounds.height + 2 * REGION_MARGIN_PX;
    context.imageSmoothingEnabled = view.scale * devicePixelRatio < 1;
    const { canvas } = this.#sheet;
    context.drawImage(canvas, 0, 0, width, height, screenX, screenY, width * view.scale, height * view.scale);
  }

  #hatchOf(context: CanvasRenderingContext2D): CanvasPattern | string {
    this.#hatch ??= createHatch(context);
    return this.#hatch ?? '#808080';
  }
}

/** A region's pixels in the upper left corner of a canvas that is kept and grows as it must. */
class RegionSheet {
  readonly canvas = document.createElement('canvas');
  readonly #context = contextOf(this.canvas);
  #buffer = new PixelBuffer(1, 1);
  #region: PixelRegion | null = null;
  #color: string | null = null;

  show(region: PixelRegion, color: string | null): void {
    if (region === this.#region && color === this.#color) return;
    const { bounds } = region;
    if (bounds === null) return;
    this.#region = region;
    this.#color = color;
    const width = bounds.width + 2 * REGION_MARGIN_PX;
    const height = bounds.height + 2 * REGION_MARGIN_PX;
    const former = this.#buffer.image;
    if (former.width < width || former.height < height) {
      this.#buffer = new PixelBuffer(Math.max(former.width, width), Math.max(former.height, height));
      this.canvas.width = this.#buffer.image.width;
      this.canvas.height = this.#buffer.image.height;
    }
    const { image, pixels } = this.#buffer;
    drawRegionPixels(pixels, image.width, region, bounds, color === null ? null : parseColor(color));
    this.#context.putImageData(image, 0, 0, 0, 0, width, height);
  }
}

function screenPath({ points, closed }: PathPreview, view: ViewTransform): Path2D {
  const path = new Path2D();
  for (const [imageX, imageY] of points) {
    const { screenX, screenY } = imageToScreen(view, { imageX, imageY });
    path.lineTo(screenX, screenY);
    // A line to where it already is makes a single point a dot.
    if (points.length === 1) path.lineTo(screenX, screenY);
  }
  if (closed) path.closePath();
  return path;
}

/** Diagonal stripes, dark and light; `null` where the browser gives no pattern. */
function createHatch(context: CanvasRenderingContext2D): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = HATCH_PERIOD_PX;
  tile.height = HATCH_PERIOD_PX;
  const tileContext = contextOf(tile);
  const buffer = new PixelBuffer(HATCH_PERIOD_PX, HATCH_PERIOD_PX);
  for (const i of buffer.pixels.keys()) {
    const color = hatchColor(i % HATCH_PERIOD_PX, Math.floor(i / HATCH_PERIOD_PX));
    buffer.pixels[i] = (color | OPAQUE) >>> 0;
  }
  tileContext.putImageData(buffer.image, 0, 0);
  return context.createPattern(tile, 'repeat');
}
