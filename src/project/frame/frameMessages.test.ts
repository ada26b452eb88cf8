import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFrameMessage } from './frameMessages.ts';

const labels = { width: 2, height: 1, classIds: Uint8Array.of(3, 255) };

it.each([
  { unlabeled: 1, id: 1, type: 'openLink', fragment: '#x=1.AAAA' },
  { unlabeled: 1, id: 'a', type: 'openPicture', source: 'coffee' },
  { unlabeled: 1, id: 2, type: 'openPicture', source: new Blob(['a']), labels },
  { unlabeled: 1, id: 3, type: 'setLabels', labels },
  { unlabeled: 1, id: 4, type: 'trainSteps', steps: 20 },
  { unlabeled: 1, id: 5, type: 'pause' },
  { unlabeled: 1, id: 6, type: 'getClassMap' },
])('reads %o', (message) => {
  expect(readFrameMessage(message)).toEqual(message);
});

it.each([
  null,
  'trainSteps',
  [],
  // Nobody's, or nobody waits for an answer.
  { id: 1, type: 'pause' },
  { unlabeled: 1, type: 'pause' },
  { unlabeled: 1, type: 'pause', id: undefined },
  // Our own answers.
  { unlabeled: 1, id: 1, result: null },
  { unlabeled: 1, id: 1, error: 'The picture could not be opened.' },
])('ignores %o', (message) => {
  expect(readFrameMessage(message)).toBeNull();
});

it.each([
  [{ unlabeled: 2, id: 1, type: 'pause' }, 'unlabeled: 1'],
  [{ unlabeled: 1, id: 1 }, 'type'],
  [{ unlabeled: 1, id: 1, type: 'eval', code: 'alert(1)' }, 'openLink, openPicture, setLabels, trainSteps, pause'],
  [{ unlabeled: 1, id: 1, type: 'constructor' }, 'type'],
  [{ unlabeled: 1, id: 1, type: ['pause'] }, 'type'],
  [{ unlabeled: 1, id: {}, type: 'pause' }, 'id'],
  [{ unlabeled: 1, id: null, type: 'pause' }, 'id'],
  [{ unlabeled: 1, id: Number.NaN, type: 'pause' }, 'id'],
  [{ unlabeled: 1, id: 7n, type: 'pause' }, 'id'],
  [{ unlabeled: 1, id: 'x'.repeat(101), type: 'pause' }, 'id'],
  [{ unlabeled: 1, id: [1], type: 'eval' }, 'type'],
  [{ unlabeled: 1, id: 1, type: 'trainSteps' }, 'number of steps'],
  [{ unlabeled: 1, id: 1, type: 'trainSteps', steps: 0 }, 'number of steps'],
  [{ unlabeled: 1, id: 1, type: 'trainSteps', steps: 1e9 }, 'number of steps'],
  [{ unlabeled: 1, id: 1, type: 'trainSteps', steps: '20' }, 'number of steps'],
  [{ unlabeled: 1, id: 1, type: 'openPicture' }, 'Blob'],
  [{ unlabeled: 1, id: 1, type: 'openPicture', source: { href: 'https://elsewhere.test/a.png' } }, 'Blob'],
  [{ unlabeled: 1, id: 1, type: 'openPicture', source: 'coffee', labels: 3 }, 'Labels'],
  [{ unlabeled: 1, id: 1, type: 'openLink', fragment: 'x'.repeat(9001) }, 'fragment'],
  [{ unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, width: 3 } }, 'Labels'],
  [{ unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, width: 1e9 } }, 'Labels'],
  [{ unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, classIds: Uint8Array.of(3, 77) } }, 'Labels'],
  [{ unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, classIds: [3, 255] } }, 'Labels'],
])('refuses %o with a sentence', (message, part) => {
  expect(readFrameMessage(message)).toEqual({ id: message.id, refusal: expect.stringContaining(part) });
});

it('ignores whatever else comes, refuses what is marked and has an id, and never throws', () => {
  const anything = fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true });
  fc.assert(
    fc.property(anything, anything, anything, (message, id, type) => {
      expect(readFrameMessage(message)).toBeNull();
      const marked = readFrameMessage({ unlabeled: 1, id, type });
      if (id === undefined) expect(marked).toBeNull();
      else expect(marked).toMatchObject({ refusal: expect.any(String) });
    }),
    { numRuns: 2000 },
  );
});
