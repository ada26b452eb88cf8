import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  applyPatchToCounts,
  invertPatch,
  type LabelPatch,
  PatchBuilder,
  patchBounds,
  patchByteLength,
} from './patch.ts';
import { clonePlanes, countByClass, createPlanes, type LabelPlanes, NO_STROKE, UNLABELED } from './planes.ts';

const WIDTH = 9;
const HEIGHT = 7;

/** Planes with long and short stretches of few classes, which is what makes runs interesting. */
const planesArbitrary: fc.Arbitrary<LabelPlanes> = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 20 }), stroke: fc.integer({ min: 0, max: 4 }) }), {
    maxLength: 30,
  })
  .map((stretches) => {
    const planes = createPlanes(WIDTH, HEIGHT);
    let index = 0;
    for (const { length, stroke } of stretches) {
      planes.classIds.fill(stroke === NO_STROKE ? UNLABELED : stroke % 3, index, index + length);
      planes.strokeIds.fill(stroke, index, index + length);
      index += length;
    }
    return planes;
  });

function difference(before: LabelPlanes, after: LabelPlanes): LabelPatch | null {
  const builder = new PatchBuilder(before.width, before.height);
  for (let i = 0; i < before.classIds.length; i++) {
    builder.add(i, before.classIds[i] ?? 0, after.classIds[i] ?? 0, before.strokeIds[i] ?? 0, after.strokeIds[i] ?? 0);
  }
  return builder.finish();
}

describe('label patches', () => {
  it('lead from one picture to the other, and inverted back', () => {
    fc.assert(
      fc.property(planesArbitrary, planesArbitrary, (before, after) => {
        const patch = difference(before, after);
        const planes = clonePlanes(before);
        if (patch === null) {
          expect(before).toEqual(after);
          return;
        }
        applyPatch(planes, patch);
        expect(planes).toEqual(after);
        applyPatch(planes, invertPatch(patch));
        expect(planes).toEqual(before);
      }),
    );
  });

  it('carry the counts per class along', () => {
    fc.assert(
      fc.property(planesArbitrary, planesArbitrary, (before, after) => {
        const patch = difference(before, after);
        const counts = countByClass(before);
        if (patch !== null) applyPatchToCounts(counts, patch);
        expect(counts).toEqual(countByClass(after));
      }),
    );
  });

  it('have the bounds of the changed pixels and no run longer or more numerous than needed', () => {
    fc.assert(
      fc.property(planesArbitrary, planesArbitrary, (before, after) => {
        const patch = difference(before, after);
        if (patch === null) return;
        const changed = [...before.classIds.keys()].filter(
          (i) => before.classIds[i] !== after.classIds[i] || before.strokeIds[i] !== after.strokeIds[i],
        );
        const columns = changed.map((i) => i % WIDTH);
        const rows = changed.map((i) => Math.floor(i / WIDTH));
        const x = Math.min(...columns);
        const y = Math.min(...rows);
        expect(patch.lengths.reduce((sum, length) => sum + length, 0)).toBe(changed.length);
        const bounds = patchBounds(patch);
        // A run that goes on into the next row makes the bounds as wide as the picture, never narrower than the truth.
        expect(bounds.y).toBe(y);
        expect(bounds.height).toBe(Math.max(...rows) - y + 1);
        expect(bounds.x).toBeLessThanOrEqual(x);
        expect(bounds.x + bounds.width).toBeGreaterThan(Math.max(...columns));
        expect(bounds.x + bounds.width).toBeLessThanOrEqual(WIDTH);
      }),
    );
  });

  it('join neighbouring pixels, across rows too, only where all four values agree', () => {
    const builder = new PatchBuilder(4, 3);
    builder.add(2, 255, 1, 0, 1);
    builder.add(3, 255, 1, 0, 1);
    builder.add(4, 255, 1, 0, 1);
    builder.add(5, 255, 1, 0, 2);
    builder.add(6, 1, 1, 3, 3);
    builder.add(7, 2, 255, 3, 0);
    const patch = builder.finish();
    expect(patch?.starts).toEqual(Uint32Array.of(2, 5, 7));
    expect(patch?.lengths).toEqual(Uint32Array.of(3, 1, 1));
    expect(patch && patchByteLength(patch)).toBe(3 * 14);
    expect(patch && patchBounds(patch)).toEqual({ x: 0, y: 0, width: 4, height: 2 });
  });

  it('keep more runs than the builder first had room for', () => {
    const before = createPlanes(50, 40);
    const after = clonePlanes(before);
    for (let i = 0; i < 2000; i += 2) {
      after.classIds[i] = i % 5;
      after.strokeIds[i] = 1 + i;
    }
    const patch = difference(before, after);
    expect(patch?.starts.length).toBe(1000);
    if (patch !== null) applyPatch(before, patch);
    expect(before).toEqual(after);
  });

  it('refuse planes of another size', () => {
    const patch = difference(createPlanes(4, 3), { ...createPlanes(4, 3), classIds: new Uint8Array(12) });
    expect(patch).not.toBeNull();
    if (patch !== null) expect(() => applyPatch(createPlanes(3, 4), patch)).toThrow(/does not fit/);
  });

  it('are null where nothing changed', () => {
    expect(difference(createPlanes(4, 3), createPlanes(4, 3))).toBeNull();
  });
});
