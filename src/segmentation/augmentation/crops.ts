import { UNLABELED } from '../../labels/planes.ts';
import type { PixelRect } from '../../labels/rect.ts';
import { type ItemCrop, type ItemSource, writeItem } from '../kernels/batch/sampleBatch.ts';
import { type Augmentation, IDENTITY } from './augmentation.ts';

/** A window of the picture that is trained on, and the part of it whose labels count there. */
export interface Crop {
  /** Left top corner of the window in the picture, multiples of the network's `sizeMultiple`. */
  readonly x: number;
  readonly y: number;
  /** Picture pixels whose logits in the window are those of the whole picture; the cores of a plan are disjoint. */
  readonly core: PixelRect;
}

/** Windows of one shape whose cores hold every labeled pixel exactly once. */
export interface CropPlan {
  /** Sides of every window, multiples of the network's `sizeMultiple`. */
  readonly width: number;
  readonly height: number;
  /** Windows in a batch: those in `crops`, then empty ones without labels. */
  readonly batchSize: number;
  readonly crops: readonly Crop[];
}

export interface CropRequest {
  /** The network's: pooling and strides of a window line up with the picture's at multiples of it. */
  readonly sizeMultiple: number;
  /**
   * What a window shows around its core, but for the picture's own edges: a multiple of `sizeMultiple`, exact from
   * `haloPx(network)` on.
   */
  readonly haloPx: number;
  /** Only square windows, which quarter turns of the augmentation leave in shape. */
  readonly square: boolean;
  /** The plan in use: its shape and batch stay as long as they serve at no more than a quarter over the least area. */
  readonly previous?: CropPlan | null;
}

/** Labels are gathered into cells of at least this side before they are covered. */
const MIN_CELL_PX = 8;
/** More windows than this are not planned. */
const MAX_CROPS = 64;
/** Largest share of the picture's area that is worth the trouble. */
const WORTHWHILE_SHARE = 2 / 3;
/** A plan in use is kept until another has less than this share of its area. */
const KEEP_SHARE = 0.8;

/**
 * Plans where to train when only little of a picture is labeled: windows around the labels, of the least total area that
 * a search over window shapes finds. `null` when that does not save a third of the picture's area, or nothing is labeled.
 *
 * `classIds` is `[height, width]`, 255 unlabeled. Every labeled pixel lies in the core of exactly one window, which
 * shows at least `haloPx` around it on every side that is not the picture's edge. There the window ends with the
 * picture (filled up to `sizeMultiple`), so that zero padding happens exactly where it would for the whole picture. With
 * `haloPx` from the network's receptive field, the label loss and its gradients, summed over the windows, are those of
 * the whole picture for a network without normalisation. Losses that count unlabeled pixels need the whole picture.
 *
 * Group normalisation takes its statistics over the window instead of the picture. Such a network learns another
 * function, that of pictures which show no more than a window, and does badly in one pass over the whole picture.
 *
 * The search is greedy: for every shape, rows (or columns) of windows from the first cell not yet covered on, after
 * Hochbaum & Maass 1985 without their shifts. The number of windows is rounded up to 1, 2, 3, 4, 6, 8, 12, 16, …, so that
 * the batch keeps its shape while a person paints. Throws a `RangeError` for a plane of another size.
 */
export function planCrops(classIds: Uint8Array, width: number, height: number, request: CropRequest): CropPlan | null {
  if (classIds.length !== width * height) {
    throw new RangeError(`A label plane of ${width} × ${height} has ${width * height} bytes, not ${classIds.length}.`);
  }
  const grid = new CellGrid(classIds, width, height, request);
  if (grid.isEmpty) return null;
  const area = grid.paddedWidth * grid.paddedHeight;
  let best: CropPlan | null = null;
  let bestArea = area * WORTHWHILE_SHARE;
  for (const windowHeight of windowSides(grid.paddedHeight, request)) {
    for (const windowWidth of windowSides(grid.paddedWidth, request)) {
      if (request.square && windowWidth !== windowHeight) continue;
      const plan = planOfShape(grid, windowWidth, windowHeight, bestArea);
      if (plan === null || areaOf(plan) > bestArea) continue;
      best = plan;
      bestArea = areaOf(plan);
    }
  }
  return best === null ? null : (keptPlan(grid, request, best) ?? best);
}

/** Windows in a batch that has to hold `count`: the next of 1, 2, 3, 4, 6, 8, 12, 16, 24, … */
export function batchSizeFor(count: number): number {
  const power = 2 ** Math.ceil(Math.log2(count));
  return power >= 4 && count <= (3 * power) / 4 ? (3 * power) / 4 : power;
}

/**
 * Writes the items of a plan's batch, `[batchSize, ITEM_WORDS]`: every window under an augmentation drawn for it, then
 * empty items without labels. Flips and turns are those of the window, whose labels outside its core do not count.
 * Throws a `RangeError` for a turn that changes the window's shape.
 */
export function writeCropItems(
  items: Int32Array<ArrayBuffer>,
  plan: CropPlan,
  source: ItemSource,
  draw: () => Augmentation,
): void {
  for (let index = 0; index < plan.batchSize; index++) {
    const crop = plan.crops[index];
    if (crop === undefined) {
      writeItem(items, index, IDENTITY, source, NOTHING);
      continue;
    }
    const drawn = draw();
    if (drawn.quarterTurns % 2 === 1 && plan.width !== plan.height) {
      throw new RangeError(`A window of ${plan.width} × ${plan.height} cannot be turned by a quarter.`);
    }
    const { x, y } = turnedRect({ x: crop.x, y: crop.y, width: plan.width, height: plan.height }, drawn, source);
    const core = turnedRect(crop.core, drawn, source);
    const edges = { left: core.x, top: core.y, right: core.x + core.width, bottom: core.y + core.height };
    writeItem(items, index, { ...drawn, offsetX: 0, offsetY: 0 }, source, { frameX: x, frameY: y, core: edges });
  }
}

/** Far off any picture. */
const NOTHING: ItemCrop = { frameX: 2 ** 29, frameY: 2 ** 29, core: { left: 0, top: 0, right: 0, bottom: 0 } };

/** Where a rectangle of a picture lies after an augmentation's flips and turns. */
function turnedRect(rect: PixelRect, augmentation: Augmentation, picture: ItemSource): PixelRect {
  const x = augmentation.flipX ? picture.width - rect.x - rect.width : rect.x;
  const y = augmentation.flipY ? picture.height - rect.y - rect.height : rect.y;
  let turned = { x, y, width: rect.width, height: rect.height };
  let [width, height] = [picture.width, picture.height];
  for (let turn = 0; turn < augmentation.quarterTurns; turn++) {
    turned = { x: height - turned.y - turned.height, y: turned.x, width: turned.height, height: turned.width };
    [width, height] = [height, width];
  }
  return turned;
}

function areaOf({ width, height, batchSize }: CropPlan): number {
  return width * height * batchSize;
}

function keptPlan(grid: CellGrid, { previous, square, sizeMultiple }: CropRequest, best: CropPlan): CropPlan | null {
  if (!previous || previous.width > grid.paddedWidth || previous.height > grid.paddedHeight) return null;
  if (previous.width % sizeMultiple !== 0 || previous.height % sizeMultiple !== 0) return null;
  if (square && previous.width !== previous.height) return null;
  if (areaOf(best) < KEEP_SHARE * areaOf(previous)) return null;
  const plan = planOfShape(grid, previous.width, previous.height, areaOf(previous));
  return plan === null ? null : { ...plan, batchSize: previous.batchSize };
}

/** Sides that windows are tried with: ever coarser multiples of the cell, and the whole side. */
function windowSides(paddedSide: number, { sizeMultiple, haloPx }: CropRequest): number[] {
  const cell = cellSide(sizeMultiple);
  const sides: number[] = [];
  for (let core = cell; core < paddedSide; core += cell * Math.ceil(core / (8 * cell))) {
    // A core in the picture's corner needs one halo, any other two.
    for (const side of [haloPx + core, 2 * haloPx + core]) if (side < paddedSide) sides.push(side);
  }
  return [...new Set(sides), paddedSide];
}

function cellSide(sizeMultiple: number): number {
  return sizeMultiple * Math.ceil(MIN_CELL_PX / sizeMultiple);
}

/** One window's place along an axis: where it starts, and the cells of its core. */
interface Place {
  readonly start: number;
  readonly firstCell: number;
  /** One past the last. */
  readonly endCell: number;
}

/** Which cells of the picture hold a label. */
class CellGrid {
  readonly paddedWidth: number;
  readonly paddedHeight: number;
  readonly columns: number;
  readonly rows: number;
  readonly isEmpty: boolean;
  readonly #cell: number;
  readonly #haloPx: number;
  readonly #occupied: Uint8Array;

  constructor(
    classIds: Uint8Array,
    readonly width: number,
    readonly height: number,
    { sizeMultiple, haloPx }: CropRequest,
  ) {
    const padded = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple;
    this.paddedWidth = padded(width);
    this.paddedHeight = padded(height);
    this.#haloPx = haloPx;
    this.#cell = cellSide(sizeMultiple);
    this.columns = Math.ceil(width / this.#cell);
    this.rows = Math.ceil(height / this.#cell);
    this.#occupied = new Uint8Array(this.columns * this.rows);
    let labeled = 0;
    for (let y = 0, i = 0; y < height; y++) {
      const row = Math.floor(y / this.#cell) * this.columns;
      for (let x = 0; x < width; x++, i++) {
        if (classIds[i] === UNLABELED) continue;
        this.#occupied[row + Math.floor(x / this.#cell)] = 1;
        labeled++;
      }
    }
    this.isEmpty = labeled === 0;
  }

  isOccupied(column: number, row: number): boolean {
    return this.#occupied[row * this.columns + column] === 1;
  }

  /** The window of `side` pixels whose core starts at `firstCell`; `null` when it is too small for one. */
  place(firstCell: number, side: number, paddedSide: number): Place | null {
    const start = Math.min(Math.max(0, firstCell * this.#cell - this.#haloPx), paddedSide - side);
    const end = start + side === paddedSide ? paddedSide : start + side - this.#haloPx;
    const endCell = end === paddedSide ? Math.ceil(end / this.#cell) : Math.floor(end / this.#cell);
    return endCell > firstCell ? { start, firstCell, endCell } : null;
  }

  crop(columns: Place, rows: Place): Crop {
    const x = columns.firstCell * this.#cell;
    const y = rows.firstCell * this.#cell;
    const width = Math.min(this.width, columns.endCell * this.#cell) - x;
    const height = Math.min(this.height, rows.endCell * this.#cell) - y;
    return { x: columns.start, y: rows.start, core: { x, y, width, height } };
  }
}

/** The better of the covers by rows and by columns of windows; `null` when neither stays within `mostArea`. */
function planOfShape(grid: CellGrid, width: number, height: number, mostArea: number): CropPlan | null {
  const most = Math.min(MAX_CROPS, Math.floor(mostArea / (width * height)));
  const byRows = cover(
    { count: grid.rows, place: (first) => grid.place(first, height, grid.paddedHeight) },
    { count: grid.columns, place: (first) => grid.place(first, width, grid.paddedWidth) },
    (row, column) => grid.isOccupied(column, row),
    most,
  );
  const byColumns = cover(
    { count: grid.columns, place: (first) => grid.place(first, width, grid.paddedWidth) },
    { count: grid.rows, place: (first) => grid.place(first, height, grid.paddedHeight) },
    (column, row) => grid.isOccupied(column, row),
    byRows === null ? most : byRows.length - 1,
  );
  const crops =
    byColumns?.map(([columns, rows]) => grid.crop(columns, rows)) ??
    byRows?.map(([rows, columns]) => grid.crop(columns, rows));
  if (crops === undefined) return null;
  const batchSize = batchSizeFor(crops.length);
  return batchSize > most ? null : { width, height, batchSize, crops };
}

interface Axis {
  /** Cells along the axis. */
  readonly count: number;
  place(firstCell: number): Place | null;
}

/**
 * Covers the occupied cells with strips across `outer`, each cut into windows along `inner`. `null` when that takes more
 * than `most` windows or a cell cannot be reached.
 */
function cover(
  outer: Axis,
  inner: Axis,
  isOccupied: (outerCell: number, innerCell: number) => boolean,
  most: number,
): [outer: Place, inner: Place][] | null {
  const windows: [Place, Place][] = [];
  const anyInStrip = ({ firstCell, endCell }: Place, innerCell: number) => {
    for (let cell = firstCell; cell < endCell; cell++) if (isOccupied(cell, innerCell)) return true;
    return false;
  };
  const anyInLine = (outerCell: number) => {
    for (let cell = 0; cell < inner.count; cell++) if (isOccupied(outerCell, cell)) return true;
    return false;
  };
  let outerCell = 0;
  while (outerCell < outer.count) {
    if (!anyInLine(outerCell)) {
      outerCell++;
      continue;
    }
    const strip = outer.place(outerCell);
    if (strip === null) return null;
    let innerCell = 0;
    while (innerCell < inner.count) {
      if (!anyInStrip(strip, innerCell)) {
        innerCell++;
        continue;
      }
      const window = inner.place(innerCell);
      if (window === null || windows.length === most) return null;
      windows.push([strip, window]);
      innerCell = window.endCell;
    }
    outerCell = strip.endCell;
  }
  return windows;
}
