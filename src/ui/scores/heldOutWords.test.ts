import { expect, it } from 'vitest';
import { heldOutCount, heldOutHint, heldOutRange, heldOutValue } from './heldOutWords.ts';

const SCORES = { strokes: 3, maskedAccuracy: 0.874, accuracyInterval: { low: 0.706, high: 0.961 }, meanIou: 0.62 };

it('tells how many strokes are held out', () => {
  expect(heldOutCount({ heldOut: 3, strokes: 14 })).toBe('3 of 14 strokes held out');
  expect(heldOutCount({ heldOut: 0, strokes: 4 })).toBeNull();
});

it('shows whole per cent beside an interval, which is wide enough', () => {
  expect(heldOutValue(SCORES)).toBe('87 %');
  expect(heldOutValue({ ...SCORES, accuracyInterval: null })).toBe('87.4 %');
  expect(heldOutValue(null)).toBe('–');
});

it('shows the interval in whole per cent, where there is one', () => {
  expect(heldOutRange(SCORES)).toBe('(71–96 %)');
  expect(heldOutRange({ ...SCORES, accuracyInterval: null })).toBeNull();
  expect(heldOutRange(null)).toBeNull();
});

it('says what one stroke cannot tell', () => {
  expect(heldOutHint({ ...SCORES, strokes: 1, accuracyInterval: null })).toContain('One stroke gives no interval');
  expect(heldOutHint(SCORES)).toMatch(/Mean IoU: 62.0 %.*95 % of sets of 3 strokes/);
  // So many that an interval would have no width to speak of.
  expect(heldOutHint({ ...SCORES, strokes: 400, accuracyInterval: null })).not.toContain('interval');
  const alike = { ...SCORES, maskedAccuracy: 1, accuracyInterval: { low: 1, high: 1 } };
  expect([heldOutValue(alike), heldOutRange(alike)]).toEqual(['100.0 %', null]);
  expect(heldOutHint(alike)).toContain('All 3 were predicted alike');
  expect(heldOutHint(null)).not.toContain('IoU');
});
