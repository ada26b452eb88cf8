import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFrameRequest } from './frameMessages.ts';

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
  expect(parseFrameRequest(message)).toEqual(message);
});

it.each([
  null,
  'trainSteps',
  [],
  { id: 1, type: 'pause' },
  { unlabeled: 2, id: 1, type: 'pause' },
  { unlabeled: 1, type: 'pause' },
  { unlabeled: 1, id: {}, type: 'pause' },
  { unlabeled: 1, id: 1, type: 'eval', code: 'alert(1)' },
  { unlabeled: 1, id: 1, type: 'constructor' },
  { unlabeled: 1, id: 1, type: 'trainSteps', steps: 0 },
  { unlabeled: 1, id: 1, type: 'trainSteps', steps: 1e9 },
  { unlabeled: 1, id: 1, type: 'trainSteps', steps: '20' },
  { unlabeled: 1, id: 1, type: 'openPicture', source: { href: 'https://elsewhere.test/a.png' } },
  { unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, width: 3 } },
  { unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, width: 1e9 } },
  { unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, classIds: Uint8Array.of(3, 77) } },
  { unlabeled: 1, id: 1, type: 'setLabels', labels: { ...labels, classIds: [3, 255] } },
])('ignores %o', (message) => {
  expect(parseFrameRequest(message)).toBeNull();
});

it('ignores whatever else comes, and never throws', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true }), (message) => {
      expect(parseFrameRequest(message)).toBeNull();
    }),
    { numRuns: 2000 },
  );
});
