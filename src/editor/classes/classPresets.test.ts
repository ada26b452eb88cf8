import { expect, it } from 'vitest';
import { CLASS_PRESETS } from './classPresets.ts';
import { CLASS_COLORS } from './palette.ts';

it('offers six lists of two classes or more', () => {
  expect(CLASS_PRESETS).toHaveLength(6);
  expect(new Set(CLASS_PRESETS.map(({ id }) => id)).size).toBe(6);
  for (const { classes } of CLASS_PRESETS) expect(classes.length).toBeGreaterThanOrEqual(2);
});

it.each(CLASS_PRESETS)('has different names and palette colours in “$name”', ({ classes }) => {
  expect(new Set(classes.map(({ name }) => name.toLowerCase())).size).toBe(classes.length);
  expect(new Set(classes.map(({ color }) => color)).size).toBe(classes.length);
  for (const { name, color } of classes) {
    expect(name.length).toBeLessThanOrEqual(40);
    // Those that stay apart with every kind of colour vision.
    expect(CLASS_COLORS.slice(0, 8)).toContain(color);
  }
});
