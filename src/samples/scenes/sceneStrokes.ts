import { rasteriseCapsule } from '../../labels/capsule.ts';
import type { SceneSettings } from '../../settings/scene.ts';
import type { StarterStroke } from '../sample.ts';
import { borderDistances } from './borderDistances.ts';
import { SceneRandom } from './sceneRandom.ts';

const RADIUS_PX = 0.75;
/** Most of the picture that all strokes together may cover. */
const LABELED_SHARE = 0.018;
/** At which distance from another class the strokes along borders run. */
const BORDER_PX = 3;
const MAX_STROKES = 12;
/** A stroke of fewer pixels would be a dot. */
const WORTHWHILE_PX = 6;
/** A stroke goes on in one of these steps, in pixels. */
const STEPS: readonly (readonly [dx: number, dy: number])[] = [
  [4, 0],
  [4, 2],
  [3, 3],
  [2, 4],
  [0, 4],
  [-2, 4],
  [-3, 3],
  [-4, 2],
  [-4, 0],
  [-4, -2],
  [-3, -3],
  [-2, -4],
  [0, -4],
  [2, -4],
  [3, -3],
  [4, -2],
];

/**
 * Strokes that a careful person might paint first: every class has some, each lies in its class to the last pixel, and
 * by turns they run along a border and through the inside. Together they cover at most 1.8 % of the picture.
 */
export function sceneStrokes({ seed, sizePx, classCount }: SceneSettings, mask: Uint8Array): StarterStroke[] {
  const random = new SceneRandom(seed, 'strokes');
  const distances = borderDistances(mask, sizePx);
  const strokes: StarterStroke[] = [];
  for (let classId = 0; classId < classCount; classId++) {
    const pixels = pixelsOf(mask, classId);
    const painter = new ClassPainter(mask, distances, sizePx, classId, random);
    // Half of the budget is shared out evenly, so that a small class has its strokes, too.
    const budgetPx = LABELED_SHARE * (0.5 * (mask.length / classCount) + 0.5 * pixels.length);
    const innermost = pixels.reduce((most, i) => Math.max(most, distances[i] as number), 0);
    const inner = pixels.filter((i) => 2 * (distances[i] as number) > innermost);
    const along = pixels.filter((i) => (distances[i] as number) === Math.min(BORDER_PX, innermost));
    for (let stroke = 0; stroke < MAX_STROKES && painter.coveredPx + 1 <= budgetPx; stroke++) {
      const isAlong = stroke % 2 === 0;
      const starts = isAlong ? along : inner;
      const share = (budgetPx - painter.coveredPx) / (stroke === 0 ? 3 : 2);
      if (stroke > 1 && share < WORTHWHILE_PX) break;
      const points = painter.walk(starts[random.below(starts.length)] as number, isAlong, Math.max(1, share));
      strokes.push({ classId, radiusPx: RADIUS_PX, points });
    }
  }
  return strokes;
}

function pixelsOf(mask: Uint8Array, classId: number): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] === classId) pixels.push(i);
  return pixels;
}

/** Walks strokes through one class. */
class ClassPainter {
  /** Pixels that its strokes cover so far. */
  coveredPx = 0;
  readonly #covered = new Set<number>();

  constructor(
    readonly mask: Uint8Array,
    readonly distances: Uint16Array,
    readonly sizePx: number,
    readonly classId: number,
    readonly random: SceneRandom,
  ) {}

  /** A stroke from pixel `start` that covers about `budgetPx` pixels, never more than that besides its first one. */
  walk(start: number, isAlong: boolean, budgetPx: number): [x: number, y: number][] {
    const { sizePx, random } = this;
    let x = start % sizePx;
    let y = Math.floor(start / sizePx);
    const points: [x: number, y: number][] = [[x + 0.5, y + 0.5]];
    const before = this.#covered.size;
    this.#covered.add(start);
    let heading = random.below(STEPS.length);
    for (;;) {
      let best: { readonly heading: number; readonly pixels: readonly number[]; readonly cost: number } | null = null;
      // The first step may go anywhere, later ones turn by less than a right angle.
      const reach = points.length === 1 ? STEPS.length / 2 : 3;
      for (let turn = -reach; turn <= reach; turn++) {
        const candidate = (heading + turn + STEPS.length) % STEPS.length;
        const pixels = this.#stepPixels(x, y, candidate);
        if (pixels === null) continue;
        const [dx, dy] = STEPS[candidate] as (typeof STEPS)[number];
        const distance = this.distances[(y + dy) * sizePx + x + dx] as number;
        const strays = isAlong ? Math.abs(distance - BORDER_PX) : Math.max(0, BORDER_PX + 1 - distance);
        const cost = 2 * strays + 0.4 * Math.abs(turn) + random.unit();
        if (best === null || cost < best.cost) best = { heading: candidate, pixels, cost };
      }
      if (best === null) break;
      const added = best.pixels.filter((i) => !this.#covered.has(i));
      if (this.#covered.size - before + added.length > budgetPx) break;
      for (const i of added) this.#covered.add(i);
      heading = best.heading;
      const [dx, dy] = STEPS[heading] as (typeof STEPS)[number];
      x += dx;
      y += dy;
      points.push([x + 0.5, y + 0.5]);
    }
    this.coveredPx = this.#covered.size;
    return points;
  }

  /** The pixels of a step; `null` where it leaves the class or the picture, or runs back over what is painted. */
  #stepPixels(x: number, y: number, heading: number): number[] | null {
    const { sizePx, mask, classId } = this;
    const [dx, dy] = STEPS[heading] as (typeof STEPS)[number];
    const [toX, toY] = [x + dx, y + dy];
    if (toX < 0 || toY < 0 || toX >= sizePx || toY >= sizePx || this.#covered.has(toY * sizePx + toX)) return null;
    const pixels: number[] = [];
    rasteriseCapsule(x + 0.5, y + 0.5, toX + 0.5, toY + 0.5, RADIUS_PX, sizePx, sizePx, (row, xStart, xEnd) => {
      for (let column = xStart; column < xEnd; column++) pixels.push(row * sizePx + column);
    });
    return pixels.every((i) => mask[i] === classId) ? pixels : null;
  }
}
