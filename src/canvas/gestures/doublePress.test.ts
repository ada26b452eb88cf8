import { describe, expect, it } from 'vitest';
import { type Click, isDoublePress } from './doublePress.ts';

const click = (screenX: number, pressedMs: number): Click => ({ point: { screenX, screenY: 40 }, pressedMs });

describe('isDoublePress', () => {
  it('wants the same place within a short time', () => {
    expect(isDoublePress(click(100, 1000), click(104, 1250), 'mouse')).toBe(true);
    expect(isDoublePress(click(100, 1000), click(104, 1500), 'mouse')).toBe(false);
    expect(isDoublePress(click(100, 1000), click(110, 1250), 'mouse')).toBe(false);
    expect(isDoublePress(null, click(100, 1250), 'mouse')).toBe(false);
  });

  it('bears with a finger', () => {
    expect(isDoublePress(click(100, 1000), click(118, 1250), 'touch')).toBe(true);
    expect(isDoublePress(click(100, 1000), click(130, 1250), 'touch')).toBe(false);
  });
});
