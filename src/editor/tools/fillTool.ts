import { floodFill } from '../../labels/connectedRegion.ts';
import type { PixelRegion } from '../../labels/region.ts';
import { HeldTool } from './heldTool.ts';
import { pixelAt } from './points.ts';
import type { ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

interface Fill {
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly index: number;
  readonly tolerance: number;
  readonly region: PixelRegion;
}

/**
 * Paints what is joined to the clicked pixel and similar in colour; unlabeled with the secondary button. While no button
 * is down it shows what a click would paint.
 */
export class FillTool extends HeldTool {
  readonly cursor = 'cross';
  #fill: Fill | null = null;
  #isShown = false;

  constructor(context: ToolContext) {
    super(context, { name: 'Fill' });
  }

  get preview(): ToolPreview | null {
    return this.#isShown && this.#fill !== null ? { kind: 'region', region: this.#fill.region } : null;
  }

  pointerDown(event: ToolPointerEvent): void {
    this.#show(false);
    const fill = this.#fillAt(event);
    if (fill !== null) this.begin(event.button)?.fill(fill.region);
  }

  pointerMove(): void {
    // One click, one region.
  }

  pointerUp(): void {
    this.commit();
  }

  override hover(event: ToolPointerEvent | null): void {
    const before = this.#fill;
    const fill = event && this.#fillAt(event);
    this.#show(fill !== null, fill !== before);
  }

  override cancel(): void {
    super.cancel();
    this.#show(false);
  }

  #show(isShown: boolean, isAnother = false): void {
    if (this.#isShown === isShown && !(isShown && isAnother)) return;
    this.#isShown = isShown;
    this.context.previewChanged();
  }

  /**
   * The region at a pointer, the same as before where pixel, tolerance and picture are; `null` outside the picture, or
   * while its pixels are not there yet.
   */
  #fillAt({ imageX, imageY }: ToolPointerEvent): Fill | null {
    const { target } = this.context;
    const pixel = pixelAt(target, imageX, imageY);
    if (pixel === null) return null;
    const { x, y, index } = pixel;
    const pixels = this.context.pixels();
    if (pixels.length !== 4 * target.width * target.height) return null;
    const tolerance = this.context.settings().fillTolerance;
    const known = this.#fill;
    if (known?.pixels === pixels && known.index === index && known.tolerance === tolerance) return known;
    this.#fill = { pixels, index, tolerance, region: floodFill(pixels, target.width, target.height, x, y, tolerance) };
    return this.#fill;
  }
}
