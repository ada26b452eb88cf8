import { expect, it } from 'vitest';
import { labeledShare, primaryAction } from './selectors.ts';

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
