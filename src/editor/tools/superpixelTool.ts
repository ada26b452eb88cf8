import type { PixelRegion } from '../../labels/region.ts';
import { SegmentRegions } from '../superpixels/segmentRegions.ts';
import { HeldTool } from './heldTool.ts';
import { distancePx, type PointTuple, pixelAt, pointOf } from './points.ts';
import type { ToolContext, ToolPointerEvent, ToolPreview } from './tool.ts';

// Far below a patch's size, so that a quick drag steps over none.
const STEP_PX = 0.5;

/**
 * Paints every superpixel that the pointer touches while the button is down; unlabeled with the secondary button. While
 * no button is down it shows the one under the pointer.
 */
export class SuperpixelTool extends HeldTool {
  readonly cursor = 'cross';
  #regions: SegmentRegions | null = null;
  #hovered: { readonly regions: SegmentRegions; readonly segment: number; readonly region: PixelRegion } | null = null;
  #last: PointTuple = [0, 0];
  readonly #painted = new Set<number>();

  constructor(context: ToolContext) {
    super(context, { name: 'Superpixel' });
  }

  get preview(): ToolPreview | null {
    return this.#hovered && { kind: 'region', region: this.#hovered.region };
  }

  pointerDown(event: ToolPointerEvent): void {
    this.hover(null);
    if (this.#currentRegions() === null) {
      this.context.refuse('The superpixels of this picture are still being computed: try again in a moment.');
      return;
    }
    this.#painted.clear();
    this.#last = pointOf(event);
    this.begin(event.button);
    this.#paintTo(this.#last);
  }

  pointerMove(event: ToolPointerEvent): void {
    this.#paintTo(pointOf(event));
  }

  pointerUp(event: ToolPointerEvent): void {
    this.#paintTo(pointOf(event));
    this.commit();
  }

  override hover(event: ToolPointerEvent | null): void {
    const before = this.#hovered;
    const regions = event && this.#currentRegions();
    const segment = event && regions && this.#segmentAt(regions, pointOf(event));
    if (segment === null || regions === null) this.#hovered = null;
    else if (segment !== before?.segment || regions !== before.regions) {
      this.#hovered = { regions, segment, region: regions.region(segment) };
    }
    if (this.#hovered !== before) this.context.previewChanged();
  }

  override cancel(): void {
    super.cancel();
    this.hover(null);
  }

  #paintTo(to: PointTuple): void {
    const gesture = this.gesture;
    const regions = this.#regions;
    if (gesture === null || regions === null) return;
    const [fromX, fromY] = this.#last;
    const [toX, toY] = to;
    const steps = Math.max(1, Math.ceil(distancePx(this.#last, to) / STEP_PX));
    for (let step = 1; step <= steps; step++) {
      const share = step / steps;
      const segment = this.#segmentAt(regions, [fromX + share * (toX - fromX), fromY + share * (toY - fromY)]);
      if (segment === null || this.#painted.has(segment)) continue;
      this.#painted.add(segment);
      gesture.fill(regions.region(segment));
    }
    this.#last = to;
  }

  /** `null` while the map is being computed. */
  #currentRegions(): SegmentRegions | null {
    const map = this.context.superpixels();
    if (map === this.#regions?.map) return this.#regions;
    this.#regions = map && new SegmentRegions(map);
    return this.#regions;
  }

  #segmentAt({ map }: SegmentRegions, [imageX, imageY]: PointTuple): number | null {
    const pixel = pixelAt(this.context.target, imageX, imageY);
    return pixel && (map.segmentIds[pixel.index] ?? null);
  }
}
