import { UNLABELED } from '../../labels/planes.ts';
import type { Mask } from '../masks/maskPng.ts';

/** What decides about a region: a 4-connected set of pixels of one class. */
export interface ClassRegion {
  /** Whether a person labeled one of its pixels. */
  readonly isLabeled: boolean;
  /** Whether it touches the picture's edge. */
  readonly isAtEdge: boolean;
  /** By class id: how many pixel sides it shares with regions of that class. */
  readonly borders: Uint32Array;
}

const LABELED = 1;
const AT_EDGE = 2;

/**
 * The regions of a mask, which join when one takes the class of another: a union-find forest over the pixels (Tarjan,
 * 1975), where each tree's pixels also form a ring, so that a region is walked in time of its own size.
 */
export class ClassRegions {
  readonly #width: number;
  readonly #height: number;
  readonly #values: Uint8Array<ArrayBuffer>;
  readonly #parents: Int32Array;
  /** The next pixel of the same region, in a ring. */
  readonly #next: Int32Array;
  /** Right at roots alone, as are the flags. */
  readonly #areas: Int32Array;
  readonly #flags: Uint8Array;

  /** `labels`: class ids of the mask's size, 255 where no person labeled the pixel. */
  constructor({ width, height, values }: Mask, labels: Uint8Array) {
    this.#width = width;
    this.#height = height;
    this.#values = new Uint8Array(values);
    this.#parents = Int32Array.from(values, (_, i) => i);
    this.#next = Int32Array.from(values, (_, i) => i);
    this.#areas = new Int32Array(values.length).fill(1);
    this.#flags = new Uint8Array(values.length);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const isAtEdge = x === 0 || y === 0 || x === width - 1 || y === height - 1;
        this.#flags[i] = (labels[i] === UNLABELED ? 0 : LABELED) | (isAtEdge ? AT_EDGE : 0);
      }
    }
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (x > 0 && values[i] === values[i - 1]) this.#join(i, i - 1);
        if (y > 0 && values[i] === values[i - width]) this.#join(i, i - width);
      }
    }
  }

  /**
   * Asks of every region of at most `maxAreaPx` pixels, the smallest first, which class it takes; `null`: none. Regions
   * that join are asked about again as one. `decide` must not keep what it is given.
   */
  reassign(maxAreaPx: number, decide: (region: ClassRegion) => number | null): void {
    const largest = Math.min(Math.floor(maxAreaPx), this.#values.length);
    const rootsByArea: (number[] | undefined)[] = [];
    const enlist = (root: number) => {
      const area = this.#areas[root] ?? 0;
      if (area > largest) return;
      const roots = rootsByArea[area];
      if (roots === undefined) rootsByArea[area] = [root];
      else roots.push(root);
    };
    for (let i = 0; i < this.#values.length; i++) if (this.#parents[i] === i) enlist(i);

    // Joined regions are larger than the one in hand: no list grows while it is gone through.
    for (let area = 1; area <= largest; area++) {
      for (const root of rootsByArea[area] ?? []) {
        if (this.#parents[root] !== root || this.#areas[root] !== area) continue;
        const pixels = this.#pixelsOf(root);
        const classId = decide(this.#regionOf(root, pixels));
        if (classId !== null) enlist(this.#recolor(pixels, classId));
      }
    }
  }

  /** The mask as it is now, a copy. */
  mask(): Mask {
    return { width: this.#width, height: this.#height, values: this.#values.slice() };
  }

  #regionOf(root: number, pixels: readonly number[]): ClassRegion {
    const borders = new Uint32Array(256);
    const own = this.#values[root];
    for (const pixel of pixels) {
      this.#forEachNeighbor(pixel, (neighbor) => {
        const classId = this.#values[neighbor] ?? UNLABELED;
        if (classId !== own) borders[classId] = (borders[classId] ?? 0) + 1;
      });
    }
    const flags = this.#flags[root] ?? 0;
    return { isLabeled: (flags & LABELED) !== 0, isAtEdge: (flags & AT_EDGE) !== 0, borders };
  }

  /** Gives a whole region a class. Returns the root of the region that it is part of now. */
  #recolor(pixels: readonly number[], classId: number): number {
    for (const pixel of pixels) this.#values[pixel] = classId;
    for (const pixel of pixels) {
      this.#forEachNeighbor(pixel, (neighbor) => {
        if (this.#values[neighbor] === classId) this.#join(pixel, neighbor);
      });
    }
    return this.#rootOf(pixels[0] ?? 0);
  }

  #pixelsOf(root: number): number[] {
    const pixels = [root];
    for (let pixel = this.#next[root] ?? root; pixel !== root; pixel = this.#next[pixel] ?? root) pixels.push(pixel);
    return pixels;
  }

  #forEachNeighbor(pixel: number, visit: (neighbor: number) => void): void {
    const x = pixel % this.#width;
    if (x > 0) visit(pixel - 1);
    if (x < this.#width - 1) visit(pixel + 1);
    if (pixel >= this.#width) visit(pixel - this.#width);
    if (pixel + this.#width < this.#values.length) visit(pixel + this.#width);
  }

  #rootOf(pixel: number): number {
    const parents = this.#parents;
    let node = pixel;
    for (;;) {
      const parent = parents[node] ?? node;
      if (parent === node) return node;
      const grandparent = parents[parent] ?? parent;
      parents[node] = grandparent;
      node = grandparent;
    }
  }

  #join(a: number, b: number): void {
    const rootA = this.#rootOf(a);
    const rootB = this.#rootOf(b);
    if (rootA === rootB) return;
    const areaA = this.#areas[rootA] ?? 0;
    const areaB = this.#areas[rootB] ?? 0;
    const [root, child] = areaA >= areaB ? [rootA, rootB] : [rootB, rootA];
    this.#parents[child] = root;
    this.#areas[root] = areaA + areaB;
    this.#flags[root] = (this.#flags[root] ?? 0) | (this.#flags[child] ?? 0);
    // Exchanging successors makes one ring of two.
    const next = this.#next[root] ?? root;
    this.#next[root] = this.#next[child] ?? child;
    this.#next[child] = next;
  }
}
