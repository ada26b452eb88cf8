import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../labels/patch.ts';
import { decodePatch, encodePatch } from '../labels/patchCodec.ts';
import { clonePlanes, countByClass, type LabelPlanes, UNLABELED } from '../labels/planes.ts';
import { LabelDocument } from './labelDocument.ts';

function createDocument(): LabelDocument {
  return new LabelDocument({
    id: 'a',
    name: 'A',
    width: 20,
    height: 14,
    classes: [
      { id: 4, name: 'Sky', color: '#2458b4' },
      { id: 0, name: 'Earth', color: '#f03c14' },
    ],
  });
}

const snapshot = (document: LabelDocument) => ({ planes: clonePlanes(document.planes), classes: document.classes });

/** A second pair of planes that follows the document by encoded patches alone. */
function replicaOf(document: LabelDocument): LabelPlanes {
  const replica = clonePlanes(document.planes);
  document.subscribe((change) => {
    if (change.type === 'patch') applyPatch(replica, decodePatch(encodePatch(change.patch)));
  });
  return replica;
}

const point = fc.tuple(fc.integer({ min: -4, max: 24 }), fc.integer({ min: -4, max: 18 }));
/** Class choices are positions, taken modulo the classes that there are; the one past the end is UNLABELED. */
const operationArbitrary = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('stroke' as const, 'cancelled' as const, 'undoneWhilePainting' as const),
      at: fc.nat(6),
      points: fc.array(point, { minLength: 1, maxLength: 4 }),
      radiusPx: fc.double({ min: 0.5, max: 5, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('polylines' as const),
      at: fc.nat(6),
      points: fc.array(point, { maxLength: 3 }),
      radiusPx: fc.double({ min: 0.5, max: 5, noNaN: true }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'undo' as const,
        'redo' as const,
        'add' as const,
        'remove' as const,
        'rename' as const,
        'recolor' as const,
        'clear' as const,
        'clearOddStrokes' as const,
      ),
      at: fc.nat(6),
    }),
  },
);
type Operation = typeof operationArbitrary extends fc.Arbitrary<infer T> ? T : never;

function perform(document: LabelDocument, operation: Operation): void {
  const ids = document.classes.map((c) => c.id);
  const id = ids[operation.at % ids.length] ?? 0;
  const paintId = [...ids, UNLABELED][operation.at % (ids.length + 1)] ?? UNLABELED;
  switch (operation.type) {
    case 'stroke':
    case 'cancelled':
    case 'undoneWhilePainting': {
      const gesture = document.beginStroke(paintId);
      for (const [x, y] of operation.points) gesture.paint(x, y, x + 3, y + 1, operation.radiusPx);
      if (operation.type === 'stroke') gesture.commit();
      else if (operation.type === 'cancelled') gesture.cancel();
      else document.undo();
      return;
    }
    case 'polylines':
      document.paintStrokes([
        { classId: paintId, radiusPx: operation.radiusPx, points: operation.points },
        { classId: id, radiusPx: 1, points: operation.points },
      ]);
      return;
    case 'undo':
      document.undo();
      return;
    case 'redo':
      document.redo();
      return;
    case 'add':
      document.addClass();
      return;
    case 'remove':
      document.removeClass(id);
      return;
    case 'rename':
      document.renameClass(id, `Named ${operation.at}`);
      return;
    case 'recolor':
      document.recolorClass(id, `#00000${operation.at}`);
      return;
    case 'clear':
      document.clearLabels();
      return;
    case 'clearOddStrokes':
      document.clearStrokes((strokeId) => strokeId % 2 === 1);
  }
}

describe('LabelDocument under any sequence of edits', () => {
  const sequences = fc.array(operationArbitrary, { maxLength: 25 });

  it('keeps counts, planes and classes in agreement after each', () => {
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createDocument();
        for (const operation of operations) {
          perform(document, operation);
          expect(document.counts).toEqual(countByClass(document.planes));
          const known = new Set([UNLABELED, ...document.classes.map((c) => c.id)]);
          document.planes.classIds.forEach((id, i) => {
            if (!known.has(id) || (id === UNLABELED) !== (document.planes.strokeIds[i] === 0)) {
              expect.fail(`pixel ${i} is of class ${id} and stroke ${document.planes.strokeIds[i]}`);
            }
          });
        }
      }),
    );
  });

  it('can be undone to the start and redone to the end, and a replica follows all the way', () => {
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createDocument();
        const replica = replicaOf(document);
        const start = snapshot(document);
        for (const operation of operations) {
          perform(document, operation);
          expect(replica).toEqual(document.planes);
        }
        const end = snapshot(document);
        while (document.undo());
        expect(snapshot(document)).toEqual(start);
        expect(replica).toEqual(document.planes);
        while (document.redo()) expect(document.counts).toEqual(countByClass(document.planes));
        expect(replica).toEqual(document.planes);
        if (!operations.some(({ type }) => type === 'undo')) expect(snapshot(document)).toEqual(end);
      }),
    );
  });

  it('numbers the patches without a gap', () => {
    fc.assert(
      fc.property(sequences, (operations) => {
        const document = createDocument();
        const revisions: number[] = [];
        document.subscribe((change) => {
          if (change.type === 'patch') revisions.push(change.labelRevision);
        });
        for (const operation of operations) perform(document, operation);
        expect(revisions).toEqual(revisions.map((_, i) => i + 1));
        expect(document.labelRevision).toBe(revisions.length);
      }),
    );
  });
});
