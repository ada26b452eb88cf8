import type { LabelPlanes } from '../../labels/planes.ts';
import { type PixelRect, unionRect } from '../../labels/rect.ts';
import { type ColorTable, createColorTable, lighterColors } from './classColors.ts';
import { type ContourTones, createContourTones } from './contourTones.ts';
import {
  drawLabelOutlinePixels,
  drawLabelPixels,
  type HeldOutTable,
  heldOutTable,
  OUTLINE_REACH_PX,
} from './labelPixels.ts';
import { contextOf, createLayerCanvas, PixelBuffer } from './layer.ts';
import type { LayerLook } from './layerLook.ts';

const RIM_WHITE_SHARE = 0.28;

/**
 * The labels: each class in its colour with a lighter rim, so that a stroke shows on a prediction and on a thing of the
 * same colour, or as outlines alone; unlabeled is transparent. Draws only what was invalidated.
 */
export class LabelLayer {
  readonly element = createLayerCanvas('labels');
  readonly #context = contextOf(this.element);
  #planes: LabelPlanes | null = null;
  #buffer = new PixelBuffer(1, 1);
  #colors: ColorTable = createColorTable(new Map());
  #rimColors: ColorTable = createColorTable(new Map());
  #tones: ContourTones = createContourTones(this.#colors);
  #style: LayerLook['labelStyle'] = 'fill';
  #heldOut: HeldOutTable = null;
  #dirty: PixelRect | null = null;

  setSize(width: number, height: number): void {
    this.element.width = width;
    this.element.height = height;
    this.#buffer = new PixelBuffer(width, height);
    this.#planes = null;
    this.#heldOut = null;
    this.#dirty = null;
  }

  setPlanes(planes: LabelPlanes): void {
    this.#planes = planes;
    this.invalidate(null);
  }

  setColors(colors: ColorTable): void {
    this.#colors = colors;
    this.#rimColors = lighterColors(colors, RIM_WHITE_SHARE);
    this.#tones = createContourTones(colors);
    this.invalidate(null);
  }

  setStyle(style: LayerLook['labelStyle']): void {
    if (style === this.#style) return;
    this.#style = style;
    this.invalidate(null);
  }

  /** Strokes that are drawn as held out: hatched where labels are areas, dashed where they are outlines. */
  setHeldOut(strokeIds: ReadonlySet<number>): void {
    if (strokeIds.size === 0 && this.#heldOut === null) return;
    this.#heldOut = heldOutTable(strokeIds);
    this.invalidate(null);
  }

  setPixelated(isPixelated: boolean): void {
    this.element.style.imageRendering = isPixelated ? 'pixelated' : 'auto';
  }

  /** `null`: everything. */
  invalidate(rect: PixelRect | null): void {
    const { width, height } = this.element;
    this.#dirty = rect === null ? { x: 0, y: 0, width, height } : unionRect(this.#dirty, rect);
  }

  /** Brings the canvas up to date. */
  draw(): void {
    if (this.#planes === null || this.#dirty === null) return;
    const { width: stride, height: rows } = this.#planes;
    // A pixel's look depends on its neighbours, so that those around a change may look different too.
    const reach = this.#style === 'fill' ? 1 : OUTLINE_REACH_PX;
    const left = Math.max(0, this.#dirty.x - reach);
    const top = Math.max(0, this.#dirty.y - reach);
    const width = Math.min(stride, this.#dirty.x + this.#dirty.width + reach) - left;
    const height = Math.min(rows, this.#dirty.y + this.#dirty.height + reach) - top;
    const rect = { x: left, y: top, width, height };
    if (this.#style === 'fill') {
      drawLabelPixels(this.#buffer.pixels, this.#planes, rect, this.#colors, this.#rimColors, this.#heldOut);
    } else {
      drawLabelOutlinePixels(this.#buffer.pixels, this.#planes, rect, this.#tones, this.#heldOut);
    }
    this.#context.putImageData(this.#buffer.image, 0, 0, left, top, width, height);
    this.#dirty = null;
  }
}
