import { expect, test } from 'vitest';
import { EXPORT_KINDS, type ExportRequest } from '../../project/export/exportRequest.ts';
import {
  FIRST_CLEAN_UP,
  FIRST_REQUEST,
  hasFinalMasks,
  hasSize,
  impossibleBecause,
  kindImpossibleBecause,
  settledRequest,
} from './exportChoices.ts';

const kinds = (has: (request: ExportRequest) => boolean) =>
  EXPORT_KINDS.filter((what) => has({ ...FIRST_REQUEST, what }));

test('before there is a prediction, painted labels can be exported and nothing else', () => {
  expect(EXPORT_KINDS.filter((what) => kindImpossibleBecause(what, false) === null)).toEqual(['labels', 'dataset']);
  expect(EXPORT_KINDS.filter((what) => kindImpossibleBecause(what, true) !== null)).toEqual([]);
});

test('a dataset of final masks needs a prediction, one of labels does not', () => {
  const dataset = { ...FIRST_REQUEST, what: 'dataset' } as const;
  expect(impossibleBecause({ ...dataset, annotations: 'labels' }, false)).toBeNull();
  expect(impossibleBecause({ ...dataset, annotations: 'final' }, false)).toMatch(/train first\.$/);
  expect(impossibleBecause({ ...dataset, annotations: 'final' }, true)).toBeNull();
});

test('sizes and clean-up are offered where they matter', () => {
  expect(kinds(hasSize)).toEqual(['labels', 'predictions', 'final', 'overlays', 'dataset']);
  expect(kinds(hasFinalMasks)).toEqual(['final', 'overlays', 'metrics']);
  expect(hasFinalMasks({ ...FIRST_REQUEST, what: 'dataset', annotations: 'final' })).toBe(true);
});

test('a clean-up goes only where it is offered', () => {
  const tidy = { ...FIRST_REQUEST, cleanUp: FIRST_CLEAN_UP };
  for (const what of EXPORT_KINDS) {
    const { cleanUp } = settledRequest({ ...tidy, what });
    expect(cleanUp).toEqual(hasFinalMasks({ ...tidy, what }) ? FIRST_CLEAN_UP : null);
  }
});
