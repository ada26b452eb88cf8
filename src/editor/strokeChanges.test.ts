import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { clearLabels, fillUnlabeled, paintStrokes } from './labelEdits.ts';
import type { ProjectDocument } from './projectDocument.ts';
import { changesOf, createProject, paintDot } from './projectTestTools.ts';

/** What the document tells of strokes from now on. */
function strokesOf(document: ProjectDocument) {
  const changes = changesOf(document);
  return () =>
    changes.flatMap((change) => {
      if (change.type !== 'stroke') return [];
      const { pictureId, strokeId, stands } = change;
      return [{ pictureId, strokeId, stands }];
    });
}

describe('strokes that a hand painted', () => {
  it('are told of when they land, are undone and done again', () => {
    const document = createProject();
    const strokes = strokesOf(document);
    const [first, second] = ['a', 'b'].map((pictureId) => {
      const strokeId = document.picture(pictureId).nextStrokeId;
      paintDot(document, pictureId, 4, 3, 3);
      return { pictureId, strokeId };
    });
    document.undo();
    document.undo();
    document.redo();
    expect(strokes()).toEqual([
      { ...first, stands: true },
      { ...second, stands: true },
      { ...second, stands: false },
      { ...first, stands: false },
      { ...first, stands: true },
    ]);
  });

  it('come with what they made of the labels, also when they are undone, after the labels were told of', () => {
    const document = createProject();
    const changes = changesOf(document);
    paintDot(document, 'a', 4, 3, 3);
    document.undo();
    const patches = changes.filter(({ type }) => type === 'patch' || type === 'stroke');
    expect(patches.map(({ type }) => type)).toEqual(['patch', 'stroke', 'patch', 'stroke']);
    const [landed, told, , undone] = patches as { patch: unknown }[];
    expect(told?.patch).toBe(landed?.patch);
    expect(undone?.patch).toBe(landed?.patch);
  });

  it('are none where labels were taken away, accepted or changed as a whole, nor where nothing was painted', () => {
    const document = createProject();
    paintDot(document, 'a', 4, 3, 3);
    const strokes = strokesOf(document);
    paintDot(document, 'a', UNLABELED, 3, 3);
    const accepted = document.picture('a').beginStroke(4, { name: 'Accept prediction', origin: 'accepted' });
    accepted.paint(9, 9, 9, 9, 2);
    accepted.commit();
    const cancelled = document.picture('a').beginStroke(4, { name: 'Brush' });
    cancelled.paint(3, 3, 3, 3, 2);
    cancelled.cancel();
    document.picture('a').beginStroke(4, { name: 'Brush' }).commit();
    paintStrokes(document, 'a', [{ classId: 4, radiusPx: 1, points: [[1, 1]] }], { name: 'Starter strokes' });
    fillUnlabeled(document, 'a', 0);
    clearLabels(document, 'a');
    for (let i = 0; i < 5; i++) document.undo();
    expect(strokes()).toEqual([]);
  });
});
