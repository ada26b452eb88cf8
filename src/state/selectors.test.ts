import { describe, expect, it } from 'vitest';
import type { PictureEntry, ProjectSlice } from './project.ts';
import {
  hasTruth,
  isLostWithThePage,
  isNetworkAhead,
  isOtherPicture,
  labeledPixels,
  labeledShare,
  openScores,
  openTitle,
  primaryAction,
  restorableStep,
} from './selectors.ts';
import { createAppStore } from './store.ts';

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
  const document = { labeledByClass: { 0: 20, 3: 5 }, width: 10, height: 10 };
  expect(labeledPixels(document)).toBe(25);
  expect(labeledShare(document)).toBe(0.25);
  expect(labeledShare({ labeledByClass: {}, width: 0, height: 0 })).toBe(0);
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
  const isLost = (project: Partial<ProjectSlice>, canUndo = true, isFramed = false) =>
    isLostWithThePage(createAppStore({ project, document: { canUndo }, view: { isFramed } }).getState());
  expect(isLost({ saving: 'saved' })).toBe(false);
  // On its way: handed over when the page goes.
  expect(isLost({ saving: 'saving' })).toBe(false);
  expect(isLost({ saving: 'failed' })).toBe(true);
  expect(isLost({ saving: 'saved', unsavedProjectIds: ['another'] })).toBe(true);
  // Where the browser stores nothing.
  expect(isLost({ saving: 'none' })).toBe(true);
  expect(isLost({ saving: 'none' }, false)).toBe(false);
  expect(isLost({ saving: 'none' }, true, true)).toBe(false);
});

it('says of a network that it learned on unless just that step of it is stored', () => {
  const isAhead = (step: number, storedStep: number | null) =>
    isNetworkAhead(createAppStore({ training: { step }, project: { storedStep } }).getState());
  expect(isAhead(0, null)).toBe(false);
  expect(isAhead(3, null)).toBe(true);
  expect(isAhead(3, 3)).toBe(false);
  expect(isAhead(4, 3)).toBe(true);
  // It went back to a step before.
  expect(isAhead(2, 3)).toBe(true);
});

describe('the open picture', () => {
  const scores = { maskedAccuracy: 0.5, meanIou: null, iouByClass: {}, trueAccuracy: null, trueMeanIou: null };
  const pictures = [entry('a', false, null), entry('b', true, scores)];
  const stateOf = (pictureId: string | null, projectId = 'one') =>
    createAppStore({ project: { projectId, pictures }, document: { pictureId } }).getState();

  it.each([
    ['a', 'Picture a', false, null],
    ['b', 'Picture b', true, scores],
    [null, '', false, null],
  ])('is told of by its entry: %s', (pictureId, title, isTruthKnown, itsScores) => {
    const state = stateOf(pictureId);
    expect([openTitle(state), hasTruth(state)]).toEqual([title, isTruthKnown]);
    expect(openScores(state)).toBe(itsScores);
  });

  it('is another one in another project too', () => {
    expect(isOtherPicture(stateOf('a'), stateOf('a'))).toBe(false);
    expect(isOtherPicture(stateOf('a'), stateOf('b'))).toBe(true);
    expect(isOtherPicture(stateOf('a'), stateOf('a', 'another'))).toBe(true);
  });

  function entry(pictureId: string, isTruthKnown: boolean, itsScores: PictureEntry['scores']): PictureEntry {
    const facts = { labeledShare: 0, use: 'train', done: false, scores: itsScores } as const;
    return { pictureId, title: `Picture ${pictureId}`, thumbnail: '', hasTruth: isTruthKnown, ...facts };
  }
});
