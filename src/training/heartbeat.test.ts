import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

const BEAT_MS = 3000;

let told: string[];
let limitMs: number;
let isAlive: boolean;
let heart: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  limitMs = 15_000;
  isAlive = true;
  heart = new Heartbeat({
    ping: () => {
      if (isAlive) heart.heard();
    },
    limitMs: () => limitMs,
    onSilent: () => told.push('silent'),
    onHeardAgain: () => told.push('heard again'),
  });
});

afterEach(() => {
  heart.dispose();
  vi.useRealTimers();
});

describe('an end of the line', () => {
  it('that answers is never called silent', () => {
    vi.advanceTimersByTime(3_600_000);
    expect(told).toEqual([]);
  });

  it('that says nothing is called so once, when its limit is over', () => {
    isAlive = false;
    vi.advanceTimersByTime(15_000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(BEAT_MS);
    expect(told).toEqual(['silent']);
    vi.advanceTimersByTime(3_600_000);
    expect(told).toEqual(['silent']);
  });

  it('may take longer while it starts or compiles', () => {
    isAlive = false;
    limitMs = 60_000;
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(BEAT_MS);
    expect(told).toEqual(['silent']);
  });

  it('that was only slow is there again, and is given longer the next time', () => {
    isAlive = false;
    vi.advanceTimersByTime(15_000 + BEAT_MS);
    isAlive = true;
    vi.advanceTimersByTime(BEAT_MS);
    expect(told).toEqual(['silent', 'heard again']);
    isAlive = false;
    vi.advanceTimersByTime(15_000 + BEAT_MS);
    expect(told).toEqual(['silent', 'heard again']);
    vi.advanceTimersByTime(15_000);
    expect(told).toEqual(['silent', 'heard again', 'silent']);
  });

  it('that is left alone is not asked any more', () => {
    isAlive = false;
    heart.dispose();
    vi.advanceTimersByTime(3_600_000);
    expect(told).toEqual([]);
  });
});
