import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import {
  GATED_SMOOTHNESS,
  type SmoothnessAttributes,
  type SmoothnessOperands,
  type SmoothnessShape,
} from './smoothness.ts';
import { halfWindow, offsetsWithin, reachOf, type Visible, visibleOf } from './smoothnessPairs.ts';
import { NEIGHBOUR_BYTES, planeCountOf, type SmoothnessRows, smoothnessRows } from './wasmSmoothnessRows.ts';

type Inputs = Readonly<Record<'logits' | keyof SmoothnessOperands, TensorInfo>>;

/** Planes' lengths are multiples of this, so that pictures of many widths share the same code. */
const PLANE_STEP = 64;
const LANES = 4;

const upTo = (multiple: number, value: number) => Math.ceil(value / multiple) * multiple;

/** Gives the WASM backend the kernel behind `smoothness`. Idempotent. */
export function registerWasmSmoothness(): void {
  addKernel(GATED_SMOOTHNESS, 'wasm', ({ inputs, attrs, backend }) =>
    smoothness(inputs as unknown as Inputs, attrs as unknown as SmoothnessAttributes, backend as BackendWasm),
  );
}

function smoothness(inputs: Inputs, attributes: SmoothnessAttributes, backend: BackendWasm): TensorInfo[] {
  const [batch = 0, height = 0, width = 0, channels = 0] = inputs.logits.shape;
  const shape = { batch, height, width, channels };
  const sizes = sizesOf(shape, attributes);
  const value = backend.makeOutput([], 'float32');
  const gradient = backend.makeOutput([batch, height, width, channels], 'float32');
  const scratch = backend.makeOutput([sizes.scratchFloats], 'float32');
  const frames = new Frames({ ...inputs, gradient, scratch }, shape, sizes, attributes, backend);
  let sum = 0;
  for (let item = 0; item < batch; item++) sum += frames.run(item);
  (backend.typedArrayFromHeap(value) as Float32Array)[0] = sum;
  backend.disposeData(scratch.dataId);
  return [value, gradient];
}

interface Sizes {
  /** Floats before a plane's first pixel, and at least as many behind its last. */
  readonly margin: number;
  readonly planeFloats: number;
  readonly rowFloats: number;
  /** Rows that are in memory at a time: one and those below it within reach. */
  readonly rows: number;
  /** Where they begin in the scratch, and where that ends. */
  readonly rowsAt: number;
  readonly scratchFloats: number;
}

/** What the scratch begins with, in floats: sums of the lanes, two constants, the table of neighbours. */
const SUMS_AT = 0;
const COLOR_SCALE_AT = LANES;
const UNGATED_MASK_AT = COLOR_SCALE_AT + 1;
const NEIGHBOURS_AT = 2 * LANES;

function sizesOf({ width, channels }: SmoothnessShape, attributes: SmoothnessAttributes): Sizes {
  const reach = reachOf(attributes);
  const rows = reach + 1;
  const margin = upTo(LANES, reach);
  const planeFloats = upTo(PLANE_STEP, width) + 2 * margin;
  const rowFloats = planeCountOf(channels) * planeFloats;
  const rowsAt = upTo(LANES, NEIGHBOURS_AT + (halfWindow(attributes).length * NEIGHBOUR_BYTES) / 4);
  return { margin, planeFloats, rowFloats, rows, rowsAt, scratchFloats: rowsAt + rows * rowFloats };
}

type Neighbours = ReturnType<typeof offsetsWithin>;

/**
 * Goes over the frames of a batch row by row: softmax and colours of the rows within reach, pairs that begin in the row,
 * then its gradient, which is complete. So logits are read once and their gradient is written once, and all that lies
 * between is in the processor's cache.
 */
class Frames {
  readonly #heap: Float32Array;
  readonly #bits: Int32Array;
  readonly #items: Int32Array;
  readonly #weight: number;
  /** Addresses. */
  readonly #at: Readonly<Record<Exclude<keyof Inputs, 'weight'> | 'gradient' | 'scratch', number>>;
  readonly #loops: SmoothnessRows;

  readonly #shape: SmoothnessShape;
  readonly #sizes: Sizes;
  readonly #attributes: SmoothnessAttributes;

  constructor(
    tensors: Inputs & Readonly<Record<'gradient' | 'scratch', TensorInfo>>,
    shape: SmoothnessShape,
    sizes: Sizes,
    attributes: SmoothnessAttributes,
    backend: BackendWasm,
  ) {
    this.#shape = shape;
    this.#sizes = sizes;
    this.#attributes = attributes;
    this.#loops = smoothnessRows(backend, { channels: shape.channels, planeFloats: sizes.planeFloats });
    // Views are taken once all is allocated: a heap that grows detaches them.
    const { buffer } = backend.typedArrayFromHeap(tensors.gradient);
    this.#heap = new Float32Array(buffer);
    this.#bits = new Int32Array(buffer);
    this.#items = backend.typedArrayFromHeap(tensors.items) as Int32Array;
    this.#weight = (backend.typedArrayFromHeap(tensors.weight) as Float32Array)[0] as number;
    const addressOf = ({ dataId }: TensorInfo) => backend.getMemoryOffset(dataId);
    this.#at = {
      logits: addressOf(tensors.logits),
      colors: addressOf(tensors.colors),
      labels: addressOf(tensors.labels),
      items: addressOf(tensors.items),
      gradient: addressOf(tensors.gradient),
      scratch: addressOf(tensors.scratch),
    };
  }

  /** Writes a frame's gradient and returns its term. */
  run(item: number): number {
    const { height, width, channels } = this.#shape;
    const visible = visibleOf(this.#items, item, this.#shape);
    const [across, down] = [visible.right - visible.left, visible.bottom - visible.top];
    if (across < width || down < height) {
      const first = this.#at.gradient / 4 + item * height * width * channels;
      this.#heap.fill(0, first, first + height * width * channels);
    }
    if (across <= 0 || down <= 0) return 0;
    this.#prepare();
    return this.#overRows(item, visible);
  }

  #prepare(): void {
    const { gated, colorWidth } = this.#attributes;
    const scratch = this.#at.scratch / 4;
    this.#heap.fill(0, scratch, scratch + this.#sizes.scratchFloats);
    this.#heap[scratch + COLOR_SCALE_AT] = -Math.LOG2E / (2 * (255 * colorWidth) ** 2);
    this.#bits[scratch + UNGATED_MASK_AT] = gated ? 0 : -1;
  }

  #overRows(item: number, visible: Visible): number {
    const { batch } = this.#shape;
    const [sums, colorScale] = [this.#inScratch(SUMS_AT), this.#inScratch(COLOR_SCALE_AT)];
    const table = this.#inScratch(NEIGHBOURS_AT);
    // Neighbours above one another in turn: what has just been stored is not read again for a while.
    const neighbours = offsetsWithin(visible, batch, this.#attributes, this.#weight).sort(
      (a, b) => a.dx - b.dx || a.dy - b.dy,
    );
    const blocks = Math.ceil((visible.right - visible.left) / this.#loops.lanes);
    let loaded = visible.top;
    let value = 0;
    for (let y = visible.top; y < visible.bottom; y++) {
      for (; loaded < Math.min(visible.bottom, y + this.#sizes.rows); loaded++) this.#load(item, loaded, visible);
      const count = this.#writeNeighbours(neighbours, y, visible.bottom);
      if (count > 0) this.#loops.accumulate(this.#planesOf(y), blocks, table, count, colorScale, sums);
      value += this.#takeSum();
      this.#store(item, y, visible);
      // Of all `p_i·∂/∂p_i`, which count `−g·k·p_i·p_j` twice.
      value += this.#takeSum() / 2;
    }
    return value;
  }

  /** Writes the neighbours that a row's pixels have in the rows at hand, and returns how many. */
  #writeNeighbours(neighbours: Neighbours, y: number, bottom: number): number {
    let at = this.#inScratch(NEIGHBOURS_AT) / 4;
    let count = 0;
    for (const { dx, dy, factor } of neighbours) {
      if (y + dy >= bottom) continue;
      this.#bits[at] = this.#planesOf(y + dy) - this.#planesOf(y) + 4 * dx;
      this.#heap[at + 1] = factor;
      at += NEIGHBOUR_BYTES / 4;
      count++;
    }
    return count;
  }

  #load(item: number, y: number, visible: Visible): void {
    const colorBytes = 4 * visible.stepX;
    const firstColor = this.#at.colors + 4 * (visible.source + (y - visible.top) * visible.stepY);
    const ungatedMask = this.#inScratch(UNGATED_MASK_AT);
    for (const { lanes, first, blocks } of this.#cut(visible)) {
      const pixel = this.#pixelOf(item, y, visible.left + first);
      this.#loops.load(lanes)(
        this.#at.logits + 4 * pixel * this.#shape.channels,
        firstColor + first * colorBytes,
        colorBytes,
        this.#at.labels + 4 * pixel,
        this.#planesOf(y) + 4 * first,
        blocks,
        ungatedMask,
      );
    }
  }

  #store(item: number, y: number, visible: Visible): void {
    for (const { lanes, first, blocks } of this.#cut(visible)) {
      const pixel = this.#pixelOf(item, y, visible.left + first);
      const gradient = this.#at.gradient + 4 * pixel * this.#shape.channels;
      this.#loops.store(lanes)(this.#planesOf(y) + 4 * first, blocks, gradient, this.#inScratch(SUMS_AT));
    }
  }

  /** A row in blocks of all lanes, and what is left over pixel by pixel, as tensors have no room beyond it. */
  #cut({ left, right }: Visible): { readonly lanes: 1 | 4; readonly first: number; readonly blocks: number }[] {
    const { lanes } = this.#loops;
    const whole = Math.floor((right - left) / lanes);
    const rest = right - left - whole * lanes;
    return [
      { lanes, first: 0, blocks: whole },
      { lanes: 1 as const, first: whole * lanes, blocks: rest },
    ].filter(({ blocks }) => blocks > 0);
  }

  #pixelOf(item: number, y: number, x: number): number {
    return (item * this.#shape.height + y) * this.#shape.width + x;
  }

  /** Address of a row's first pixel in the first plane. */
  #planesOf(y: number): number {
    const { rows, rowsAt, rowFloats, margin } = this.#sizes;
    return this.#inScratch(rowsAt + (y % rows) * rowFloats + margin);
  }

  #inScratch(at: number): number {
    return this.#at.scratch + 4 * at;
  }

  /** What the lanes have summed up since the last time. */
  #takeSum(): number {
    const first = this.#inScratch(SUMS_AT) / 4;
    let sum = 0;
    for (let at = first; at < first + LANES; at++) {
      sum += this.#heap[at] as number;
      this.#heap[at] = 0;
    }
    return sum;
  }
}
