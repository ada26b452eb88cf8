import fc from 'fast-check';
import { expect, test } from 'vitest';
import { relativeTime } from './relativeTime.ts';

const NOW = new Date(2025, 2, 14, 12).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [MINUTE, '1 minute ago'],
  [59 * MINUTE + 59_999, '59 minutes ago'],
  [HOUR, '1 hour ago'],
  [23 * HOUR, '23 hours ago'],
  [DAY, 'yesterday'],
  [2 * DAY - 1, 'yesterday'],
  [2 * DAY, '2 days ago'],
  [6 * DAY, '6 days ago'],
  [7 * DAY, '7 Mar 2025'],
  [400 * DAY, '8 Feb 2024'],
])('%d ms ago is “%s”', (agoMs, words) => {
  expect(relativeTime(NOW - agoMs, NOW)).toBe(words);
});

test('a time that lies ahead is no riddle', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (aheadMs) => relativeTime(NOW + aheadMs, NOW) === 'just now'),
  );
});
