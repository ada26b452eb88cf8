/** How a figure is shown and judged: memory in bytes or in things that hold it, or how fast something is. */
type FigureKind = 'bytes' | 'count' | 'speed';

interface FigureFacts {
  readonly title: string;
  readonly kind: FigureKind;
  /** Growth that is none, whatever its share: what a browser keeps for itself, or the last downloads. */
  readonly slack: number;
}

/** What is measured at the end of every round, after a forced collection. */
export const FIGURES = {
  pageHeap: { title: 'page heap', kind: 'bytes', slack: 0 },
  pageBuffers: { title: 'page buffers', kind: 'bytes', slack: 0 },
  workerHeap: { title: 'worker heap', kind: 'bytes', slack: 0 },
  workerBuffers: { title: 'worker buffers', kind: 'bytes', slack: 0 },
  wasmMemory: { title: 'WASM memory', kind: 'bytes', slack: 0 },
  gpuMemory: { title: 'GPU memory', kind: 'bytes', slack: 0 },
  tensorBytes: { title: 'tensor bytes', kind: 'bytes', slack: 0 },
  tensors: { title: 'tensors', kind: 'count', slack: 0 },
  nodes: { title: 'DOM nodes', kind: 'count', slack: 0 },
  listeners: { title: 'listeners', kind: 'count', slack: 0 },
  objectUrls: { title: 'object URLs', kind: 'count', slack: 4 },
  bitmaps: { title: 'open bitmaps', kind: 'count', slack: 0 },
  workers: { title: 'workers', kind: 'count', slack: 0 },
  records: { title: 'stored records', kind: 'count', slack: 0 },
  stepsPerSecond: { title: 'steps/s', kind: 'speed', slack: 0 },
} as const satisfies Readonly<Record<string, FigureFacts>>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

/** Bytes, counts and steps a second, by the names of {@link FIGURES}. */
export type Figures = Readonly<Record<FigureName, number>>;

/** A round as it is printed and written. */
export interface Round {
  /** From 1. */
  readonly round: number;
  /** At its end, since the first began. */
  readonly minute: number;
  readonly figures: Figures;
}
