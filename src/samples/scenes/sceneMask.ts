import type { SceneSettings } from '../../settings/scene.ts';
import { Lattice } from './lattice.ts';
import { SceneRandom, seedFor } from './sceneRandom.ts';

/** How many places are tried for each thing; the one farthest from all others is taken. */
const CANDIDATES = 24;
/** Least distance of a thing's middle from the picture's edge, as a share of its side. */
const MARGIN = 0.05;
const LARGEST_RADIUS = 0.24;
const MIN_RADIUS_PX = 2;
/** How far the borders of a mosaic wander, as a share of the least distance of two cells. */
const WARP = 0.3;

type Point = readonly [x: number, y: number];

/** Whether a point lies in a shape of radius 1 around the origin. */
type Shape = (u: number, v: number, wobble: Lattice) => boolean;

const SHAPES: readonly Shape[] = [
  (u, v) => u * u + (v * v) / 0.55 <= 1,
  (u, v) => Math.abs(u) <= 0.85 && Math.abs(v) <= 0.5,
  (u, v) => Math.abs(u) <= 0.68 && Math.abs(v) <= 0.68,
  (u, v) => u * u + v * v <= 1 && u * u + v * v >= 0.25,
  (u, v, wobble) => {
    const distance = Math.sqrt(u * u + v * v);
    if (distance < 1e-9) return true;
    return distance <= 0.75 + 0.25 * wobble.noise((2 * u) / distance + 8, (2 * v) / distance + 8);
  },
];

/**
 * The exact mask of a scene: a class id for every pixel, row-major, `[sizePx, sizePx]`. Every class has at least one
 * pixel. On `shapes` the ground is class 0 and nothing overlaps.
 */
export function sceneMask(settings: SceneSettings): Uint8Array<ArrayBuffer> {
  return settings.layout === 'shapes' ? shapesMask(settings) : mosaicMask(settings);
}

function shapesMask({ seed, sizePx, objects, classCount }: SceneSettings): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(sizePx * sizePx);
  const random = new SceneRandom(seed, 'places');
  const centres = spreadPoints(random, Math.max(objects, classCount - 1), sizePx);
  for (const [i, centre] of centres.entries()) {
    const room = Math.min(LARGEST_RADIUS * sizePx, nearestDistance(centre, centres) / 2);
    const radius = Math.max(MIN_RADIUS_PX, room * random.between(0.7, 1));
    const shape = SHAPES[random.below(SHAPES.length)] as Shape;
    const wobble = new Lattice(seedFor(seed + i, 'warp'));
    drawShape(
      mask,
      sizePx,
      centre,
      radius,
      random.direction(),
      (u, v) => shape(u, v, wobble),
      1 + (i % (classCount - 1)),
    );
  }
  return mask;
}

function drawShape(
  mask: Uint8Array,
  sizePx: number,
  [centreX, centreY]: Point,
  radius: number,
  [cos, sin]: Point,
  contains: (u: number, v: number) => boolean,
  classId: number,
): void {
  const [left, top] = [Math.max(0, Math.floor(centreX - radius)), Math.max(0, Math.floor(centreY - radius))];
  const [right, bottom] = [
    Math.min(sizePx, Math.ceil(centreX + radius)),
    Math.min(sizePx, Math.ceil(centreY + radius)),
  ];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [dx, dy] = [(x + 0.5 - centreX) / radius, (y + 0.5 - centreY) / radius];
      if (contains(dx * cos + dy * sin, dy * cos - dx * sin)) mask[y * sizePx + x] = classId;
    }
  }
}

function mosaicMask({ seed, sizePx, objects, classCount }: SceneSettings): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(sizePx * sizePx);
  const sites = spreadPoints(new SceneRandom(seed, 'places'), Math.max(objects, classCount), sizePx);
  const spacing = Math.min(sizePx / 3, ...sites.map((site) => nearestDistance(site, sites)));
  const warp = new Lattice(seedFor(seed, 'warp'));
  for (let y = 0; y < sizePx; y++) {
    for (let x = 0; x < sizePx; x++) {
      const [noiseX, noiseY] = [x / spacing, y / spacing];
      const warpedX = x + 0.5 + WARP * spacing * warp.noise(noiseX, noiseY);
      const warpedY = y + 0.5 + WARP * spacing * warp.noise(noiseX + 64, noiseY + 64);
      mask[y * sizePx + x] = nearestIndex(warpedX, warpedY, sites) % classCount;
    }
  }
  return mask;
}

/** Points that keep away from one another: each is the best of some random ones (Mitchell 1991). */
function spreadPoints(random: SceneRandom, count: number, sizePx: number): Point[] {
  const points: Point[] = [];
  const [low, high] = [MARGIN * sizePx, (1 - MARGIN) * sizePx];
  for (let i = 0; i < count; i++) {
    let best: Point = [sizePx / 2, sizePx / 2];
    let bestDistance = -1;
    for (let candidate = 0; candidate < CANDIDATES; candidate++) {
      const point: Point = [random.between(low, high), random.between(low, high)];
      const distance = nearestDistance(point, points);
      if (distance <= bestDistance) continue;
      best = point;
      bestDistance = distance;
    }
    points.push(best);
  }
  return points;
}

/** Distance to the nearest of the other points; infinite where there is none. */
function nearestDistance(point: Point, points: readonly Point[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const other of points) {
    if (other === point) continue;
    const [dx, dy] = [other[0] - point[0], other[1] - point[1]];
    nearest = Math.min(nearest, Math.sqrt(dx * dx + dy * dy));
  }
  return nearest;
}

function nearestIndex(x: number, y: number, points: readonly Point[]): number {
  let best = 0;
  let bestSquared = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length; i++) {
    const [pointX, pointY] = points[i] as Point;
    const squared = (x - pointX) * (x - pointX) + (y - pointY) * (y - pointY);
    if (squared >= bestSquared) continue;
    best = i;
    bestSquared = squared;
  }
  return best;
}
