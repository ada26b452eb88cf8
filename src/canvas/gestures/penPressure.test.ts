import { describe, expect, it } from 'vitest';
import { penPressure } from './penPressure.ts';

describe('penPressure', () => {
  it('is a pen’s alone', () => {
    expect(penPressure({ pointerType: 'pen', pressure: 0.25 }, null)).toBe(0.25);
    for (const pointerType of ['mouse', 'touch', '']) {
      expect(penPressure({ pointerType, pressure: 0.5 }, 0.7)).toBeNull();
    }
  });

  it('holds on as the pen leaves the glass, and is unknown where it never touched it', () => {
    expect(penPressure({ pointerType: 'pen', pressure: 0 }, 0.7)).toBe(0.7);
    expect(penPressure({ pointerType: 'pen', pressure: 0 }, null)).toBeNull();
  });

  it('is at most 1, whatever a driver says', () => {
    expect(penPressure({ pointerType: 'pen', pressure: 1.5 }, null)).toBe(1);
  });
});
