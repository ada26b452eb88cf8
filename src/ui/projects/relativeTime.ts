const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * How long ago `timeMs` was, in words: "just now", "5 minutes ago", "yesterday"; from a week on, the date. A time that
 * lies ahead (a clock that was set back) is "just now". Times are in milliseconds since 1970.
 */
export function relativeTime(timeMs: number, nowMs: number): string {
  const agoMs = nowMs - timeMs;
  if (agoMs < MINUTE_MS) return 'just now';
  if (agoMs < HOUR_MS) return counted(Math.floor(agoMs / MINUTE_MS), 'minute');
  if (agoMs < DAY_MS) return counted(Math.floor(agoMs / HOUR_MS), 'hour');
  if (agoMs < 2 * DAY_MS) return 'yesterday';
  if (agoMs < WEEK_MS) return counted(Math.floor(agoMs / DAY_MS), 'day');
  return new Date(timeMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
