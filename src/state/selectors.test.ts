import { describe, expect, it } from 'vitest';
import type { PictureEntry } from './project.ts';
import {
  hasTruth,
  isLostWithThePage,
  isNetworkAhead,
  labeledShare,
  openTitle,
  primaryAction,
  restorableStep,
} from './selectors.ts';

it.each([
  ['ready', 0, 'Train'],
  ['loading', 0, 'Train'],
  ['compiling', 0, 'Pause'],
  ['training', 12, 'Pause'],
  ['searching', 0, 'Pause'],
  ['paused', 12, 'Continue'],
  ['finished', 120, 'Continue'],
] as const)('in phase %s at step %i the big button says %s', (phase, step, action) => {
  expect(primaryAction({ phase, step })).toBe(action);
});

it('counts the labeled share of the picture, 0 before there is one', () => {
  expect(labeledShare({ labeledPixels: 25, width: 10, height: 10 })).toBe(0.25);
  expect(labeledShare({ labeledPixels: 0, width: 0, height: 0 })).toBe(0);
});

it('offers the kept learner where training rests on one that is worse', () => {
  const heldOutScores = { strokes: 3, maskedAccuracy: 0.8, accuracyInterval: null, meanIou: 0.6 };
  const worse = {
    phase: 'finished',
    step: 120,
    heldOutStep: 120,
    heldOutScores,
    bestLearner: { step: 84, meanIou: 0.7 },
  } as const;
  expect(restorableStep(worse)).toBe(84);
  expect(restorableStep({ ...worse, phase: 'paused' })).toBe(84);
  expect(restorableStep({ ...worse, phase: 'training' })).toBeNull();
  // Not known yet: the scores are of an earlier learner.
  expect(restorableStep({ ...worse, heldOutStep: 110 })).toBeNull();
  expect(restorableStep({ ...worse, heldOutScores: null })).toBeNull();
  expect(restorableStep({ ...worse, bestLearner: null })).toBeNull();
  expect(restorableStep({ ...worse, bestLearner: { step: 84, meanIou: 0.6 } })).toBeNull();
});

it('asks before the page is left only while something is in it alone', () => {
  const saved = { isFramed: false, saving: 'saved', unsavedProjectIds: [], canUndo: true } as const;
  expect(isLostWithThePage(saved)).toBe(false);
  // On its way: handed over when the page goes.
  expect(isLostWithThePage({ ...saved, saving: 'saving' })).toBe(false);
  expect(isLostWithThePage({ ...saved, saving: 'failed' })).toBe(true);
  expect(isLostWithThePage({ ...saved, unsavedProjectIds: ['another'] })).toBe(true);
  // Where the browser stores nothing.
  expect(isLostWithThePage({ ...saved, saving: 'none' })).toBe(true);
  expect(isLostWithThePage({ ...saved, saving: 'none', canUndo: false })).toBe(false);
  expect(isLostWithThePage({ ...saved, saving: 'none', isFramed: true })).toBe(false);
});

it('says of a network that it learned on unless just that step of it is stored', () => {
  expect(isNetworkAhead({ step: 0, storedStep: null })).toBe(false);
  expect(isNetworkAhead({ step: 3, storedStep: null })).toBe(true);
  expect(isNetworkAhead({ step: 3, storedStep: 3 })).toBe(false);
  expect(isNetworkAhead({ step: 4, storedStep: 3 })).toBe(true);
  // It went back to a step before.
  expect(isNetworkAhead({ step: 2, storedStep: 3 })).toBe(true);
});

describe('the open picture', () => {
  const pictures = [entry('a', false), entry('b', true)];

  it.each([
    ['a', 'Picture a', false],
    ['b', 'Picture b', true],
    [null, '', false],
  ])('is told of by its entry: %s', (pictureId, title, isTruthKnown) => {
    expect([openTitle({ pictures, pictureId }), hasTruth({ pictures, pictureId })]).toEqual([title, isTruthKnown]);
  });

  function entry(pictureId: string, isTruthKnown: boolean): PictureEntry {
    const facts = { labeledShare: 0, use: 'train', done: false, scores: null } as const;
    return { pictureId, title: `Picture ${pictureId}`, thumbnail: '', hasTruth: isTruthKnown, ...facts };
  }
});
