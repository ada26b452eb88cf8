import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, type LabelPatch } from './patch.ts';
import { decodePatch, encodePatch, PatchFormatError } from './patchCodec.ts';
import { countByClass, createPlanes, type LabelPlanes, MAX_CLASSES, UNLABELED } from './planes.ts';
import { StrokeTransaction } from './strokeTransaction.ts';

const SIZE = 32;

const coordinate = fc.double({ min: -6, max: 38, noNaN: true });
/** A picture after some capsules, with one patch for each that changed something. */
const editedArbitrary: fc.Arbitrary<{ planes: LabelPlanes; patches: LabelPatch[] }> = fc
  .array(
    fc.record({
      points: fc.tuple(coordinate, coordinate, coordinate, coordinate),
      radiusPx: fc.double({ min: 0.5, max: 9, noNaN: true }),
      classId: fc.constantFrom(0, 3, 31, UNLABELED),
      strokeId: fc.constantFrom(1, 2, 127, 128, 20000, 65535),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((capsules) => {
    const planes = createPlanes(SIZE, SIZE);
    const counts = countByClass(planes);
    const patches: LabelPatch[] = [];
    for (const { points, radiusPx, classId, strokeId } of capsules) {
      const transaction = new StrokeTransaction(planes, counts);
      transaction.paintCapsule(...points, radiusPx, classId, strokeId);
      const patch = transaction.commit();
      if (patch !== null) patches.push(patch);
    }
    return { planes, patches };
  });

const patchArbitrary = editedArbitrary
  .map(({ patches }) => patches.at(-1))
  .filter((patch): patch is LabelPatch => patch !== undefined);

/** Magic, version 1, a picture of 4 × 3 pixels, then what is given. */
function bytesOf(...rest: number[]): Uint8Array {
  return Uint8Array.of(0x55, 0x4c, 0x50, 1, 4, 3, ...rest);
}

/** Decodes, and checks what a decoded patch promises: it can be applied and keeps the planes' invariant. */
function decodeOrRefuse(bytes: Uint8Array): void {
  let patch: LabelPatch;
  try {
    patch = decodePatch(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PatchFormatError);
    expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
    return;
  }
  expect(patch.starts.length * 2).toBeLessThanOrEqual(bytes.length);
  // A flipped size can ask for a larger picture than the test wants to allocate; its runs are checked against it anyway.
  if (patch.width * patch.height > 1 << 20) return;
  const planes = createPlanes(patch.width, patch.height);
  applyPatch(planes, patch);
  expect(planes.classIds.length).toBe(patch.width * patch.height);
  planes.classIds.forEach((id, i) => {
    if ((id >= MAX_CLASSES && id !== UNLABELED) || (id === UNLABELED) !== (planes.strokeIds[i] === 0)) {
      expect.fail(`pixel ${i} became class ${id} with stroke ${planes.strokeIds[i]}`);
    }
  });
}

describe('the patch codec', () => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(patchArbitrary, (patch) => {
        const bytes = encodePatch(patch);
        expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
        expect(decodePatch(bytes)).toEqual(patch);
      }),
    );
  });

  it('keeps a replica that applies every patch in order equal to the original', () => {
    fc.assert(
      fc.property(editedArbitrary, ({ planes, patches }) => {
        const replica = createPlanes(SIZE, SIZE);
        for (const patch of patches) applyPatch(replica, decodePatch(encodePatch(patch)));
        expect(replica).toEqual(planes);
      }),
    );
  });

  it('refuses a patch cut anywhere', () => {
    fc.assert(
      fc.property(patchArbitrary, (patch) => {
        const bytes = encodePatch(patch);
        for (let length = 0; length < bytes.length; length++) {
          expect(() => decodePatch(bytes.subarray(0, length))).toThrow('The label patch ends too early.');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a patch with a byte too many', () => {
    fc.assert(
      fc.property(patchArbitrary, fc.uint8Array({ minLength: 1, maxLength: 9 }), (patch, tail) => {
        expect(() => decodePatch(Uint8Array.of(...encodePatch(patch), ...tail))).toThrow(/do not belong to it/);
      }),
    );
  });

  it('never crashes on a flipped bit, nor yields planes that may not be', () => {
    fc.assert(
      fc.property(patchArbitrary, (patch) => {
        const bytes = encodePatch(patch);
        for (let bit = 0; bit < bytes.length * 8; bit += 1 + (bytes.length >> 5)) {
          const flipped = bytes.slice();
          flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          decodeOrRefuse(flipped);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('never crashes on bytes of any origin', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => decodeOrRefuse(bytes)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => decodeOrRefuse(bytesOf(...bytes))));
  });

  it.each([
    ['other bytes', Uint8Array.of(0x50, 0x4b, 3, 4, 4, 3, 1, 0, 1, 0, 1), /not a label patch/],
    ['a newer version', Uint8Array.of(0x55, 0x4c, 0x50, 2, 4, 3), /version 2.*up to version 1/],
    ['version 0', Uint8Array.of(0x55, 0x4c, 0x50, 0, 4, 3), /version 0/],
    ['a picture without pixels', Uint8Array.of(0x55, 0x4c, 0x50, 1, 0, 3, 1, 2, 1, 0, 1), /0 × 3 pixels/],
    ['a side of 16,384', Uint8Array.of(0x55, 0x4c, 0x50, 1, 0x80, 0x80, 1, 3, 1, 2, 1, 0, 1), /16384 × 3/],
    ['no runs', bytesOf(0), /no runs/],
    ['four billion runs', bytesOf(0xff, 0xff, 0xff, 0xff, 0x0f, 2, 1, 0, 1), /ends too early/],
    ['an empty run', bytesOf(1, 2, 0, 0, 1), /is empty/],
    ['a run past the last pixel', bytesOf(1, 2, 13, 0, 1), /leaves the picture/],
    ['a run that starts past the last pixel', bytesOf(1, 12 * 4 + 2, 1, 0, 1), /leaves the picture/],
    ['a second run past the last pixel', bytesOf(2, 2, 12, 0, 1, 3, 1), /leaves the picture/],
    ['class 32', bytesOf(1, 2, 1, 32, 1), /32, which is no class id/],
    ['class 254', bytesOf(1, 2, 1, 254, 1), /254, which is no class id/],
    ['class 254 before', bytesOf(1, 1, 1, 254, 1), /254, which is no class id/],
    ['stroke 65536', bytesOf(1, 2, 1, 0, 0x80, 0x80, 4), /stroke 65536/],
    ['a label without a stroke', bytesOf(1, 2, 1, 0, 0), /without a stroke/],
    ['a stroke without a label', bytesOf(1, 2, 1, 255, 1), /stroke to unlabeled/],
    ['a number of six bytes', bytesOf(0x80, 0x80, 0x80, 0x80, 0x80, 0), /too long/],
  ])('refuses %s in one sentence', (_, bytes, sentence) => {
    expect(() => decodePatch(bytes)).toThrow(PatchFormatError);
    expect(() => decodePatch(bytes)).toThrow(sentence);
  });

  it('reads the documented layout', () => {
    expect(decodePatch(bytesOf(2, 5 * 4 + 2, 3, 7, 1, 1 * 4 + 1, 2, 0, 9))).toEqual({
      width: 4,
      height: 3,
      starts: Uint32Array.of(5, 9),
      lengths: Uint32Array.of(3, 2),
      classBefore: Uint8Array.of(255, 0),
      classAfter: Uint8Array.of(7, 7),
      strokeBefore: Uint16Array.of(0, 9),
      strokeAfter: Uint16Array.of(1, 1),
    });
  });

  it('needs no more than 4 KB for a 400-px stroke of radius 20 on 512²', () => {
    const planes = createPlanes(512, 512);
    const transaction = new StrokeTransaction(planes, countByClass(planes));
    transaction.paintCapsule(56, 50, 70, 450, 20, 2, 300);
    const patch = transaction.commit();
    expect(patch).not.toBeNull();
    if (patch === null) return;
    expect(patch.starts.length).toBeGreaterThan(400);
    expect(encodePatch(patch).byteLength).toBeLessThan(4096);
  });
});
