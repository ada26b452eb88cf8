import { describe, expect, it } from 'vitest';
import { createColorTable, lighterColors, mixColors, OPAQUE, parseColor } from './classColors.ts';

/** The four bytes as a canvas reads them. */
const bytesOf = (color: number) => [...new Uint8Array(Uint32Array.of(color).buffer)];

describe('class colours', () => {
  it('are red, green, blue in a canvas’s memory', () => {
    expect(bytesOf(parseColor('#12aBef'))).toEqual([0x12, 0xab, 0xef, 0]);
    expect(bytesOf((parseColor('#12abef') | OPAQUE) >>> 0)).toEqual([0x12, 0xab, 0xef, 255]);
  });

  it('fill a table that is transparent elsewhere', () => {
    const table = createColorTable(
      new Map([
        [0, '#010203'],
        [31, '#ffffff'],
      ]),
    );
    expect(table).toHaveLength(256);
    expect(bytesOf(table[0] ?? 0)).toEqual([1, 2, 3, 255]);
    expect(bytesOf(table[31] ?? 0)).toEqual([255, 255, 255, 255]);
    expect(table.filter((color) => color !== 0)).toHaveLength(2);
  });

  it('mix channel by channel and keep the first one’s alpha', () => {
    expect(bytesOf(mixColors(createColorTable(new Map([[0, '#0064ff']]))[0] ?? 0, 0xffffff, 0.25))).toEqual([
      64, 139, 255, 255,
    ]);
    expect(mixColors(0x112233, 0x445566, 0)).toBe(0x112233);
    expect(mixColors(0x112233, 0x445566, 1)).toBe(0x445566);
  });

  it('grow lighter only where there is a colour', () => {
    const lighter = lighterColors(createColorTable(new Map([[2, '#0064ff']])), 0.5);
    expect(bytesOf(lighter[2] ?? 0)).toEqual([128, 178, 255, 255]);
    expect(lighter.filter((color) => color !== 0)).toHaveLength(1);
  });

  it('refuse what is no colour or no class', () => {
    for (const color of ['red', '#fff', '#12345g', '#1234567']) expect(() => parseColor(color)).toThrow(RangeError);
    expect(() => createColorTable(new Map([[255, '#000000']]))).toThrow(RangeError);
  });
});
