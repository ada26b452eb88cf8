import { ByteReader, ByteWriter } from '../base/varintBytes.ts';
import { allocatePatch, type LabelPatch } from './patch.ts';
import { MAX_CLASSES, NO_STROKE, UNLABELED } from './planes.ts';

/** Bytes that are no label patch; the message is one sentence for a person. */
export class PatchFormatError extends Error {
  override name = 'PatchFormatError';
}

// Layout: "ULP", version; varints (LEB128) width, height, run count; then per run
//   varint gap·4 + sameBefore·2 + sameAfter   (gap: pixels since the end of the run before it)
//   varint length
//   class byte, varint stroke                 (before; left out when as in the run before it)
//   class byte, varint stroke                 (after; likewise)
// The run before the first is unlabeled before and after, and ends at pixel 0.
const MAGIC = [0x55, 0x4c, 0x50] as const;
const VERSION = 1;

// Twice the largest working size on each side leaves room, and keeps a hostile header harmless.
const MAX_SIDE_PX = 8192;

const HEADER_BYTES = 4 + 3 * 5;
const MAX_RUN_BYTES = 5 + 5 + 2 * (1 + 3);
const MIN_RUN_BYTES = 2;

/** A patch as bytes in a buffer of exactly their size, ready to be transferred or stored. */
export function encodePatch(patch: LabelPatch): Uint8Array<ArrayBuffer> {
  const runCount = patch.starts.length;
  const writer = new ByteWriter(HEADER_BYTES + runCount * MAX_RUN_BYTES);
  for (const value of MAGIC) writer.byte(value);
  writer.byte(VERSION);
  writer.varint(patch.width);
  writer.varint(patch.height);
  writer.varint(runCount);
  let end = 0;
  let previous = { classBefore: UNLABELED, strokeBefore: NO_STROKE, classAfter: UNLABELED, strokeAfter: NO_STROKE };
  for (let i = 0; i < runCount; i++) {
    const start = patch.starts[i] ?? 0;
    const length = patch.lengths[i] ?? 0;
    const run = {
      classBefore: patch.classBefore[i] ?? 0,
      strokeBefore: patch.strokeBefore[i] ?? 0,
      classAfter: patch.classAfter[i] ?? 0,
      strokeAfter: patch.strokeAfter[i] ?? 0,
    };
    const sameBefore = run.classBefore === previous.classBefore && run.strokeBefore === previous.strokeBefore;
    const sameAfter = run.classAfter === previous.classAfter && run.strokeAfter === previous.strokeAfter;
    writer.varint((start - end) * 4 + (sameBefore ? 2 : 0) + (sameAfter ? 1 : 0));
    writer.varint(length);
    if (!sameBefore) {
      writer.byte(run.classBefore);
      writer.varint(run.strokeBefore);
    }
    if (!sameAfter) {
      writer.byte(run.classAfter);
      writer.varint(run.strokeAfter);
    }
    end = start + length;
    previous = run;
  }
  return writer.finish();
}

/**
 * Reads what {@link encodePatch} wrote. Every run of the result lies inside the picture, in order, and holds class and
 * stroke ids that planes may hold. Memory stays within a small multiple of the bytes given, whatever they claim.
 * Throws a {@link PatchFormatError} for anything else.
 */
export function decodePatch(bytes: Uint8Array): LabelPatch {
  const reader = new PatchReader(bytes, (problem) => new PatchFormatError(`The label patch ${problem}.`));
  for (const value of MAGIC) {
    if (reader.byte() !== value) throw new PatchFormatError('These bytes are not a label patch.');
  }
  const version = reader.byte();
  if (version > VERSION) {
    throw new PatchFormatError(`The label patch is of version ${version}; this page reads up to version ${VERSION}.`);
  }
  if (version !== VERSION) throw new PatchFormatError(`There is no label patch of version ${version}.`);
  const width = reader.varint();
  const height = reader.varint();
  if (width < 1 || height < 1 || width > MAX_SIDE_PX || height > MAX_SIDE_PX) {
    throw new PatchFormatError(
      `The label patch says ${width} × ${height} pixels; sides must be 1 to ${MAX_SIDE_PX} pixels.`,
    );
  }
  const runCount = reader.varint();
  if (runCount < 1) throw new PatchFormatError('The label patch has no runs.');
  // Checked before anything is allocated: a few bytes must not ask for gigabytes.
  if (runCount * MIN_RUN_BYTES > reader.remaining) throw new PatchFormatError('The label patch ends too early.');

  const patch = allocatePatch(width, height, runCount);
  const pixelCount = width * height;
  let end = 0;
  let classBefore = UNLABELED;
  let strokeBefore = NO_STROKE;
  let classAfter = UNLABELED;
  let strokeAfter = NO_STROKE;
  for (let i = 0; i < runCount; i++) {
    const head = reader.varint();
    const start = end + Math.floor(head / 4);
    const length = reader.varint();
    if (length < 1) throw new PatchFormatError(`Run ${i} of the label patch is empty.`);
    if (start + length > pixelCount) {
      throw new PatchFormatError(`Run ${i} of the label patch leaves the picture.`);
    }
    if (head % 4 < 2) {
      classBefore = reader.classId();
      strokeBefore = reader.strokeId(classBefore);
    }
    if (head % 2 < 1) {
      classAfter = reader.classId();
      strokeAfter = reader.strokeId(classAfter);
    }
    patch.starts[i] = start;
    patch.lengths[i] = length;
    patch.classBefore[i] = classBefore;
    patch.strokeBefore[i] = strokeBefore;
    patch.classAfter[i] = classAfter;
    patch.strokeAfter[i] = strokeAfter;
    end = start + length;
  }
  if (reader.remaining > 0) {
    throw new PatchFormatError(`The label patch is followed by ${reader.remaining} bytes that do not belong to it.`);
  }
  return patch;
}

class PatchReader extends ByteReader {
  classId(): number {
    const value = this.byte();
    if (value >= MAX_CLASSES && value !== UNLABELED) {
      throw new PatchFormatError(`The label patch uses ${value}, which is no class id.`);
    }
    return value;
  }

  strokeId(classId: number): number {
    const value = this.varint();
    if (value > 0xffff) throw new PatchFormatError(`The label patch uses stroke ${value}; strokes end at 65535.`);
    if ((value === NO_STROKE) !== (classId === UNLABELED)) {
      throw new PatchFormatError(
        classId === UNLABELED
          ? 'The label patch gives a stroke to unlabeled pixels.'
          : 'The label patch holds labeled pixels without a stroke.',
      );
    }
    return value;
  }
}
