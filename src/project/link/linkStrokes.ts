import { ByteReader, ByteWriter } from '../../base/varintBytes.ts';
import { type LabelPlanes, MAX_CLASSES, NO_STROKE, UNLABELED } from '../../labels/planes.ts';
import { STROKE_ORIGINS, type StrokeOrigin } from '../../labels/strokeOrigin.ts';
import { joinBytes } from '../joinBytes.ts';
import { LinkFormatError } from './linkFormatError.ts';

/** The pixels that one stroke labels with one class, or, as UNLABELED of stroke 0, those that lost their labels. */
export interface LinkStroke {
  readonly strokeId: number;
  readonly classId: number;
  /** `null`: a hand painted it. */
  readonly origin: StrokeOrigin | null;
  /** Runs of pixels in row-major order, each within a row. */
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
}

/** What labels a picture of this size has that another one of the same size has not. */
export interface LinkLabels {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly LinkStroke[];
}

/** Longest side of a picture at working size. */
const MAX_SIDE_PX = 1024;

interface Collected {
  readonly strokeId: number;
  readonly classId: number;
  readonly starts: number[];
  readonly lengths: number[];
}

/** The strokes that make `planes` of `base`, a picture of the same size; by number, then by class. */
export function strokesBetween(
  base: LabelPlanes,
  planes: LabelPlanes,
  origins: ReadonlyMap<number, StrokeOrigin>,
): LinkLabels {
  const { width, height, classIds, strokeIds } = planes;
  const collected = new Map<number, Collected>();
  for (let y = 0; y < height; y++) {
    let open: Collected | null = null;
    for (let i = y * width; i < (y + 1) * width; i++) {
      const classId = classIds[i] ?? UNLABELED;
      const strokeId = strokeIds[i] ?? NO_STROKE;
      if (classId === base.classIds[i] && strokeId === base.strokeIds[i]) {
        open = null;
        continue;
      }
      if (open !== null && open.strokeId === strokeId && open.classId === classId) {
        open.lengths[open.lengths.length - 1] = (open.lengths.at(-1) ?? 0) + 1;
        continue;
      }
      const key: number = strokeId * 256 + classId;
      open = collected.get(key) ?? { strokeId, classId, starts: [], lengths: [] };
      collected.set(key, open);
      open.starts.push(i);
      open.lengths.push(1);
    }
  }
  const strokes = [...collected.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { strokeId, classId, starts, lengths }]) => ({
      strokeId,
      classId,
      origin: origins.get(strokeId) ?? null,
      starts: Uint32Array.from(starts),
      lengths: Uint32Array.from(lengths),
    }));
  return { width, height, strokes };
}

/** Writes strokes into planes of their size. */
export function paintLinkStrokes({ strokes }: LinkLabels, planes: LabelPlanes): void {
  for (const { classId, strokeId, starts, lengths } of strokes) {
    for (const [i, start] of starts.entries()) {
      const end = start + (lengths[i] ?? 0);
      planes.classIds.fill(classId, start, end);
      planes.strokeIds.fill(strokeId, start, end);
    }
  }
}

// Layout: varints width, height, count of strokes; of every stroke: varint number since the stroke before, byte class,
// byte origin (0: none), varint first row, varint count of rows; then, for all strokes together, how many runs each row
// has, each run's first column and each run's length. Columns and lengths are what they are above those of the same run
// in the row before: along a brush's edge they hardly change, and what repeats is what deflate is good at.

/** Labels as bytes, made to be deflated. */
export function encodeStrokes({ width, height, strokes }: LinkLabels): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const counts = new ByteWriter();
  const lefts = new ByteWriter();
  const widths = new ByteWriter();
  writer.varint(width);
  writer.varint(height);
  writer.varint(strokes.length);
  let formerId = 0;
  for (const { strokeId, classId, origin, starts, lengths } of strokes) {
    const rows = rowsOf(width, starts, lengths);
    writer.varint(strokeId - formerId);
    formerId = strokeId;
    writer.byte(classId);
    writer.byte(origin === null ? 0 : STROKE_ORIGINS.indexOf(origin) + 1);
    writer.varint(Math.floor((starts[0] ?? 0) / width));
    writer.varint(rows.length);
    let above: readonly Run[] = [];
    for (const row of rows) {
      counts.varint(row.length);
      for (const [i, run] of row.entries()) {
        const [left, length] = expectedRun(above, row, i);
        lefts.signed(run[0] - left);
        widths.signed(run[1] - length);
      }
      above = row;
    }
  }
  return joinBytes([writer.finish(), counts.finish(), lefts.finish(), widths.finish()]);
}

/** First column and length. */
type Run = readonly [left: number, length: number];

/** From the first row with runs to the last, runs row by row. */
function rowsOf(width: number, starts: Uint32Array, lengths: Uint32Array): Run[][] {
  const top = Math.floor((starts[0] ?? 0) / width);
  const bottom = Math.floor((starts.at(-1) ?? 0) / width);
  const rows: Run[][] = Array.from({ length: bottom - top + 1 }, () => []);
  for (const [i, start] of starts.entries()) {
    rows[Math.floor(start / width) - top]?.push([start % width, lengths[i] ?? 0]);
  }
  return rows;
}

/** Predicts a row's run number `i`: as in the row above, else right after the run before it. */
function expectedRun(above: readonly Run[], row: readonly Run[], i: number): Run {
  const before = row[i - 1];
  return above[i] ?? (before === undefined ? [0, 0] : [before[0] + before[1], 0]);
}

/**
 * Reads what {@link encodeStrokes} wrote. Runs lie inside the picture, in their rows and in order, and cover no more
 * pixels than it has; class and stroke go together as planes want it. Memory stays within a small multiple of the bytes.
 * Throws a {@link LinkFormatError} for anything else.
 */
export function decodeStrokes(bytes: Uint8Array): LinkLabels {
  const reader = new ByteReader(bytes, (problem) => new LinkFormatError(problem));
  const width = sideOf(reader);
  const height = sideOf(reader);
  // Before anything is allocated: every stroke takes five bytes at least, every row and every run one.
  const strokeCount = reader.varint(Math.floor(reader.remaining / 5));
  const heads = Array.from({ length: strokeCount }, () => ({ ...headOf(reader, height), counts: [] as number[] }));
  const rowCount = heads.reduce((sum, { rows }) => sum + rows, 0);
  if (rowCount > reader.remaining) throw new LinkFormatError('ends too early');
  let runCount = 0;
  let strokeId = 0;
  for (const head of heads) {
    strokeId += head.idStep;
    checkIds(strokeId, head.classId);
    for (let row = 0; row < head.rows; row++) {
      const count = reader.varint(width);
      runCount += count;
      head.counts.push(count);
    }
  }
  if (2 * runCount > reader.remaining) throw new LinkFormatError('ends too early');
  const lefts = Int32Array.from({ length: runCount }, () => reader.signed());
  const widths = Int32Array.from({ length: runCount }, () => reader.signed());
  if (reader.remaining > 0) throw new LinkFormatError('goes on after its end');

  const strokes: LinkStroke[] = [];
  let next = 0;
  let pixels = 0;
  strokeId = 0;
  for (const { idStep, classId, origin, top, counts } of heads) {
    strokeId += idStep;
    const starts: number[] = [];
    const lengths: number[] = [];
    let above: Run[] = [];
    for (const [rowOffset, count] of counts.entries()) {
      const row: Run[] = [];
      for (let i = 0; i < count; i++) {
        const [left, length] = expectedRun(above, row, i);
        const run: Run = [left + (lefts[next] ?? 0), length + (widths[next] ?? 0)];
        next++;
        const before = row[i - 1];
        if (run[0] < (before === undefined ? 0 : before[0] + before[1]) || run[1] < 1 || run[0] + run[1] > width) {
          throw new LinkFormatError('has a run outside its row');
        }
        row.push(run);
        starts.push((top + rowOffset) * width + run[0]);
        lengths.push(run[1]);
        pixels += run[1];
      }
      above = row;
    }
    strokes.push({ strokeId, classId, origin, starts: Uint32Array.from(starts), lengths: Uint32Array.from(lengths) });
  }
  if (pixels > width * height) throw new LinkFormatError('labels more pixels than there are');
  return { width, height, strokes };
}

function sideOf(reader: ByteReader): number {
  const side = reader.varint(MAX_SIDE_PX);
  if (side < 1) throw new LinkFormatError('is of no size');
  return side;
}

function headOf(reader: ByteReader, height: number) {
  const idStep = reader.varint(0xffff);
  const classId = reader.byte();
  const originNumber = reader.byte();
  if (originNumber > STROKE_ORIGINS.length) throw new LinkFormatError('names an origin that there is not');
  const top = reader.varint(height - 1);
  const rows = reader.varint(height - top);
  return { idStep, classId, origin: STROKE_ORIGINS[originNumber - 1] ?? null, top, rows };
}

function checkIds(strokeId: number, classId: number): void {
  const isClass = classId < MAX_CLASSES;
  if (strokeId > 0xffff || (!isClass && classId !== UNLABELED) || isClass !== strokeId > NO_STROKE) {
    throw new LinkFormatError('has a class or a stroke that there is not');
  }
}
