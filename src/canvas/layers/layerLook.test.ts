import { describe, expect, it } from 'vitest';
import { imageFilter } from './layerLook.ts';

describe('imageFilter', () => {
  it('is nothing where nothing is changed', () => {
    expect(imageFilter({ brightness: 0, contrast: 0 })).toBe('');
  });

  it('goes from a quarter to four times, and halves and doubles in between', () => {
    expect(imageFilter({ brightness: -1, contrast: 1 })).toBe('brightness(0.25) contrast(4)');
    expect(imageFilter({ brightness: 0.5, contrast: -0.5 })).toBe('brightness(2) contrast(0.5)');
    expect(imageFilter({ brightness: 0, contrast: 1e-9 })).toBe('brightness(1) contrast(1)');
  });
});
